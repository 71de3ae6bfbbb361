"""Beats of music that is made here, so that it is known where they are; and what has none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from portevoix.sources.beats import RATE_HZ, beats_in

Row = NDArray[np.float64]
CLOSE_S = 0.025
SECONDS = 20


def played(notes: list[tuple[float, float]], noise: float = 0.02) -> Row:
    """Short notes, each at its second as loud as it is given, over noise."""
    out = np.random.default_rng(4).standard_normal(SECONDS * RATE_HZ) * noise
    t = np.arange(RATE_HZ // 12) / RATE_HZ
    for second, strength in notes:
        at = round(second * RATE_HZ)
        note = strength * np.sin(2 * np.pi * 900 * t) * np.exp(-60 * t)
        out[at : at + len(note)] += note[: len(out) - at]
    return out / 2


def row(bpm: float, offset: float, hurry: float = 0.0) -> list[float]:
    """Seconds of beats, which come up to `hurry` of the tempo faster and slower in turn."""
    found = [offset]
    while found[-1] < SECONDS - 1:
        found.append(found[-1] + 60 / bpm * (1 + hurry * np.sin(found[-1] / 2)))
    return found


def furthest(found: list[float], beats: list[float]) -> float:
    return max(min(abs(one - beat) for beat in beats) for one in found)


@pytest.mark.parametrize("bpm", [90, 120, 140])
@pytest.mark.parametrize("way", ["plain", "swung", "noisy", "hurried", "human"])
def test_every_beat_is_found_where_it_is(bpm: float, way: str) -> None:
    beats = row(bpm, 0.37, 0.03 if way == "hurried" else 0)
    notes = [(beat, 1.0) for beat in beats]
    if way == "swung":
        notes += [(beat + 60 / bpm * 2 / 3, 0.45) for beat in beats]
    if way == "human":
        strays = np.random.default_rng(1).normal(0, 0.008, len(beats))
        notes = [(beat + stray, 1.0) for beat, stray in zip(beats, strays, strict=True)]
    found = beats_in(played(notes, noise=0.1 if way == "noisy" else 0.02))
    assert furthest(found, beats) < CLOSE_S and furthest(beats, found) < CLOSE_S


def test_a_waltz_whose_first_beat_alone_is_loud_keeps_its_beats() -> None:
    beats = row(150, 0.2)
    found = beats_in(played([(beat, 1.0 if number % 3 == 0 else 0.3) for number, beat in enumerate(beats)]))
    assert furthest(found, beats) < CLOSE_S


def test_a_piece_that_begins_late_has_no_beats_before() -> None:
    beats = [beat for beat in row(120, 0.5) if 6 < beat < 15]
    found = beats_in(played([(beat, 1.0) for beat in beats], noise=0.0))
    assert abs(found[0] - beats[0]) < CLOSE_S and abs(found[-1] - beats[-1]) < CLOSE_S


def _drone() -> Row:
    t = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    return np.asarray((0.3 * np.sin(2 * np.pi * 110 * t) + 0.1 * np.sin(2 * np.pi * 220 * t)) * np.minimum(1, t))


def _random_notes() -> Row:
    seconds = np.cumsum(np.random.default_rng(3).exponential(0.4, 40))
    return played([(second, 1.0) for second in seconds if second < SECONDS - 1])


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0),
        np.zeros(SECONDS * RATE_HZ),
        _drone(),
        played([], noise=0.3),
        _random_notes(),
        played([(1.0, 1.0), (1.5, 1.0), (2.0, 1.0)], noise=0.0),
    ],
    ids=["nothing", "silence", "drone", "noise", "notes at random", "three notes"],
)
def test_what_has_no_beat_has_none(sound: Row) -> None:
    assert beats_in(sound) == []
