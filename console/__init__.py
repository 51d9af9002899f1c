"""HNTH Console: one technician runs a video-conference of a whole province."""

__version__ = "0.1.0"
