"""The pages' colours can be read, whatever the kit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from portevoix.authoring.brand import Colours
from portevoix.authoring.colours import contrast
from portevoix.library import Library
from service.http.desk.colours import mix_of, palette

# What stands on what, and the contrast that WCAG 2.2 AA asks for.
GROUNDS = ("page", "surface", "sunk", "busy-tint")
WORDS = [(words, ground) for words in ("ink", "soft") for ground in GROUNDS]
WORDS += [("link", "page"), ("link", "surface"), ("accent", "page"), ("accent", "surface"), ("on-primary", "primary")]
WORDS += [("on-band", "band"), ("soft-on-band", "band")]
WORDS += [(s, ground) for s in ("ok", "wait", "bad", "busy") for ground in (f"{s}-tint", "surface")]
MARKS = [(mark, ground) for mark in ("edge", "focus") for ground in GROUNDS] + [("accent-on-band", "band")]
MARKS += [("accent", "sunk")]

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


def unreadable(kit: Colours) -> list[tuple[str, str, int, float]]:
    found = []
    roles = palette(kit)
    for pairs, least in ((WORDS, 4.5), (MARKS, 3.0)):
        for over, ground in pairs:
            for theme in (0, 1):
                seen = contrast(roles[over][theme], roles[ground][theme])
                if seen < least:
                    found.append((over, ground, theme, seen))
    return found


def test_every_kit_gives_colours_that_can_be_read_in_both_themes(library: Library) -> None:
    for name, kit in library.kits.items():
        assert unreadable(kit.values.colours) == [], name


@settings(max_examples=40)
@given(colours, colours, colours, colours)
def test_any_colours_of_a_kit_give_pages_that_can_be_read(ground: str, over: str, accent: str, other: str) -> None:
    kit = Colours(
        ground=ground,
        on_ground=over,
        accent=accent,
        accent_on_ground=other,
        on_accent=over,
        muted=over,
        caption_box=ground,
        caption_text=over,
    )
    assert unreadable(kit) == []


@given(colours)
def test_a_colour_comes_back_from_oklch_as_it_was(colour: str) -> None:
    assert all(abs(int(colour[i : i + 2], 16) - int(mix_of(colour).written[i : i + 2], 16)) <= 1 for i in (1, 3, 5))
