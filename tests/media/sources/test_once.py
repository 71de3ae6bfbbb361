"""What is found in a film is found once, however often its job is planned."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from portevoix.errors import InvalidInput
from portevoix.library import Library
from portevoix.order import accept
from portevoix.sources import damage, probe
from portevoix.store import Store

JOB = "recipe: subtitles\ntitle: {{fr: Essai}}\nclips: [{{file: media/a.mp4{more}}}]\nlanguages: [fr]\n"


def round_of(folder: Path, film: Path, more: str = "") -> Path:
    """The job as a new round of it lies: a folder of its own, with another name for the same film."""
    (folder / "media").mkdir(parents=True)
    os.link(film, folder / "media" / "a.mp4")
    (folder / "fr.vtt").write_text("WEBVTT\n\n00:00.200 --> 00:01.200\nOui\n", "utf-8")
    (folder / "job.yaml").write_text(JOB.format(more=more) + "scripts: {fr: fr.vtt}\n", "utf-8")
    return folder / "job.yaml"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that a film is decoded for its damage, or read at all."""
    found: list[str] = []

    def noted(name: str, function: Callable[..., object]) -> Callable[..., object]:
        return lambda *given: (found.append(name), function(*given))[1]

    monkeypatch.setattr(damage, "damage_in", noted("damage", damage.damage_in))
    monkeypatch.setattr(probe, "read", noted("film", probe.read))
    return found


def test_a_film_is_read_once_for_all_rounds_of_its_job_and_each_range_once(
    clip, library: Library, store: Store, tmp_path: Path, calls: list[str]
) -> None:
    film = clip("film.mp4", "testsrc2=s=128x72", seconds=3)
    first = accept(round_of(tmp_path / "1", film), library, store)
    again = accept(round_of(tmp_path / "2", film), library, store)
    assert calls == ["film", "damage"]
    assert [source.path.parents[1].name for order in (first, again) for source in order.sources] == ["1", "2"]
    assert first.sources[0].digest == again.sources[0].digest
    accept(round_of(tmp_path / "3", film, ", from: 1, to: 2"), library, store)
    assert calls == ["film", "damage", "damage"]


def test_other_bytes_under_a_known_name_are_looked_at_anew(
    clip, library: Library, store: Store, tmp_path: Path, calls: list[str]
) -> None:
    film = clip("film.mp4", "testsrc2=s=128x72", seconds=2)
    job = round_of(tmp_path / "1", film)
    accept(job, library, store)
    content = film.read_bytes()
    (tmp_path / "1" / "media" / "a.mp4").write_bytes(
        content[: len(content) // 2] + bytes(40) + content[len(content) // 2 + 40 :]
    )
    with pytest.raises(InvalidInput, match=r"media/a.mp4 has .*damaged"):
        accept(job, library, store)
    with pytest.raises(InvalidInput, match=r"media/a.mp4 has .*damaged"):
        accept(job, library, store)
    assert calls == ["film", "damage"] * 2, "damage is remembered too"
