"""What comes in: looked at, measured, and brought into shape where it needs it."""
