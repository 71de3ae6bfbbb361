"""What a render says of its own films: stretches with their seconds, looked for once for all languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portevoix.delivery.checks import stretches
from portevoix.produce import Production, produce
from portevoix.store import Store

WORDS = "WEBVTT\n\n00:00.500 --> 00:01.500\n{}\n"


def test_black_and_silence_are_warned_of_with_their_seconds_and_looked_for_once(
    clip: Callable[..., Path], store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip("a.mp4", "color=black:s=320x180", seconds=6, sound="aevalsrc=0")
    (tmp_path / "fr.vtt").write_text(WORDS.format("Bonjour"), "utf-8")
    (tmp_path / "en.vtt").write_text(WORDS.format("Good morning"), "utf-8")
    (tmp_path / "job.yaml").write_text(
        "recipe: subtitles\nclips:\n  - file: media/a.mp4\nscripts: {fr: fr.vtt, en: en.vtt}\nlanguages: [fr, en]\n"
        "poster: none\n",
        "utf-8",
    )
    looked: list[Path] = []
    examine = stretches.examine
    monkeypatch.setattr(
        stretches, "examine", lambda path, *rest, **more: looked.append(path) or examine(path, *rest, **more)
    )
    made = produce(tmp_path / "job.yaml", tmp_path / "out", Production(store, workers=1)).deliveries
    for video in (one for one in made if one.kind == "video"):
        found = {check["rule"]: check for check in video.checks}
        assert (
            found["black stretches"]["verdict"] == "warn" and "0.00 to 5.96 s" in found["black stretches"]["measured"]
        )
        assert found[stretches.FLASHING]["verdict"] == "pass"
        assert found["silent stretches"]["verdict"] == "pass", "a film without sound is silent on purpose"
    assert len(looked) == 1, "the picture of both languages is the same"
    (tmp_path / "fr.vtt").write_text(WORDS.format("Bonsoir"), "utf-8")
    again = produce(tmp_path / "job.yaml", tmp_path / "out", Production(store, workers=1)).deliveries
    assert len(looked) == 1, "a corrected word changes nothing of it"
    assert again[0].sha256 != made[0].sha256
