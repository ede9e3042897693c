"""Biofeedback for the nervous system: heart rhythm, soothing breath, a calm living picture."""

__version__ = "0.1.0"
