"""What a practice needs of a computer and a strap, looked at one thing after the other."""
