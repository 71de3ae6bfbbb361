"""A film's cover: its best moment without captions, and a few words in every language."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from portevoix import ffmpeg
from portevoix.delivery.manifest import Delivery
from portevoix.errors import InvalidInput
from portevoix.library import Library
from portevoix.order import accept
from portevoix.produce import Production, produce
from portevoix.store import Store

JOB = """\
recipe: interview
title: {fr: "Essai", ar: "تجربة"}
clips: [{file: media/a.mp4}]
scripts: {fr: scripts/fr.vtt, ar: scripts/ar.vtt}
formats: [square]
languages: [fr, ar]
poster: none
cover: {title: {fr: "Trois mots seulement", ar: "ثلاث كلمات فقط"}}
"""


@pytest.fixture
def job(clip, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    clip("a.mp4", "testsrc2=s=320x180", seconds=3)
    (tmp_path / "scripts").mkdir()
    for code, text in {"fr": "Bonjour.", "ar": "مرحبا."}.items():
        (tmp_path / "scripts" / f"{code}.vtt").write_text(f"WEBVTT\n\n00:00.200 --> 00:02.900\n{text}\n", "utf-8")
    (tmp_path / "job.yaml").write_text(JOB, "utf-8")
    return tmp_path / "job.yaml"


def covers(job: Path, store: Store) -> dict[str, Delivery]:
    outcome = produce(job, job.parent / "out", Production(store, workers=2))
    assert outcome.failures == []
    return {one.language: one for one in outcome.deliveries if one.kind == "cover"}


def test_a_cover_has_its_words_in_each_language_and_a_corrected_word_encodes_nothing(job: Path, store: Store) -> None:
    before = covers(job, store)
    assert set(before) == {"fr", "ar"}
    shown = {}
    for code, one in before.items():
        assert (one.width, one.height) == (1080, 1080)
        with Image.open(job.parent / "out" / one.path) as image:
            shown[code] = np.asarray(image.convert("L")).astype(int)
    assert np.abs(shown["fr"] - shown["ar"]).max() > 150
    starts = ffmpeg.encoder_starts
    job.write_text(JOB.replace("ثلاث كلمات فقط", "كلمتان فقط"), "utf-8")
    after = covers(job, store)
    assert ffmpeg.encoder_starts == starts
    assert after["fr"].sha256 == before["fr"].sha256 and after["ar"].sha256 != before["ar"].sha256


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("recipe: interview", "recipe: alert"), "makes a still of its own, and no cover; remove it"),
        (("recipe: interview", "recipe: subtitles"), "keeps its film's frame, and no cover; remove it"),
        ((', ar: "ثلاث كلمات فقط"', ""), "the title of the cover is missing in ar"),
    ],
)
def test_a_cover_that_cannot_be_is_a_fault(job: Path, library: Library, change: tuple[str, str], told: str) -> None:
    job.write_text(JOB.replace(*change), "utf-8")
    with pytest.raises(InvalidInput) as caught:
        accept(job, library)
    assert any(told in str(fault) for fault in caught.value.faults)
