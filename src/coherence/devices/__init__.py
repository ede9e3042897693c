"""From the air to events."""
