"""Numbers from beats."""
