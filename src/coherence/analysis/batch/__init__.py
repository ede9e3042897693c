"""Many windows of a long recording at once: the same values as window by window, by arrays."""
