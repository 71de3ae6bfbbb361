"""What a finished file must satisfy: measured on the file itself, never taken from the plan."""
