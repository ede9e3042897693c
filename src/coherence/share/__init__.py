"""What leaves the program while a session runs, and only where it was asked for."""
