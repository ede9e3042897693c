"""What the person is asked to do."""
