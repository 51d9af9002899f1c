"""What is loaded from outside: a roster, a running order. The session goes on meanwhile."""
