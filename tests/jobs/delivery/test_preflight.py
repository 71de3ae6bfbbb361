"""What a render says of its own films: stretches with their seconds, looked for once for all languages."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from portevoix import ffmpeg
from portevoix.delivery.checks import agreement, stretches
from portevoix.delivery.deliver import failed_checks
from portevoix.produce import Outcome, Production, produce
from portevoix.render.measure import measure
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
        assert found[stretches.FLASHING]["verdict"] == found[stretches.RED_FLASHING]["verdict"] == "pass"
        assert found["silent stretches"]["verdict"] == "pass", "a film without sound is silent on purpose"
    assert len(looked) == 1, "the picture of both languages is the same"
    (tmp_path / "fr.vtt").write_text(WORDS.format("Bonsoir"), "utf-8")
    again = produce(tmp_path / "job.yaml", tmp_path / "out", Production(store, workers=1)).deliveries
    assert len(looked) == 1, "a corrected word changes nothing of it"
    assert again[0].sha256 != made[0].sha256


INTERVIEW = (
    "recipe: interview\ntitle: {fr: Un}\nlanguages: [fr]\nformats: [wide, square]\nposter: none\nclips:\n"
    "  - {file: media/a.mp4, scripts: {fr: fr.vtt}}\n  - {file: media/b.mp4, scripts: {fr: fr.vtt}}\n"
)


@pytest.fixture
def two_formats(clip: Callable[..., Path], store: Store, tmp_path: Path) -> Outcome:
    clip("a.mp4", "testsrc=s=320x180", seconds=1)
    clip("b.mp4", "testsrc2=s=320x180", seconds=1, sound="aevalsrc=random(0)*0.2")
    (tmp_path / "fr.vtt").write_text("WEBVTT\n\n00:00.100 --> 00:00.900\nBonjour\n", "utf-8")
    (tmp_path / "job.yaml").write_text(INTERVIEW, "utf-8")
    return produce(tmp_path / "job.yaml", tmp_path / "out", Production(store, draft=True))


def test_all_variants_of_a_job_agree_and_a_file_that_does_not_is_blocked(
    two_formats: Outcome, store: Store, tmp_path: Path
) -> None:
    videos = [one for one in two_formats.deliveries if one.kind == "video"]
    found = [{c["rule"]: c["verdict"] for c in one.checks if c["rule"].startswith("variants agree")} for one in videos]
    assert found == [dict.fromkeys((agreement.CUTS, agreement.SOUND, agreement.WORDS), "pass")] * 2

    square = next(video for video in two_formats.plan.videos if video.format == "square")
    other = tmp_path / "other.mp4"
    encoded = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "500", "-sc_threshold", "0", "-c:a", "aac"]
    command = [ffmpeg.executable(), "-v", "error", "-i", str(store.path(square.key, ".mp4")), *encoded, str(other)]
    subprocess.run(command, check=True)
    cuts, sound = agreement.agreement_checks(two_formats.plan, square, measure(other), store)
    assert (cuts.rule, cuts.verdict) == (agreement.CUTS, "fail") and cuts.measured.startswith("not at picture ")
    assert (sound.rule, sound.verdict, sound.measured) == (agreement.SOUND, "fail", "another than in wide")
    assert cuts.remedy and sound.remedy


def test_files_of_two_versions_of_a_text_are_blocked(two_formats: Outcome) -> None:
    wide, square = (one for one in two_formats.deliveries if one.kind == "video")
    compared = agreement.with_words_compared([replace(wide, checks=[]), replace(square, words="f" * 64, checks=[])])
    assert [check["verdict"] for one in compared for check in one.checks] == ["fail", "fail"]
    assert compared[0].checks[0]["measured"] == f"{wide.words[:12]} here, ffffffffffff in other files"
    assert [one.path for one in compared if failed_checks([one])] == [wide.path, square.path]
