"""Untimed scripts on their recording: which words are spoken when, by the pauses and the weight of the words.

No model: two ways to spread the script over the stretches where somebody speaks are computed and compared, and where
they disagree the cue is marked for a person to listen to. What comes out is a draft.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from portevoix.authoring.language import Language
from portevoix.captions.aligning import speech
from portevoix.captions.aligning.script import read_script
from portevoix.captions.aligning.speech import Dip, Interval
from portevoix.captions.aligning.trellis import DISAGREEMENT_S, Boundary, SpeechClock, Trellis, places_of
from portevoix.captions.aligning.untimed_cues import UntimedCue, split_again, untimed_cues
from portevoix.captions.cue import Block, Cue
from portevoix.captions.files.write import captions_text
from portevoix.captions.sentences import Ending
from portevoix.errors import invalid
from portevoix.files import write_text
from portevoix.timing import clock

# Spoken length against one letter. Our own figures; benchmarks/align.py measures what they lead to.
DIGIT_WEIGHT, HAN_WEIGHT, KANA_WEIGHT, HANGUL_WEIGHT = 6.0, 3.0, 2.0, 2.0
MARK_WEIGHT: dict[Ending, float] = {"sentence": 2.0, "comma": 1.0, "word": 0.0}
SENTENCE_PAUSE_S = Fraction(1, 10)  # a shorter pause separates no groups of stretches
HELD_PAUSE_S = Fraction(1)  # BBC subtitle guidelines: no gap between cues under a second
LINGER_S = Fraction(1, 2)  # Netflix: a cue may stay half a second past the speech
FASTEST_LETTERS, SLOWEST_LETTERS = 30.0, 4.0  # weighed letters a second of speech; beyond them it is another recording
MOST_ROUNDS = 4
NEAR_COST = 0.5  # another place for a boundary that costs only so much more is as likely: which one, nobody knows


@dataclass(frozen=True)
class Note:
    """A sentence about cue `number` (from 1), or about the whole draft (0). `doubtful`: somebody must listen there."""

    number: int
    message: str
    doubtful: bool


@dataclass(frozen=True)
class Alignment:
    """The draft: cues in order, and what a person must know about them."""

    cues: tuple[Cue, ...]
    notes: tuple[Note, ...]

    @property
    def doubtful(self) -> frozenset[int]:
        """Numbers, from 1, of the cues whose times nobody should trust unspeech_clock."""
        return frozenset(note.number for note in self.notes if note.doubtful and note.number)


def align_file(script: Path, media: Path, language: Language, out: Path) -> Alignment:
    """Write the timed draft of `script` (text, Markdown or DOCX) on the sound of `media` as `out`, a `.vtt`.

    Raises InvalidInput: no words, no sound, no speech, more cues than the speech has room for.
    """
    if out.suffix != ".vtt":
        raise invalid(out, "a draft is WebVTT, whose notes say where to listen; name it .vtt")
    words = read_script(script, language.code)
    samples = speech.read_sound(media)
    spoken = speech.stretches(samples, speech.RATE_HZ)
    if not spoken:
        raise invalid(media, "nobody is heard in it; is its sound the recording of the script?")
    length_s = speech.duration_of(samples, speech.RATE_HZ)
    try:
        draft = align(words.blocks, language, spoken, speech.dips(samples, speech.RATE_HZ, spoken), length_s)
    except ValueError as error:
        raise invalid(script, str(error)) from None
    draft = replace(draft, notes=(*(Note(0, repair, False) for repair in words.repairs), *draft.notes))
    write_draft(draft, out, language)
    return draft


def write_draft(draft: Alignment, out: Path, language: Language) -> None:
    """Write the draft as WebVTT with a NOTE above each cue that has one: whole or not at all."""
    plain = captions_text(draft.cues, out, language.direction)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_text(out, _with_notes(plain, draft.notes))


def _with_notes(text: str, notes: Sequence[Note]) -> str:
    head, *cues = text.rstrip("\n").split("\n\n")
    blocks = [head]
    for number, cue in enumerate(["", *cues]):
        blocks += [f"NOTE {note.message.replace('-->', '→')}" for note in notes if note.number == number]
        blocks += [cue] if cue else []
    return "\n\n".join(blocks) + "\n"


def align(
    blocks: Sequence[Block], language: Language, spoken: list[Interval], dips: list[Dip], duration_s: Fraction
) -> Alignment:
    """The script's cues on the `spoken` stretches of a recording of `duration_s`.

    A cue begins where somebody speaks and ends at most a second after; the silence before and after the speech stays
    free. Raises ValueError with a sentence where the speech has no room for the script.
    """
    untimed = untimed_cues(blocks, language)
    for _ in range(MOST_ROUNDS):
        cues, doubts = _placed(untimed, language, spoken, dips, duration_s)
        shorter = [
            short
            for piece, cue in zip(untimed, cues, strict=True)
            for short in (split_again(piece, language) if cue.end_s - cue.start_s > language.longest_cue_s else [piece])
        ]
        if len(shorter) == len(untimed):
            break
        untimed = shorter
    longest_s = Fraction(str(language.longest_cue_s))
    kept = tuple(replace(cue, end_s=min(cue.end_s, cue.start_s + longest_s)) for cue in cues)
    return Alignment(kept, (*_whole_notes(untimed, spoken), *_notes(kept, doubts, language)))


def _placed(
    untimed: list[UntimedCue], language: Language, spoken: list[Interval], dips: list[Dip], duration_s: Fraction
) -> tuple[list[Cue], dict[int, str]]:
    """The cues, and for each doubtful one (by place) why."""
    weights = [_weight(piece) for piece in untimed]
    speech_clock = SpeechClock(spoken)
    places = places_of(weights, spoken, dips, speech_clock, duration_s)
    endings = [piece.ending for piece in untimed]
    least_s = language.shortest_cue_s
    # Lines that are quickly spoken may be shorter than a cue should be, and a note says so; below half of it they are
    # no captions any more.
    found = (
        Trellis(weights, endings, places, speech_clock, least_s).best()
        or Trellis(weights, endings, places, speech_clock, least_s / 2).best()
    )
    if found is None:
        raise ValueError(
            f"has {len(untimed)} cues, too many for {float(speech_clock.total_s):.1f} s of speech; "
            "is it this recording's script?"
        )
    chosen = [places[place] for place in found[0]]
    cues = [
        Cue(here.start_s, _end(here, after, after is chosen[-1], language), piece.text, piece.line)
        for piece, (here, after) in zip(untimed, pairwise(chosen), strict=True)
    ]
    doubts = {
        n: "another place fits as well" for k, cost in enumerate(found[1]) if cost < NEAR_COST for n in (k - 1, k)
    }
    return cues, doubts | _doubts(untimed, weights, spoken, chosen, speech_clock)


def _end(here: Boundary, after: Boundary, last: bool, language: Language) -> Fraction:
    """When a cue that is spoken from `here` to `after` leaves the screen."""
    shortest_s, longest_s = (Fraction(str(length)) for length in (language.shortest_cue_s, language.longest_cue_s))
    held = after.pause_s < HELD_PAUSE_S and not last
    wanted_s = after.start_s if held else max(after.end_s + LINGER_S, here.start_s + shortest_s)
    return min(after.start_s, max(after.end_s, min(wanted_s, here.start_s + longest_s)))


def _doubts(
    untimed: list[UntimedCue],
    weights: list[float],
    spoken: list[Interval],
    soft: list[Boundary],
    speech_clock: SpeechClock,
) -> dict[int, str]:
    """Cues where placing whole sentences by groups of stretches gives another result."""
    ends = [number for number, piece in enumerate(untimed, 1) if piece.ending == "sentence" or number == len(untimed)]
    sentences = [sum(weights[first:end]) for first, end in pairwise([0, *ends])]
    edges = (spoken[0][0], spoken[-1][1])
    places = [
        p
        for p in places_of([], spoken, [], speech_clock, spoken[-1][1])
        if p.pause_s >= SENTENCE_PAUSE_S or p.end_s in edges
    ]
    hard = Trellis(sentences, ["sentence"] * len(sentences), places, speech_clock, 0.0).best()
    doubts: dict[int, str] = {}
    for number, end in enumerate(ends[:-1], 1):
        if hard is None:
            reason = "the recording has fewer pauses than the script has sentences"
        elif (apart_s := abs(places[hard[0][number]].start_s - soft[end].start_s)) > DISAGREEMENT_S:
            reason = f"two ways to place it are {float(apart_s):.1f} s apart"
        else:
            continue
        doubts |= {end - 1: reason, end: reason}
    for number, where in enumerate(soft[1:-1], 1):
        if where.depth_db is None and not where.pause_s:
            doubts |= dict.fromkeys(
                (number - 1, number), "no pause and no dip of the voice is near; placed by its letters"
            )
    return doubts


def _weight(piece: UntimedCue) -> float:
    return max(sum(_letter_weight(letter) for letter in piece.text) + MARK_WEIGHT[piece.ending], 1.0)


def _letter_weight(letter: str) -> float:
    category = unicodedata.category(letter)
    if category == "Nd":
        return DIGIT_WEIGHT
    if category[0] != "L":
        return 0.0
    name = unicodedata.name(letter, "")
    if name.startswith("CJK"):
        return HAN_WEIGHT
    if name.startswith(("HIRAGANA", "KATAKANA")):
        return KANA_WEIGHT
    return HANGUL_WEIGHT if name.startswith("HANGUL") else 1.0


def _whole_notes(untimed: list[UntimedCue], spoken: list[Interval]) -> list[Note]:
    seconds = float(sum(end_s - start_s for start_s, end_s in spoken))
    rate = sum(_weight(piece) for piece in untimed) / seconds
    notes = [Note(0, "A draft by the pauses of the recording: listen to each cue that has a note.", False)]
    if not SLOWEST_LETTERS <= rate <= FASTEST_LETTERS:
        size = "long" if rate > FASTEST_LETTERS else "short"
        notes.append(Note(0, f"The script is very {size} for {seconds:.1f} s of speech; is it this recording's?", True))
    return notes


def _notes(cues: Sequence[Cue], doubts: Mapping[int, str], language: Language) -> list[Note]:
    notes = []
    for number, cue in enumerate(cues):
        at = clock(cue.start_s)
        length_s = float(cue.end_s - cue.start_s)
        if number in doubts:
            notes.append(Note(number + 1, f"Low confidence at {at}: {doubts[number]}. Listen and correct.", True))
        speed = language.length(cue.text) / length_s if length_s else math.inf
        if round(speed, 1) > language.reading_speed_cps:
            notes.append(
                Note(
                    number + 1,
                    f"Fast at {at}: {speed:.1f} characters a second, {language.reading_speed_cps:g} can be "
                    f"read in {language.english_name}. Shorten the words.",
                    False,
                )
            )
        if length_s < language.shortest_cue_s - 0.001:
            notes.append(
                Note(
                    number + 1,
                    f"Short at {at}: {length_s:.2f} s, of {language.shortest_cue_s:g} s at least. "
                    "Join it with its neighbour.",
                    False,
                )
            )
    return notes
