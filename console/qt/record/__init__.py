"""The record workspace: how the journal reaches the office, what it answers, sessions kept."""
