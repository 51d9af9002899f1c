"""Every picture of the program: its window in a state, on a scene that is always the same."""
