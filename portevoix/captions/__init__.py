"""Captions: read from what translators send, placed on frames, written beside the film."""
