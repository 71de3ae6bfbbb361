"""Untimed scripts on real voices: how far from the truth a draft begins its sentences.

Recorded prompts of one human voice each, whose exact words are known, are put one after the other with known pauses
over a room's noise or a bed of music, and aligned. The truth is where each prompt begins, after its own silence was cut
off. Prints a table: seconds on average (at worst), for proportional placement and for the draft.

    python benchmarks/align.py SHARE

SHARE is the folder that holds `asterisk/sounds` and `doc`: /usr/share once Debian's asterisk-core-sounds-en, -fr, -es
and -ru are installed with their -wav packages (voices of Allison Smith, June Wallack and Maxim Topal, CC-BY-SA 3.0 and
CC-BY 3.0).
"""

from __future__ import annotations

import gzip
import random
import re
import sys
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from portevoix.authoring.language import Language
from portevoix.captions.aligning import speech
from portevoix.captions.aligning.align import align
from portevoix.captions.cue import Block
from portevoix.library import load_library

RATE_HZ, SENTENCES, SCRIPTS = 8_000, 10, 12
VOICES = {"en": "en_US_f_Allison", "fr": "fr_CA_f_June", "es": "es_MX_f_Allison", "ru": "ru_RU_f_IvrvoiceRU"}
BEDS = {"clean": None, "music -18 dB": -18.0, "music -12 dB": -12.0}
VOICE_RMS, ROOM_DB, TRIMMED_DB = 2_500, -45.0, -35.0
NOT_SAID = re.compile(
    r"[\[\]<>]|\.\.\.|^[\w-]+:|(?:\b\w ){3}"
)  # remarks, fragments, names of files, letters one by one
Sound = NDArray[np.float64]


@dataclass(frozen=True)
class Recording:
    """A script, its sound, and the second at which each of its lines begins."""

    blocks: list[Block]
    samples: NDArray[np.int16]
    begins_s: list[float]


def prompts(share: Path, language: str) -> list[tuple[str, Sound]]:
    """Words and trimmed sound of every prompt that is a sentence of five words or more."""
    text = gzip.decompress((share / f"doc/asterisk-core-sounds-{language}/core-sounds-{language}.txt.gz").read_bytes())
    found = []
    for line in text.decode("utf-8-sig").splitlines():
        name, _, words = line.partition(":")
        words = " ".join(words.split()).strip('"')
        path = share / "asterisk/sounds" / VOICES[language] / f"{name.strip()}.wav"
        if len(words.split()) < 5 or NOT_SAID.search(words) or not path.is_file():
            continue
        found.append((words if words[-1] in ".!?" else words + ".", _trimmed(path)))
    return found


def _trimmed(path: Path) -> Sound:
    with wave.open(str(path)) as file:
        assert file.getframerate() == RATE_HZ
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.float64)
    level = np.sqrt(np.convolve(samples**2, np.ones(80) / 80, mode="same"))
    loud = np.flatnonzero(level > level.max() * 10 ** (TRIMMED_DB / 20))
    kept = samples[loud[0] : loud[-1] + 1]
    return kept * VOICE_RMS / np.sqrt((kept**2).mean())


def recordings(share: Path, language: str, hard: bool, music_db: float | None) -> Iterator[Recording]:
    """Scripts of ten prompts. Easy: pauses of 0.12 to 1.2 s. Hard: every fifth pause is of 0.03 s."""
    known = prompts(share, language)
    for seed in range(SCRIPTS):
        chance = random.Random(f"{language} {seed + 100}")
        chosen = chance.sample(known, SENTENCES)
        parts, begins_s, at = [np.zeros(int(chance.uniform(0.3, 2) * RATE_HZ))], [], 0
        at = len(parts[0])
        for _, sound in chosen:
            begins_s.append(at / RATE_HZ)
            pause = 0.03 if hard and chance.random() < 0.2 else chance.uniform(0.12, 1.2)
            parts += [sound, np.zeros(int(pause * RATE_HZ))]
            at += len(sound) + len(parts[-1])
        mixed = np.concatenate(parts)
        noise = np.random.default_rng(seed)
        mixed += noise.normal(0, VOICE_RMS * 10 ** (ROOM_DB / 20), len(mixed))
        if music_db is not None:
            mixed += _music(len(mixed), noise) * VOICE_RMS * 10 ** (music_db / 20)
        blocks = [Block(words, number) for number, (words, _) in enumerate(chosen, 1)]
        yield Recording(blocks, np.clip(mixed, -32_768, 32_767).astype(np.int16), begins_s)


