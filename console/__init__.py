"""HNTH Console: one technician runs a video-conference of a whole province."""

__version__ = "0.2.0"
