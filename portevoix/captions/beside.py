"""The words of a caption file that is delivered: quotes, spaces and order as they stand in the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate

from portevoix.authoring.language import Language
from portevoix.captions.cue import Cue
from portevoix.captions.holding import isolated, joined
from portevoix.captions.quotes import own_quotes
from portevoix.captions.spaces import single_spaces


def set_cues(cues: Sequence[Cue], language: Language) -> list[Cue]:
    """Cues with their words set; italics and word times keep their words. Lines stay as their author broke them."""
    return [_set(cue, language) for cue in cues]


def _set(cue: Cue, language: Language) -> Cue:
    steps: tuple[Callable[[str], list[str]], ...] = (
        single_spaces,
        lambda text: own_quotes(text, language),
        lambda text: _within_lines(text, language),
        lambda text: isolated(text, language.direction),
    )
    for step in steps:
        cue = _changed(cue, step(cue.text))
    return cue


def _within_lines(text: str, language: Language) -> list[str]:
    """Spaces that do not break; a line's end stays one."""
    held = joined(text, language)
    return [now if was == " " else was for was, now in zip(text, held, strict=True)]


def _changed(cue: Cue, characters: list[str]) -> Cue:
    """The cue with other characters, one string for each of its own."""
    at = [0, *accumulate(len(character) for character in characters)]
    words = tuple((at[place], second) for place, second in cue.word_times)
    italics = tuple((at[start], at[end]) for start, end in cue.italics)
    return replace(cue, text="".join(characters), word_times=words, italics=italics)
