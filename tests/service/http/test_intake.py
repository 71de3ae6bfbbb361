"""What is told about a job before its media are there."""

from __future__ import annotations

import pytest

from portevoix.errors import InvalidInput
from portevoix.library import Library
from portevoix.store import Store
from service.http.intake import check_early

DOCUMENT = """recipe: statement
picture: media/a.jpg
clips:
  - file: media/a.mp4
    cutaways: [{at: 1, until: 2, picture: media/b.jpg}]
  - {file: media/b.mp4, beside: {file: media/c.mp4}}
quote: {fr: Oui.}
quoted: ada
speakers: {ada: {name: {fr: Ada}}}
music: media/bed.m4a
languages: [fr]
"""


def test_every_file_that_is_seen_or_heard_has_to_be_uploaded_and_none_is_looked_at_yet(
    library: Library, store: Store
) -> None:
    named = ["a.jpg", "a.mp4", "b.jpg", "b.mp4", "c.mp4", "bed.m4a"]
    with pytest.raises(InvalidInput) as raised:
        check_early("essai", DOCUMENT, {}, store, library)
    said = [fault.message for fault in raised.value.faults]
    assert sorted(said) == sorted(
        f"media/{name} is not among `files`; upload it and give its SHA-256 there" for name in named
    )
    check_early("essai", DOCUMENT, {f"media/{name}": "0" * 64 for name in named}, store, library)
