"""Posts are as long as the platforms say that they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from portevoix.authoring.placement import Counting
from portevoix.delivery.posts.counting import counted
from portevoix.delivery.posts.links import links

PUBLISHED: list[dict[str, Any]] = json.loads(Path("tests/golden/x_posts.json").read_text("utf-8"))["posts"]


@pytest.mark.parametrize("example", PUBLISHED, ids=lambda example: example["what"])
def test_x_counts_its_published_examples(example: dict[str, Any]) -> None:
    assert counted(example["text"], "weighted") == example["counts"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Voir diplomatie.gouv.fr/fr, puis écrire à a@exemple.fr", ["diplomatie.gouv.fr/fr"]),
        ("https://fr.wikipedia.org/wiki/Paris_(France). Fin", ["https://fr.wikipedia.org/wiki/Paris_(France)"]),
        ("http://☃.net/ and http://-a.example", ["http://☃.net/"]),
        ("example.com中国語t.co/abcde", ["example.com", "t.co/abcde"]),
        ("Rendez-vous à 9 h.Merci, v2.0 et www.exemple", []),
        ("#example.com $example.com @example.com", []),
        (f"https://{'a' * 64}.com", []),
    ],
)
def test_a_link_is_what_x_makes_one_of(text: str, found: list[str]) -> None:
    assert [text[first:end] for first, end in links(text)] == found


@pytest.mark.parametrize(
    ("how", "length"), [("characters", 5), ("emoji_bytes", 8), ("weighted", 6), ("utf16", 6), ("bytes", 10)]
)
def test_one_text_has_the_length_of_each_platform(how: Counting, length: int) -> None:
    assert counted("e\u0301té 😷", how) == length
