"""One pretend province that every simulated device shows in its own dialect."""
