"""Many recordings in one table: sources, one pure function a recording, engines, a page."""
