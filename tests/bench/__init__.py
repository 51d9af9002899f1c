"""What is measured, not asserted: each bench prints one JSON object as its last line."""
