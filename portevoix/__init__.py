"""Portevoix: branded, captioned cuts of one programme for every account.

Begin with `produce.py`. Which package may import which stands in `pyproject.toml`, and import-linter holds it.
"""

__version__ = "0.1.0"
