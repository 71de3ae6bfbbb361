"""What keeps a file from being used."""

from __future__ import annotations

from portevoix.errors import PortevoixError


class UnusableSource(PortevoixError):
    """A source file that cannot be read as a moving picture; the message says why and what to do."""
