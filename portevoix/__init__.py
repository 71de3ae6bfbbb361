"""Portevoix: branded, captioned cuts of one programme for every account.

Each package may import only those before it: errors, timing → ffmpeg, store → authoring → library → sources → captions
→ drawing → timeline → order, artist → render's arguments → plan → render's steps → checks → deliver → produce → cli.
import-linter holds it (`pyproject.toml`).
"""

__version__ = "0.1.0"
