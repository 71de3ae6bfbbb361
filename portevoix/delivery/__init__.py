"""Finished files: named, checked and listed in a manifest."""
