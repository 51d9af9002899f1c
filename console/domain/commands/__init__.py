"""Wishes: what an operator may ask for, and how to see that it has come true."""
