"""Untimed scripts on made-up recordings whose pauses are known to the sample."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portevoix.authoring.language import reading_seconds
from portevoix.captions.aligning import speech
from portevoix.captions.aligning.align import Alignment, align, write_draft
from portevoix.captions.aligning.transcribe import SETTING, NoTranscription, cues_of, transcribe
from portevoix.captions.aligning.untimed_cues import untimed_cues
from portevoix.captions.cue import Block
from portevoix.captions.files.read import read_captions
from portevoix.library import Library, load_library

RATE_HZ = 16_000
LANGUAGES = load_library().languages


def _recording(parts: list[tuple[float, float]], silence_s: float = 1.0, noise: float = 20.0) -> np.ndarray:
    """Bursts that rise and fall like syllables, each (length, pause after it) in seconds, in a room's noise."""
    sound = [np.zeros(int(silence_s * RATE_HZ))]
    for length_s, pause_s in parts:
        clock = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
        syllables = 0.6 + 0.4 * np.cos(2 * np.pi * 4 * clock)
        sound += [8_000 * syllables * np.sin(2 * np.pi * 180 * clock), np.zeros(int(pause_s * RATE_HZ))]
    mixed = np.concatenate(sound)
    return (mixed + np.random.default_rng(1).normal(0, noise, len(mixed))).astype(np.int16)


def _draft(texts: list[str], samples: np.ndarray, code: str = "en") -> Alignment:
    spoken = speech.stretches(samples, RATE_HZ)
    blocks = [Block(text, number) for number, text in enumerate(texts, 1)]
    found = speech.dips(samples, RATE_HZ, spoken)
    return align(blocks, LANGUAGES[code], spoken, found, speech.duration_of(samples, RATE_HZ))


@pytest.mark.parametrize("noise", [0.0, 20.0, 400.0])
def test_somebody_speaks_where_the_sound_rises_over_its_own_noise(noise: float) -> None:
    found = speech.stretches(_recording([(2, 0.5), (1, 0.2), (3, 1)], noise=noise), RATE_HZ)
    wanted = [(1.0, 3.0), (3.5, 4.5), (4.7, 7.7)]
    assert [pytest.approx(pair, abs=0.06) for pair in wanted] == [(float(a), float(b)) for a, b in found]


def test_a_click_is_nobody_and_silence_has_no_speech() -> None:
    click = _recording([(2, 2)])
    click[int(4.2 * RATE_HZ) : int(4.21 * RATE_HZ)] = 20_000
    assert len(speech.stretches(click, RATE_HZ)) == 1
    assert speech.stretches(np.zeros(3 * RATE_HZ, np.int16), RATE_HZ) == []
    assert speech.stretches(np.zeros(0, np.int16), RATE_HZ) == []


def test_words_may_part_where_the_voice_dips() -> None:
    samples = _recording([(2, 1)])
    found = speech.dips(samples, RATE_HZ, speech.stretches(samples, RATE_HZ))
    # The made-up syllables are weakest every quarter of a second.
    assert len(found) >= 5
    assert all(abs(float(dip.at_s) % 0.25 - 0.125) < 0.03 for dip in found)


TEXTS = [
    "The minister arrived in the morning.",
    "She spoke.",
    "Then both delegations signed the agreement on the oceans.",
    "It holds for ten years.",
]
LENGTHS = [len(text) / 15 for text in TEXTS]


@pytest.mark.parametrize("pauses", [(0.5, 0.7, 0.4, 1.0), (0.15, 0.2, 0.15, 0.5), (1.5, 0.3, 2.5, 0.5)])
@pytest.mark.parametrize("tempo", [(1, 1, 1, 1), (0.8, 1.2, 1.1, 0.9)])
def test_cues_begin_with_their_sentences(pauses: tuple[float, ...], tempo: tuple[float, ...]) -> None:
    lengths = [length * speed for length, speed in zip(LENGTHS, tempo, strict=True)]
    draft = _draft(TEXTS, _recording(list(zip(lengths, pauses, strict=True))))
    at, wanted = 1.0, []
    for length, pause in zip(lengths, pauses, strict=True):
        wanted.append(at)
        at += length + pause
    begins = [float(next(cue.start_s for cue in draft.cues if cue.line == line)) for line in range(1, 5)]
    assert begins == pytest.approx(wanted, abs=0.1)
    assert not draft.doubtful


