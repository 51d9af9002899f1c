"""Pretend devices on loopback, in a process of their own: training, demonstration, test peers.

Written from the devices' published interfaces. Nothing here survives the process.
"""
