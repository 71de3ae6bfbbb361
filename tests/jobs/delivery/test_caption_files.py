"""Caption files beside a film are read again: their words are the film's, in Arabic too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from portevoix.produce import Production, produce
from portevoix.store import Store

WORDS = "WEBVTT\n\n00:00.500 --> 00:02.500\nقال الوزير: 45 % من COP31\n"


def test_an_arabic_caption_file_passes_what_its_platform_asks(
    clip: Callable[..., Path], store: Store, tmp_path: Path
) -> None:
    clip("a.mp4", "testsrc=s=320x180", seconds=4)
    (tmp_path / "ar.vtt").write_text(WORDS, "utf-8")
    (tmp_path / "job.yaml").write_text(
        "recipe: subtitles\nclips:\n  - file: media/a.mp4\nscripts: {ar: ar.vtt}\n"
        "accounts: [ministere_ar]\nposter: none\n",
        "utf-8",
    )
    outcome = produce(tmp_path / "job.yaml", tmp_path / "out", Production(store))
    made = [one for one in outcome.deliveries if one.kind == "sidecar"]
    assert {Path(one.path).name.partition(".")[2] for one in made} >= {"AR.srt", "ar.srt"}
    rules = {check["rule"]: check["verdict"] for one in made for check in one.checks}
    assert rules["words of the caption file"] == "pass" and rules["x: last cue (s)"] == "pass"
    assert "fail" not in rules.values()
