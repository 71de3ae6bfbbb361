"""How cards come and go: which piece first, from which side, and that a kit may choose that nothing moves."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from bare_orders import bare_order

from portevoix.authoring.brand import BrandKit
from portevoix.authoring.job import Job
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.library import Library
from portevoix.order import Order
from portevoix.plan.overlays import overlays_of
from portevoix.plan.variant import Overlay, OverlayContext, Variant
from portevoix.store import FolderStore
from portevoix.timeline.cards import Bug, Claim, Closing, Headline, LowerThird, Notice, Opening, Point, Quote, TimedCard
from portevoix.timeline.cues import PlacedCue
from portevoix.timeline.model import Scene, Timeline
from portevoix.timeline.pictures import ClipPicture, GroundPicture

WORDS = {
    "fr": "Ce qui change pour toutes les villes du littoral, et pour celles qui sont loin de la mer",
    "ar": "ما الذي يتغير بالنسبة إلى جميع مدن الساحل وإلى المدن البعيدة عن البحر",
}
FILM = (Scene(0, 300, ClipPicture(0)), Scene(300, 75, GroundPicture()))
CLOSING = TimedCard(300, 375, Closing())


def shown(library: Library, artist: Artist, code: str, *cards: TimedCard, said_until: int = 0) -> list[Overlay]:
    claim = {"at": 0, "until": 8, "claim": {code: WORDS[code]}, "answer": {code: "Si."}, "verdict": {code: "Faux"}}
    asked = {"recipe": "correction", "languages": [code], "title": {code: WORDS[code]}, "claims": [claim]}
    asked |= {"points": [{"title": {code: "Si."}}], "headline": {code: "Si."}}
    named = {"name": {code: "Ada"}, "role": {code: "Si."}}
    job = Job.model_validate({**asked, "speakers": {"ada": named}, "quoted": "ada", "quote": {code: WORDS[code]}})
    order = replace(an_order(library, code), job=job)
    cues = (PlacedCue(0, said_until, "Bonjour", 1),) if said_until else ()
    timeline, canvas = Timeline(Fraction(25), FILM, cards, (), ()), Canvas.of_format("wide", False)
    return overlays_of(OverlayContext(Variant(code, True), canvas, order, timeline, cues, artist))


def an_order(library: Library, code: str) -> Order:
    return bare_order(Job.model_validate({"recipe": "correction", "languages": [code]}), code, library)


def notice(library: Library, artist: Artist, code: str, text: str) -> list[Overlay]:
    asked = {"recipe": "alert", "languages": [code], "title": {code: WORDS[code]}, "text": {code: text}}
    order = replace(an_order(library, code), job=Job.model_validate(asked), recipe=library.recipes["alert"])
    timeline = Timeline(Fraction(25), (Scene(0, 250, GroundPicture()),), (TimedCard(0, 250, Notice()),), (), ())
    canvas = Canvas.of_format("story", False)
    return overlays_of(OverlayContext(Variant(code, True), canvas, order, timeline, (), artist))


def of_kind(overlays: list[Overlay], kind: type) -> list[Overlay]:
    return [overlay for overlay in overlays if isinstance(overlay.card, kind)]


def seen_throughout(overlays: list[Overlay], end: int) -> bool:
    """Whether each piece that goes stands until it does, once the whole card has been taken apart."""
    going = [x for x in overlays if x.glide and x.glide.leaving]
    apart = min(x.first_frame for x in going)
    waits = {(x.drawn.key, x.end_frame) for x in overlays if not x.glide and x.first_frame == apart}
    stands = [x for x in overlays if x.glide is None and x.end_frame == apart]
    waited = all(x.first_frame == apart or (x.drawn.key, x.first_frame) in waits for x in going)
    return len(stands) == 1 and waited and max(x.end_frame for x in overlays) == end


def still(artist: Artist) -> None:
    kit = BrandKit.model_validate({**artist.kit.model_dump(), "motion": "none"})
    artist.kit = artist.identity.kit = kit


def test_a_piece_of_a_card_that_the_store_has_lost_is_drawn_again(library: Library, tmp_path: Path) -> None:
    first = Artist(library, library.default_kit, FolderStore(tmp_path), None)
    before = shown(library, first, "fr", TimedCard(10, 110, Opening()))
    lost = [x.drawn.key for x in before if x.glide and "-" in x.drawn.key]
    for key in lost:
        first.store.delete(key)
    again = Artist(library, library.default_kit, FolderStore(tmp_path), None)
    assert lost and shown(library, again, "fr", TimedCard(10, 110, Opening())) == before
    assert all(again.store.has(key) for key in lost)


@pytest.mark.parametrize("kit", ["rivage", "aster"])
@pytest.mark.parametrize("code", ["fr", "ar"])
@pytest.mark.parametrize("frames", [100, 56])
def test_words_come_once_their_box_is_open_under_them_also_on_a_card_that_hurries(
    library: Library, tmp_path: Path, kit: str, code: str, frames: int
) -> None:
    artist, until = Artist(library, kit, FolderStore(tmp_path)), 10 + frames
    for card in (Opening(), LowerThird("ada"), Claim(0, "said")):
        coming = [
            x for x in shown(library, artist, code, TimedCard(10, until, card)) if x.glide and not x.glide.leaving
        ]
        boxes = [x for x in coming if x.glide and x.glide.dx and x.drawn.height > 40]
        words = [x for x in coming if x.glide and x.glide.dy and x.drawn.width > 30]
        for box, line in ((box, line) for box in boxes for line in words if _lies_on(line, box)):
            assert box.glide
            done = 1 - (1 - (line.first_frame - box.first_frame + 1) / (box.glide.count + 1)) ** box.glide.power
            reach = line.drawn.x + line.drawn.width - box.drawn.x
            reach = reach if code == "fr" else box.drawn.x + box.drawn.width - line.drawn.x
            assert reach - 2 <= box.drawn.width * done, f"{card.kind}: words over the picture beside their box"
        assert words and (boxes or isinstance(card, Opening)), f"{card.kind} moves at all"


def _lies_on(one: Overlay, other: Overlay) -> bool:
    middle = one.drawn.y + one.drawn.height / 2
    return other.drawn.y < middle < other.drawn.y + other.drawn.height


@pytest.mark.parametrize(("code", "side"), [("fr", -1), ("ar", 1)])
def test_a_title_rises_line_by_line_and_goes_line_by_line_back_behind_its_masks(
    artist: Artist, library: Library, code: str, side: int
) -> None:
    overlays = of_kind(shown(library, artist, code, TimedCard(10, 110, Opening())), Opening)
    standing = next(x for x in overlays if x.glide is None)
    coming = [x for x in overlays if x.glide and not x.glide.leaving]
    lines = [x for x in coming if x.glide and x.glide.dy]
    assert len(lines) >= 3 and all(x.glide and x.glide.masked and x.glide.dy == x.drawn.height for x in lines)
    assert all(a.first_frame < b.first_frame and a.drawn.y < b.drawn.y for a, b in pairwise(lines))
    (rule,) = (x.glide for x in coming if x.glide and x.glide.dx)
    assert rule.masked and rule.dx * side > 0, "the rule is drawn from where reading starts"
    assert {x.end_frame for x in coming} == {standing.first_frame}, "then the whole card stands, drawn once"
    going = [x for x in overlays if x.glide and x.glide.leaving]
    assert {x.drawn.key for x in going} == {x.drawn.key for x in coming}, "all that came goes"
    back = [x for x in going if x.glide and x.glide.dy]
    assert [x.drawn.key for x in back] == [x.drawn.key for x in lines] and all(x.glide and x.glide.masked for x in back)
    assert all(a.first_frame < b.first_frame for a, b in pairwise(back)), "the first line first"
    assert max(x.end_frame for x in going) == 110 and seen_throughout(overlays, 110)


@pytest.mark.parametrize(("code", "side"), [("fr", -1), ("ar", 1)])
def test_a_names_stripe_comes_first_then_its_box_then_its_words(
    artist: Artist, library: Library, code: str, side: int
) -> None:
    overlays = of_kind(shown(library, artist, code, TimedCard(10, 110, LowerThird("ada"))), LowerThird)
    coming = sorted((x for x in overlays if x.glide and not x.glide.leaving), key=lambda x: x.first_frame)
    stripe, box, *words = coming
    assert stripe.glide and stripe.glide.dy == stripe.drawn.height and stripe.drawn.width < 20
    assert box.glide and box.glide.dx == side * box.drawn.width, "out of the stripe"
    assert len(words) == 2 and all(x.glide and x.glide.dy == x.drawn.height for x in words)
    assert len({x.first_frame for x in coming}) == 4 and coming[0].first_frame == 10
    going = {x.drawn.key: x for x in overlays if x.glide and x.glide.leaving}
    first, second, closing, falling = (going[x.drawn.key] for x in (*words, box, stripe))
    assert first.first_frame < second.first_frame < closing.first_frame < falling.first_frame, "the same way back"
    assert closing.glide and box.glide and closing.glide.dx == box.glide.dx, "into its stripe"
    assert second.end_frame - closing.first_frame <= 2, "no word is left standing beside its box"
    assert falling.end_frame == 110 and seen_throughout(overlays, 110)


def test_a_struck_claims_strokes_are_drawn_one_after_the_other(artist: Artist, library: Library) -> None:
    said, struck = TimedCard(0, 100, Claim(0, "said")), TimedCard(100, 200, Claim(0, "struck"))
    overlays = of_kind(shown(library, artist, "fr", said, struck), Claim)
    coming = [x for x in overlays if x.first_frame >= 100 and x.glide and not x.glide.leaving]
    drawn = [x for x in coming if x.glide and x.glide.masked and x.drawn.height < 10]
    assert len(drawn) >= 2 and all(x.glide and x.glide.dx == -x.drawn.width for x in drawn)
    assert all(a.first_frame < b.first_frame for a, b in pairwise(drawn))


def test_a_quotation_fades_where_it_is_and_a_point_slides(artist: Artist, library: Library) -> None:
    quote = [x.glide for x in of_kind(shown(library, artist, "fr", TimedCard(10, 150, Quote())), Quote) if x.glide]
    assert {(x.dx, x.dy) for x in quote if x.leaving} == {(0, 0)}
    over = Point(0, over_picture=True)
    (point,) = (
        x.glide
        for x in of_kind(shown(library, artist, "fr", TimedCard(10, 110, over)), Point)
        if x.glide and x.glide.leaving
    )
    assert point.dy > 0 and not point.dx and not point.masked


@pytest.mark.parametrize("card", [Opening(), LowerThird("ada"), Quote(), Claim(0, "said")])
def test_nothing_of_a_card_is_seen_outside_the_place_that_was_chosen_for_it(
    artist: Artist, library: Library, card: Opening | LowerThird | Quote | Claim
) -> None:
    overlays = of_kind(shown(library, artist, "ar", TimedCard(10, 150, card)), type(card))
    zone = Canvas.of_format("wide", False).frame.zone
    for overlay in overlays:
        if overlay.glide and overlay.glide.masked:
            x, y, right = overlay.drawn.x, overlay.drawn.y, overlay.drawn.x + overlay.drawn.width
            assert x >= zone[0] - 4 and right <= zone[2] + 4 and y >= zone[1] - 4, "a mask ends with its place"
            assert overlay.drawn.y + overlay.drawn.height <= zone[3] + 4
            assert abs(overlay.glide.dx) in (0, overlay.drawn.width) and overlay.glide.dy in (0, overlay.drawn.height)


def test_the_film_dissolves_into_the_closing_card_once_the_last_caption_has_gone(
    artist: Artist, library: Library
) -> None:
    overlays = shown(library, artist, "fr", CLOSING)
    ground = min(of_kind(overlays, Closing), key=lambda x: x.first_frame)
    assert ground.glide and not ground.glide.masked and (ground.drawn.width, ground.drawn.height) == (1920, 1080)
    assert ground.first_frame == 300 - ground.glide.count == 288
    after = [x for x in of_kind(overlays, Closing) if x.end_frame > 300]
    assert ground.end_frame == 300 and all(x.drawn.height < 1080 for x in after), "then it moves by itself"
    assert len(after) > 2 and min(x.first_frame for x in after) == 300, "no word rises over a face that goes"
    gone = next(x for x in of_kind(overlays, Bug) if x.glide)
    assert gone.glide and gone.glide.leaving and (gone.first_frame, gone.end_frame) == (288, 300)
    late = shown(library, artist, "fr", CLOSING, said_until=294)
    assert min(x.first_frame for x in of_kind(late, Closing)) == 294
    cut = shown(library, artist, "fr", CLOSING, said_until=300)
    assert min(x.first_frame for x in of_kind(cut, Closing)) == 300


@pytest.mark.parametrize("card", [Headline(), Quote(), LowerThird("ada")])
def test_all_words_have_gone_before_the_film_dissolves(artist: Artist, library: Library, card: Headline) -> None:
    overlays = shown(library, artist, "fr", TimedCard(60, 300, card), CLOSING)
    assert max(x.end_frame for x in of_kind(overlays, type(card))) == 288
    hurried = shown(library, artist, "fr", TimedCard(250, 300, card), CLOSING)
    assert max(x.end_frame for x in of_kind(hurried, type(card))) == 300, "sooner it could not be read"


def test_an_alerts_sentences_come_one_after_another_and_its_number_last_and_large(
    artist: Artist, library: Library
) -> None:
    text = "Restez à l’abri. Évitez la côte. Appelez le +33 1 99 00 12 34, jour et nuit."
    overlays = notice(library, artist, "fr", text)
    assert {x.first_frame for x in overlays if x.glide is None} == {0, max(x.end_frame for x in overlays if x.glide)}
    turns = sorted((x for x in overlays if x.glide), key=lambda x: x.first_frame)
    lines, number = turns[:-1], turns[-1]
    starts = list(dict.fromkeys(x.first_frame for x in lines))
    assert len(starts) >= 3 and all(b - a >= 20 or b - a <= 2 for a, b in pairwise(starts)), "sentence by sentence"
    assert number.first_frame - lines[-1].first_frame >= 20 and number.first_frame < 160, "then there is time to dial"
    assert number.drawn.height > 1.5 * max(x.drawn.height for x in lines) / 1.4
    assert number.drawn.y > max(x.drawn.y for x in lines)
    assert all(x.glide.masked for x in turns if x.glide)
    without = notice(library, artist, "fr", "Restez à l’abri. Évitez la côte.")
    assert len([x for x in without if x.glide]) == 2


def test_a_kit_may_choose_that_nothing_moves(artist: Artist, library: Library) -> None:
    still(artist)
    cards = [TimedCard(10, 110, Opening()), TimedCard(120, 200, LowerThird("ada")), CLOSING]
    overlays = shown(library, artist, "fr", *cards)
    assert [x.glide for x in overlays] == [None] * len(overlays)
    found = [(x.first_frame, x.end_frame) for x in overlays if not isinstance(x.card, Bug)]
    assert found == [(card.first_frame, card.end_frame) for card in cards]


def test_a_card_that_stands_briefly_hurries_or_does_not_move(artist: Artist, library: Library) -> None:
    long, brief, moment = (
        of_kind(shown(library, artist, "fr", TimedCard(10, 10 + frames, Opening())), Opening)
        for frames in (100, 40, 20)
    )
    assert len({x.first_frame for x in long}) > len({x.first_frame for x in brief}) > 1
    assert len(moment) == 1 and moment[0].glide is None


def test_words_may_slide_or_fade_where_a_kit_asks_for_it(artist: Artist, library: Library) -> None:
    for words, aside in (("slide", True), ("fade", False)):
        motion = artist.kit.motion.model_copy(update={"words": words, "curve": "firm"})
        artist.kit = artist.identity.kit = artist.kit.model_copy(update={"motion": motion})
        overlays = of_kind(shown(library, artist, "fr", TimedCard(10, 110, Opening())), Opening)
        lines = [x.glide for x in overlays if x.glide and not x.glide.masked and x.glide.power == 5]
        assert lines and {glide.dy for glide in lines} == {0}
        assert {glide.dx != 0 for glide in lines if not glide.leaving} == {aside}


def test_a_step_that_moves_as_it_always_did_keeps_its_key() -> None:
    from portevoix.drawing.motion import Glide

    usual = Glide(0, 9, False, 43, 0)
    assert usual.identity == {"number": 0, "count": 9, "leaving": False, "dx": 43, "dy": 0}
    assert replace(usual, masked=True).identity["masked"] is True


def test_what_a_claim_said_stays_as_bright_as_it_was_while_its_box_grows(artist: Artist, library: Library) -> None:
    states = [TimedCard(n * 100, n * 100 + 100, Claim(0, state)) for n, state in enumerate(("said", "struck"))]
    overlays = of_kind(shown(library, artist, "fr", *states), Claim)
    begin = [overlay for overlay in overlays if overlay.first_frame == 100]
    assert len([one for one in begin if one.glide and not one.glide.masked]) == 2, "the box and its stripe fade"
    assert [one for one in begin if one.glide is None and one.drawn.height < 100], "its words are there"
