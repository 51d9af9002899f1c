"""Mistakes put into the program on purpose: a test that lets one live is not good enough."""
