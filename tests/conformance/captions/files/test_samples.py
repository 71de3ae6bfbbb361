"""Files that another project keeps as its samples, read as captions."""

from fractions import Fraction
from pathlib import Path

import pytest

from portevoix.captions.files.read import read_captions
from portevoix.errors import InvalidInput

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("captions_with_bom.vtt", [f"Caption text #{n}" for n in range(1, 5)]),
        (
            "comments.vtt",
            ["- Ta en kopp varmt te.\n- Det är inte varmt.", "- Har en kopp te.\n- Det smakar som te.", "- Ta en kopp"],
        ),
        ("cue_tags.vtt", ["When the moon hits your eye", "Like a big-a pizza pie", "That's amore"]),
        ("styles.vtt", ["- Hello world."]),
    ],
)
def test_a_sample_gives_its_words(name: str, texts: list[str]) -> None:
    file = read_captions(SAMPLES / name, "en")
    assert ([cue.text for cue in file.cues], file.repairs) == (texts, ())


def test_the_word_times_of_a_sample_lie_on_its_words() -> None:
    cue = read_captions(SAMPLES / "cue_tags.vtt", "en").cues[1]
    assert [(cue.text[place:], second) for place, second in cue.word_times] == [
        ("big-a pizza pie", 19),
        ("pizza pie", Fraction(39, 2)),
        ("pie", 20),
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("regions.vtt", r"regions.vtt:22:1: starts 17.50 s before the cue above it ends"),
        ("sample.sbv", r"sample.sbv:14:1: ends \(16.543 s\) no later than it starts"),
    ],
)
def test_the_mistakes_of_a_sample_are_named(name: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_captions(SAMPLES / name, "en")
