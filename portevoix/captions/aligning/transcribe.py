"""Words and times from the sound alone, where this machine has a speech model. The one module that uses faster-whisper.

An optional plug-in: neither the package nor a model is part of Portevoix, and nothing is ever downloaded.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Protocol

from portevoix.authoring.language import Language
from portevoix.captions.aligning.untimed_cues import untimed_cues
from portevoix.captions.cue import Block, Cue
from portevoix.errors import PortevoixError
from portevoix.timing import millisecond_at

SETTING = "PORTEVOIX_WHISPER_MODEL"


class NoTranscription(PortevoixError):
    """This installation has no speech model; the message says what to install or to set."""


class Word(Protocol):
    """One word as a model hears it: seconds, and the word with the space before it."""

    start: float
    end: float
    word: str


def transcribe(path: Path, language: Language) -> list[Cue]:
    """What is said in `path`, in cues with word times. A draft: a person must read it.

    Raises NoTranscription without the package `faster_whisper` or a model folder in PORTEVOIX_WHISPER_MODEL.
    """
    folder = Path(os.environ.get(SETTING, ""))
    if not os.environ.get(SETTING) or not (folder / "model.bin").is_file():
        raise NoTranscription(
            f"{SETTING} is {os.environ.get(SETTING, '')!r}, no folder with a model.bin; set it to a faster-whisper "
            "model on this machine, or give a script"
        )
    try:
        whisper = importlib.import_module("faster_whisper")
    except ImportError as error:
        raise NoTranscription(f"{error}; install faster-whisper beside Portevoix, or give a script") from None
    model = whisper.WhisperModel(str(folder), local_files_only=True)
    segments, _ = model.transcribe(str(path), language=language.code.split("-")[0], word_timestamps=True)
    return cues_of((segment.words for segment in segments), language)


def cues_of(segments: Iterable[Iterable[Word]], language: Language) -> list[Cue]:
    """The heard words in cues that fit into every format; `line` counts the segments from 1."""
    cues: list[Cue] = []
    for line, segment in enumerate(segments, 1):
        heard = [word for word in segment if word.word.strip()]
        text = "".join(word.word for word in heard).strip()
        begins = [0, *accumulate(_size(word.word) for word in heard)]
        at = 0
        for piece in untimed_cues([Block(text, line)], language) if text else []:
            end = at + _size(piece.text)
            words = [word for begin, word in zip(begins, heard, strict=False) if at <= begin < end]
            if words:
                cues.append(_cue(words, piece.text, line))
            else:  # one word that is longer than a cue stays whole in the cue before
                cues[-1] = replace(cues[-1], text=cues[-1].text + piece.text)
            at = end
    return cues


def _size(text: str) -> int:
    return len("".join(text.split()))


def _cue(words: list[Word], text: str, line: int) -> Cue:
    times, at = [], 0
    for word in words:
        at = max(text.find(word.word.strip(), at), at)
        times.append((at, _second(word.start)))
        at += len(word.word.strip())
    return Cue(_second(words[0].start), _second(words[-1].end), text, line, word_times=tuple(times))


def _second(value: float) -> Fraction:
    return millisecond_at(Fraction(value))
