"""One package per device family: its dialect, without any I/O."""
