"""Portevoix: branded, captioned cuts of one programme for every account.

Each package may import only those before it:
errors, timing → authoring → sources → captions → drawing → timeline → plan → render → checks → store → deliver → produce → cli.
"""

__version__ = "0.1.0"
