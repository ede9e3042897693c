"""Where they meet, without I/O."""
