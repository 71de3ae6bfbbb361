"""A job's post: there in every language that needs it, for places that there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from portevoix.authoring.job import Job
from portevoix.errors import InvalidInput
from portevoix.library import Library
from portevoix.order import accept

JOB = """\
recipe: alert
title: {fr: Avis, ar: إشعار}
text: {fr: Restez chez vous, ar: ابقوا في المنزل}
accounts: [ministere, ministere_ar]
post:
"""


def faults(folder: Path, library: Library, post: str) -> list[str]:
    (folder / "avis.yaml").write_text(JOB + post, "utf-8")
    try:
        accept(folder / "avis.yaml", library)
    except InvalidInput as error:
        return [fault.message for fault in error.faults]
    return []


def test_a_text_in_every_language_is_accepted(tmp_path: Path, library: Library) -> None:
    assert faults(tmp_path, library, "  text: {fr: Bonjour, ar: مرحبا}\n  at: {youtube: {title: {fr: Avis}}}\n") == []


def test_every_fault_of_a_post_is_said_at_once(tmp_path: Path, library: Library) -> None:
    post = (
        "  text: {fr: Bonjour}\n  alt_text: {ar: صورة}\n  handles: {ex: [onu]}\n  at: {youtub: {title: {fr: Avis}}}\n"
    )
    found = faults(tmp_path, library, post)
    assert [message.partition(";")[0] for message in found] == [
        "the post's text is missing in ar",
        "the post's alt text is missing in fr",
        "'ex' is not known",
        "'youtub' is not known",
    ]


@pytest.mark.parametrize("word", ["deux mots", "#2026", "a-b", ""])
def test_what_no_platform_takes_as_a_hashtag_is_refused(word: str) -> None:
    document = {"recipe": "alert", "languages": ["fr"], "post": {"hashtags": {"fr": [word]}}}
    with pytest.raises(ValueError, match="is no hashtag"):
        Job.model_validate(document)
