"""Fireside: stories, told where people talk."""

__version__ = "0.1.0"
