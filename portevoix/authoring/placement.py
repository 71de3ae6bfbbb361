"""The placement: where an account publishes, and that place's rules, each dated. One YAML file each."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from portevoix.authoring.document import Authored
from portevoix.authoring.folder import load_files
from portevoix.authoring.job import FormatName


class Margins(Authored):
    """What the platform's own buttons may cover, in pixels of a 1080x1920 story."""

    top: int
    bottom: int
    left: int
    right: int


class VideoRules(Authored):
    """What the platform takes. A rule left out is one that it does not publish."""

    min_duration_s: float | None = None
    max_duration_s: float | None = None
    max_bytes: int | None = None
    min_fps: float | None = None
    max_fps: float | None = None
    max_kbps: float | None = None
    min_width: int | None = None
    max_width: int | None = None
    aspect: str | None = None
    max_gop_s: float | None = None
    edit_lists: bool = True
    moov_first: bool = False


class StillRules(Authored):
    """What the platform takes as a picture."""

    formats: tuple[Literal["jpeg", "png"], ...]
    max_bytes: int


class Placement(Authored):
    """One place of one platform. The first of `formats` is the one made where nobody says another."""

    name: str
    platform: str
    read_on: date
    formats: tuple[FormatName, ...] = Field(min_length=1)
    captions: Literal["burned", "beside"]
    sidecars: tuple[str, ...] = ()
    video: VideoRules
    still: StillRules
    safe_zone: Margins | None = None
    safe_zone_strict: Margins | None = None
    max_post_characters: int | None = None


def load_placements(*folders: Path) -> dict[str, Placement]:
    """All placements of some folders by name; a later folder's replaces one of the same name. Raises InvalidInput."""
    return {name: filed.value for name, filed in load_files(Placement, folders, "name").items()}
