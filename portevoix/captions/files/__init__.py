"""Caption files: what they are, read and written."""
