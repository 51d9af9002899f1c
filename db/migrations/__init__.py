"""The migrations of both files: one tree, the branches `journal` and `samples`."""
