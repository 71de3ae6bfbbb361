"""A job's scenes, cards and cues in exact output frames."""
