"""The ffmpeg in use against a dated list: an old one lacks what was mended since, and it reads strangers' files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

# Releases as they stood on that day, each with the day of the build that was looked at: renewed with the lock.
LISTED_ON = date(2026, 11, 29)
RELEASES = {(9, 0, 2): date(2026, 9, 30)}
LASTS = timedelta(days=365)  # ffmpeg mends holes several times a year


@dataclass(frozen=True)
class Age:
    """Whether an ffmpeg is as new as the list, and the sentence that says so."""

    good: bool
    state: str


def age_of(build: str, today: date) -> Age:
    """The age of an ffmpeg by the first line of its `-version`."""
    found = re.match(r"ffmpeg version n?(\d+)\.(\d+)(?:\.(\d+))?", build)
    newest = max(RELEASES)
    name = ".".join(map(str, newest))
    if found is None:
        return Age(True, f"no release, so that its age is not known; the newest of {LISTED_ON} was {name}")
    version = (int(found[1]), int(found[2]), int(found[3] or 0))
    if version < newest:
        return Age(False, f"{'.'.join(map(str, version))} is older than {name}, the newest of {LISTED_ON}")
    if today - LISTED_ON > LASTS:
        return Age(False, f"held against a list of {LISTED_ON}, which is more than a year old")
    return Age(True, f"{'.'.join(map(str, version))}, no older than {name}, the newest of {LISTED_ON}")
