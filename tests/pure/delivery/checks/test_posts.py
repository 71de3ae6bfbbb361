"""Each limit of what is said beside a film: the longest passes, one more does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portevoix.delivery.checks.posts import post_checks
from portevoix.delivery.checks.verdict import failed
from portevoix.delivery.posts.compose import ComposedPost
from portevoix.library import Library

NOTHING = ComposedPost("Bonjour", "", (), (), "", "")


@pytest.mark.parametrize(
    ("placement", "longest", "one_more", "measured"),
    [
        ("x", replace(NOTHING, text="a" * 280), replace(NOTHING, text="a" * 281), "281 weighted characters"),
        ("x", replace(NOTHING, text="漢" * 140), replace(NOTHING, text="漢" * 140 + "a"), "281 weighted characters"),
        ("threads", replace(NOTHING, text="a" * 496 + "😷"), replace(NOTHING, text="a" * 497 + "😷"), "501 characters"),
        ("tiktok", replace(NOTHING, text="😷" * 1100), replace(NOTHING, text="😷" * 1100 + "a"), "2,201 UTF-16 units"),
        ("youtube", replace(NOTHING, text="é" * 2500), replace(NOTHING, text="é" * 2500 + "a"), "5,001 bytes"),
        ("youtube", replace(NOTHING, title="t" * 100), replace(NOTHING, title="t" * 101), "101 characters"),
        ("instagram_feed", replace(NOTHING, hashtags=("a",) * 5), replace(NOTHING, hashtags=("a",) * 6), "6 hashtags"),
        ("x", replace(NOTHING, alt_text="a" * 1000), replace(NOTHING, alt_text="a" * 1001), "1,001 characters"),
    ],
)
def test_the_longest_post_passes_and_one_more_is_blocked_with_its_length(
    library: Library, placement: str, longest: ComposedPost, one_more: ComposedPost, measured: str
) -> None:
    rules = library.placements[placement]
    assert {check.verdict for check in post_checks(longest, rules)} == {"pass"}
    [broken] = [check for check in post_checks(one_more, rules) if check.verdict == "fail"]
    assert broken.measured.startswith(measured) and broken.source and broken.read_on
    assert broken.remedy.endswith(f"at {placement}, by 1")


def test_a_post_that_is_too_long_stops_its_approval_and_not_the_making(library: Library) -> None:
    [check] = post_checks(replace(NOTHING, text="a" * 281), library.placements["x"])[:1]
    assert not failed(check.plain())


def test_a_place_that_shows_a_text_and_has_none_is_named(library: Library) -> None:
    silent = replace(NOTHING, text="")
    assert [check.verdict for check in post_checks(silent, library.placements["facebook_feed"])] == ["pass", "warn"]
    assert post_checks(silent, library.placements["facebook_story"]) == []