def test_a_cue_stays_a_second_past_the_speech_at_most_and_silence_stays_free() -> None:
    samples = _recording([(length, 1.6) for length in LENGTHS], silence_s=3)
    cues = _draft(TEXTS, samples).cues
    spoken = speech.stretches(samples, RATE_HZ)
    for cue in cues:
        assert any(start <= cue.start_s < end for start, end in spoken)
        assert any(start < cue.end_s <= end + 1 for start, end in spoken)
    assert cues[0].start_s > 2.9
    assert cues[-1].end_s < speech.duration_of(samples, RATE_HZ) - 1


def test_without_pauses_the_cues_are_marked() -> None:
    draft = _draft(TEXTS, _recording([(sum(LENGTHS), 1)]))
    assert draft.doubtful == set(range(1, len(draft.cues) + 1))
    assert any("fewer pauses than the script has sentences" in note.message for note in draft.notes)


def test_two_ways_that_disagree_mark_the_cues_beside_the_boundary() -> None:
    # The second sentence begins without a pause; the one in the first sentence looks like its beginning.
    texts = [
        "We met them in Geneva and then, after long talks, in Vienna.",
        "We agreed at last on all of it.",
        *TEXTS[2:],
    ]
    lengths = [len(text) / 15 for text in texts]
    samples = _recording([(1.9, 0.5), (lengths[0] - 1.9 + lengths[1], 0.6), (lengths[2], 0.7), (lengths[3], 0.5)])
    draft = _draft(texts, samples)
    assert {draft.cues[number - 1].line for number in draft.doubtful} >= {1, 2}
    assert draft.cues[-1].line == 4
    assert len(draft.cues) not in draft.doubtful


def test_a_script_without_room_is_refused_and_one_of_another_length_is_said() -> None:
    with pytest.raises(ValueError, match=r"40 cues, too many for 2\.0 s of speech"):
        _draft(["No."] * 40, _recording([(2, 1)]))
    few = _draft(["Good morning."], _recording([(20, 1)]))
    assert any("very short" in note.message for note in few.notes)


def test_what_is_spoken_too_fast_to_be_read_is_said_with_both_speeds() -> None:
    draft = _draft(TEXTS, _recording([(length / 2, 0.2) for length in LENGTHS]))
    fast = [note for note in draft.notes if note.message.startswith("Fast")]
    assert fast
    assert "20 can be read in English" in fast[0].message
    assert not any(note.doubtful for note in fast)


def test_a_slow_voice_has_its_cue_parted_and_none_stands_too_long() -> None:
    draft = _draft([TEXTS[2]], _recording([(12, 1)]))
    assert len(draft.cues) > 1
    assert all(cue.end_s - cue.start_s <= 7 for cue in draft.cues)


def test_the_draft_carries_its_notes_and_is_read_again(tmp_path, library: Library) -> None:
    draft = _draft(TEXTS, _recording([(sum(LENGTHS), 1)]))
    path = tmp_path / "new" / "draft.vtt"
    write_draft(draft, path, library.languages["en"])
    lines = path.read_text(encoding="utf-8").split("\n\n")
    marked = [number for number, part in enumerate(lines) if part.startswith("NOTE Low confidence")]
    assert len(marked) == len(draft.doubtful)
    assert all("-->" in lines[number + 1] or lines[number + 1].startswith("NOTE") for number in marked)
    again = read_captions(path, "en").cues
    assert [cue.text for cue in again] == [cue.text for cue in draft.cues]
    assert [path.name for path in path.parent.iterdir()] == ["draft.vtt"]


@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        ("en", "Mr. Smith and Mrs. Ford met Dr. Jones in the morning.", "He said that he would certainly come back."),
        ("de", "Am 12. März kam Dr. Weiß, z. B. mit J. Hahn.", "Er ging gern auch allein nach Hause."),
        ("fr", "Le 3 mai, M. Dupont a reçu Mme. Curie à Paris.", "Elle partit sans dire un mot."),
        ("ar", "هل ستأتون غدا إلى المؤتمر الدولي الكبير؟", "سيبدأ الاجتماع في الصباح الباكر في القاعة."),
        ("zh-Hans", "今天各国代表在北京签署了海洋协定。", "这份协定的有效期为十年左右！"),
        ("ru", "В Москве выступил Ю. А. Гагарин вчера.", "Он рассказал о своём полёте."),
    ],
)
def test_sentences_end_where_the_language_ends_them(code: str, first: str, second: str) -> None:
    gap = "" if code == "zh-Hans" else " "
    pieces = untimed_cues([Block(first + gap + second, 1)], LANGUAGES[code])
    ends = [number for number, piece in enumerate(pieces, 1) if piece.ending == "sentence"]
    assert gap.join(piece.text for piece in pieces[: ends[0]]) == first
    assert ends[1:] == [len(pieces)]