def _music(length: int, noise: np.random.Generator) -> Sound:
    """A chord held for two seconds each and a beat of noise twice a second, at an RMS of 1."""
    clock = np.arange(length) / RATE_HZ
    root = 110 * 2 ** (np.array([0, 5, 7, 3])[(clock // 2).astype(int) % 4] / 12)
    pad = sum(np.sin(2 * np.pi * np.cumsum(root * interval) / RATE_HZ) for interval in (1, 1.26, 1.5, 2))
    beat = noise.normal(0, 3, length) * np.exp(-(clock % 0.5) / 0.04)
    mixed = pad + beat
    return mixed / np.sqrt((mixed**2).mean())


def proportional(recording: Recording, over: list[tuple[Fraction, Fraction]]) -> list[float]:
    """Where each line begins if its letters alone decide, spread over the given stretches."""
    letters = [len(block.text) for block in recording.blocks]
    total_s = float(sum(end - start for start, end in over))
    begins, spent = [], 0.0
    for number in range(len(letters)):
        left = spent + total_s * sum(letters[:number]) / sum(letters)
        for start, end in over:
            if left <= float(end - start):
                begins.append(float(start) + left)
                break
            left -= float(end - start)
        else:
            begins.append(float(over[-1][1]))
    return begins


def drafted(recording: Recording, profile: Language) -> tuple[list[float], list[bool]]:
    """Where each line of the draft begins, and whether that cue is marked as doubtful."""
    spoken = speech.stretches(recording.samples, RATE_HZ)
    length_s = speech.duration_of(recording.samples, RATE_HZ)
    draft = align(recording.blocks, profile, spoken, speech.dips(recording.samples, RATE_HZ, spoken), length_s)
    first = [next(n for n, cue in enumerate(draft.cues, 1) if cue.line == block.line) for block in recording.blocks]
    return [float(draft.cues[n - 1].start_s) for n in first], [n in draft.doubtful for n in first]


def _errors(found: list[float], recording: Recording) -> list[float]:
    """Of every line but the first, whose beginning any method finds."""
    return [abs(a - b) for a, b in zip(found[1:], recording.begins_s[1:], strict=True)]


def _shown(errors: list[float]) -> str:
    return f"{mean(errors):.2f} ({max(errors):.1f})" if errors else "–"


def main() -> None:
    share = Path(sys.argv[1])
    profiles = load_library().languages
    print(
        "| pauses | sound | letters over the file | letters over the speech | draft | draft, unmarked | "
        "marked | over 0.5 s and unmarked |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for hard in (False, True):
        for name, music_db in BEDS.items():
            whole: list[float] = []
            voiced: list[float] = []
            ours: list[float] = []
            marks: list[bool] = []
            for language in VOICES:
                for recording in recordings(share, language, hard, music_db):
                    length_s = Fraction(len(recording.samples), RATE_HZ)
                    whole += _errors(proportional(recording, [(Fraction(0), length_s)]), recording)
                    spoken = speech.stretches(recording.samples, RATE_HZ)
                    voiced += _errors(proportional(recording, spoken), recording)
                    begins, marked = drafted(recording, profiles[language])
                    ours += _errors(begins, recording)
                    marks += marked[1:]
            trusted = [error for error, mark in zip(ours, marks, strict=True) if not mark]
            late = sum(error > 0.5 for error in trusted)
            print(
                f"| {'hard' if hard else 'easy'} | {name} | {_shown(whole)} | {_shown(voiced)} | {_shown(ours)} "
                f"| {_shown(trusted)} | {sum(marks) / len(marks):.0%} | {late} of {len(ours)} |"
            )


if __name__ == "__main__":
    main()
