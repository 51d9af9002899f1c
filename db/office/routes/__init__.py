"""The office's operations, by subject: each module has a `router`, and `app` lists them all."""
