"""Training mode: the instructor's hand in the pretend province."""
