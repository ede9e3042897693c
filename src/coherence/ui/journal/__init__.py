"""Looking back: the list of sessions, one in full, trends over weeks, two side by side."""
