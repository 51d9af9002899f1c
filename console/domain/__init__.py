"""Records, commands, facts, State and fold: what is true and what is wished (stdlib only)."""
