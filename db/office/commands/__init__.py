"""The commands of `hnth-office`, by subject. Each module's `add` makes its own known."""
