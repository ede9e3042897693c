"""The moon over water."""
