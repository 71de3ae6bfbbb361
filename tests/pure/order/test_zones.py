"""One zone free of words for all stories of an account."""

from __future__ import annotations

import pytest

from portevoix.authoring.account import Account
from portevoix.library import Library
from portevoix.order.zones import shared_zone


@pytest.mark.parametrize(
    ("placements", "safe_zone", "zone"),
    [
        (("instagram_story", "facebook_story", "instagram_feed"), "organic", None),
        (("instagram_story", "instagram_reel"), "organic", (65, 269, 130, 450)),
        (("instagram_reel", "youtube_shorts", "tiktok"), "organic", (65, 269, 140, 484)),
        (("instagram_story", "instagram_reel"), "strict", (65, 269, 65, 672)),
        (("facebook_story", "youtube_shorts"), "strict", (65, 288, 192, 672)),
        (("x", "youtube"), "strict", None),
    ],
)
def test_the_zone_is_what_no_placement_of_the_account_covers(
    placements: tuple[str, ...], safe_zone: str, zone: tuple[int, ...] | None, library: Library
) -> None:
    account = Account(language="fr", kit="aster", prefix="a", placements=placements, safe_zone=safe_zone)
    assert shared_zone(account, library.placements) == zone


def test_a_placement_that_the_account_gives_another_format_counts_only_as_a_story(library: Library) -> None:
    square = Account(
        language="fr", kit="aster", prefix="a", placements=("youtube_shorts",), formats={"youtube_shorts": "square"}
    )
    assert shared_zone(square, library.placements) is None
