"""The data files that stand beside the code."""

from datetime import date

from portevoix.drawing.canvas import MARGINS
from portevoix.library import Library
from portevoix.render.still import SMALLEST_LIMIT_BYTES

SEVEN = {"fr", "en", "es", "ru", "de", "ar", "zh-Hans"}


def test_zh_is_another_name_of_simplified_chinese(library: Library) -> None:
    found = library.language("zh")
    assert found is not None and found.code == "zh-Hans"


def test_every_placement_says_when_its_rules_were_read(library: Library) -> None:
    for placement in library.placements.values():
        assert date(2026, 1, 1) <= placement.read_on


def test_only_placements_that_take_sidecars_put_captions_beside(library: Library) -> None:
    for placement in library.placements.values():
        assert (placement.captions == "beside") == bool(placement.sidecars)


def test_the_accounts_name_known_placements_and_languages(library: Library) -> None:
    assert {account.language for account in library.accounts.values()} == SEVEN
    for account in library.accounts.values():
        assert account.placements and set(account.placements) <= set(library.placements)


def test_a_storys_margins_keep_clear_of_the_buttons_over_stories(library: Library) -> None:
    left, top, right, bottom = MARGINS["story"]
    zones = [p.safe_zone for p in library.placements.values() if p.safe_zone and p.name.endswith("_story")]
    assert len(zones) == 2
    for zone in zones:
        assert left >= zone.left and top >= zone.top and right >= zone.right and bottom >= zone.bottom


def test_every_placement_takes_a_still_as_it_is_made(library: Library) -> None:
    stills = [p.still for p in library.placements.values() if p.still]
    assert all("jpeg" in still.formats for still in stills)
    assert min(still.max_bytes for still in stills) == SMALLEST_LIMIT_BYTES
