"""What the HTTP service answers, a router for each subject."""