def test_brief_sentences_share_a_cue_with_the_space_that_their_author_wrote() -> None:
    for code, text in (("en", "No. No! Not here, and not today."), ("zh-Hans", "不。不行！今天在这里绝对不行。")):
        pieces = untimed_cues([Block(text, 1), Block("x", 2)], LANGUAGES[code])
        assert [piece.text for piece in pieces] == [text, "x"]
        long = f"{text} " * 4 if code == "en" else text * 4
        assert all(piece.text in long for piece in untimed_cues([Block(long.strip(), 1)], LANGUAGES[code]))


def test_a_long_sentence_parts_at_its_comma() -> None:
    text = "Si la console est occupée ou non-disponible, vous pourrez laisser un message vocal."
    assert [p.text[-1] for p in untimed_cues([Block(text, 1)], LANGUAGES["fr"])] == [",", "."]


def test_an_authors_breaks_are_cue_breaks_and_a_short_paragraph_is_one_cue() -> None:
    lone = untimed_cues([Block("One line\nand another\nand a third", 1)], LANGUAGES["en"])
    assert [(piece.text, piece.line) for piece in lone] == [("One line", 1), ("and another", 2), ("and a third", 3)]
    assert [piece.ending for piece in lone] == ["word", "word", "sentence"]
    two = untimed_cues([Block("Where to?\nHome.", 1), Block("Now.", 4)], LANGUAGES["en"])
    assert [piece.text for piece in two] == ["Where to?\nHome.", "Now."]


@given(
    code=st.sampled_from(sorted(LANGUAGES)),
    texts=st.lists(
        st.text(st.sampled_from("ab É.,;!?…؟。，—'’«» 12م中文字कขあ한"), min_size=1, max_size=150)
        .map(lambda text: " ".join(text.split()))
        .filter(bool),
        min_size=1,
        max_size=6,
    ),
)
@settings(max_examples=60)
def test_every_character_is_in_exactly_one_cue_in_order(code: str, texts: list[str]) -> None:
    spoken = [(Fraction(3 * n), Fraction(3 * n) + Fraction(5, 2)) for n in range(40)]
    blocks = [Block(text, number) for number, text in enumerate(texts, 1)]
    draft = align(blocks, LANGUAGES[code], spoken, [], Fraction(121))
    assert "".join("".join(cue.text.split()) for cue in draft.cues) == "".join("".join(texts).split())
    assert all(cue.start_s < cue.end_s for cue in draft.cues)
    assert all(a.end_s <= b.start_s for a, b in pairwise(draft.cues))


def test_a_text_without_speech_stands_as_long_as_its_slowest_reader_needs() -> None:
    texts = {"en": "x" * 40, "fr": "x" * 51, "zh-Hans": "海洋"}
    assert reading_seconds(texts, LANGUAGES) == Fraction(7, 2)  # 51 / 17 and half a second
    assert reading_seconds({"en": "Yes"}, LANGUAGES) == Fraction(833, 1000) + Fraction(1, 2)


def test_without_a_model_a_transcription_is_refused_with_the_remedy(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    with pytest.raises(NoTranscription, match="give a script"):
        transcribe(tmp_path / "a.mp4", LANGUAGES["en"])
    (tmp_path / "model.bin").touch()
    monkeypatch.setenv(SETTING, str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "faster_whisper", None)
    with pytest.raises(NoTranscription, match="install faster-whisper"):
        transcribe(tmp_path / "a.mp4", LANGUAGES["en"])


@pytest.mark.parametrize(
    ("code", "words"),
    [("en", [f" word{n}" for n in range(30)]), ("zh-Hans", ["今天", "各国代表", "在北京", "签署了", "海洋协定。"] * 4)],
)
def test_heard_words_become_cues_with_the_time_of_every_word(code: str, words: list[str]) -> None:
    heard = [SimpleNamespace(start=n / 2, end=n / 2 + 0.4, word=word) for n, word in enumerate(words)]
    cues = cues_of([heard], LANGUAGES[code])
    assert len(cues) > 1
    assert [second for cue in cues for _, second in cue.word_times] == [Fraction(n, 2) for n in range(len(words))]
    assert all(cue.text[at:].strip() for cue in cues for at, _ in cue.word_times)
    assert all(a.end_s <= b.start_s for a, b in pairwise(cues))
