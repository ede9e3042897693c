"""What is heard: breath-shaped sound, soft tones and voices, made ahead and kept in step."""
