"""The ffmpeg in use, held against a dated list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portevoix import ffmpeg
from portevoix.doctor import ffmpeg_age
from portevoix.ffmpeg_age import LASTS, LISTED_ON, RELEASES, age_of


@pytest.mark.parametrize(
    ("build", "good"),
    [
        ("ffmpeg version n9.0.2-17-g2a571b6068-20260930", True),
        ("ffmpeg version 9.1", True),
        ("ffmpeg version 8.0.1-3ubuntu2", False),
        ("ffmpeg version 9.0", False),
        ("ffmpeg version N-118000-g1234567", True),
    ],
)
def test_an_ffmpeg_older_than_the_list_is_told(build: str, good: bool) -> None:
    assert age_of(build, LISTED_ON).good is good


def test_the_list_itself_grows_old_and_a_clock_in_1970_changes_nothing() -> None:
    build = "ffmpeg version n9.0.2"
    assert age_of(build, date(1970, 1, 1)).good
    assert age_of(build, LISTED_ON + LASTS).good
    assert not age_of(build, LISTED_ON + LASTS + timedelta(days=1)).good


def test_the_list_is_of_the_ffmpeg_that_is_installed() -> None:
    assert any(".".join(map(str, version)) in ffmpeg.build() for version in RELEASES)
    assert ffmpeg_age().subject == "ffmpeg age"
