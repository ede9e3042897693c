"""The therapist's room: their window, and the client's screen that it leads."""
