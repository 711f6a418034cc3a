"""Measurements of Fireside beside its peers, run with ``make bench``."""
