"""What a therapist and a client hand to each other as files."""
