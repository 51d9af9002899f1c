"""Signing in, the lock, and a supervisor's approval; imported when somebody has to sign in."""
