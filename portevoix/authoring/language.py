"""The language profile: how one language is set, broken into lines and read. One YAML file each."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from portevoix.authoring.document import Authored, load


class Language(Authored):
    """A language's rules. Widths are decided in pixels; characters a line are the subtitlers' planning aid."""

    code: str
    aliases: tuple[str, ...] = ()
    name: str
    english_name: str
    direction: Literal["ltr", "rtl"]
    script: Literal["Latn", "Cyrl", "Arab", "Hans"]
    line_breaker: Literal["spaces", "dictionary"]
    characters_per_line: dict[str, int]
    lines: dict[str, int]
    reading_speed_cps: float
    shortest_cue_s: float
    longest_cue_s: float
    keep_with_next: tuple[str, ...] = ()
    narrow_space_before: str = ""
    never_begins_line: str = ""
    locales: dict[str, str]


def load_languages(folder: Path) -> dict[str, Language]:
    """All profiles of `folder` by code. Raises InvalidInput."""
    profiles = (load(Language, path) for path in sorted(folder.glob("*.yaml")))
    return {profile.code: profile for profile in profiles}
