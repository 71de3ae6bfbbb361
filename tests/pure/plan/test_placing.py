"""Cards and captions keep off faces: they stand elsewhere, wait, or are found."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from marked_faces import HEAD, MIDDLE, WORDS, MarkedFaces, clear, context_of

from portevoix.authoring.job import Clip
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import SIZES
from portevoix.framing.path import Key, ShotPath
from portevoix.framing.tracks import Features, Sighting
from portevoix.library import Library
from portevoix.plan.face_findings import headline_left_out, names_left_out, over_faces
from portevoix.plan.faces import (
    enlarged,
    fitted,
    over_eyes_or_mouth,
    share,
)
from portevoix.plan.logo_ground import logo_of
from portevoix.plan.logo_scenes import logo_left_out
from portevoix.plan.overlays import overlays_of
from portevoix.plan.people import People
from portevoix.plan.placing import placed_cards
from portevoix.plan.reading_time import read_too_fast
from portevoix.plan.title_times import claims_under_title, title_places
from portevoix.plan.variant import Overlay, OverlayContext, Variant
from portevoix.timeline.cards import (
    Bug,
    Chapter,
    Claim,
    Closing,
    Headline,
    LowerThird,
    Opening,
    PictureSource,
    TimedCard,
)
from portevoix.timeline.cues import PlacedCue
from portevoix.timeline.model import Scene, Span
from portevoix.timeline.parts import Part
from portevoix.timeline.pictures import ClipPicture


@pytest.mark.parametrize("code", ["fr", "ar"])
@pytest.mark.parametrize("frame", ["wide", "square", "portrait", "story"])
def test_a_title_keeps_off_the_source_of_the_pictures(library: Library, artist: Artist, frame: str, code: str) -> None:
    source = PictureSource(below_headline=True)
    context = context_of(library, artist, frame, (TimedCard(0, 100, Opening()), TimedCard(0, 300, source)), code=code)
    foot, least = context.box(source)[3], 2 * context.canvas.unit
    for place in title_places(context.timeline.cards[0], context):
        assert context.box(place)[1] >= foot + least
    alone = context_of(library, artist, frame, (TimedCard(0, 100, Opening()),), code=code)
    assert Opening() in title_places(alone.timeline.cards[0], alone)


def test_a_clips_own_title_waits_for_a_programmes_title_that_waits(library: Library, artist: Artist) -> None:
    cards = TimedCard(10, 85, Opening()), TimedCard(90, 165, Chapter("clip", 0))
    late = context_of(library, artist, "square", cards, (0, 50, (0.0, 0.0, 1.0, 1.0)))
    opening, chapter = placed_cards(late)
    assert opening.first_frame > 40 and opening.end_frame > 90
    assert chapter.first_frame >= opening.end_frame and chapter.end_frame == 165
    free = context_of(library, artist, "square", cards)
    assert [card.first_frame for card in placed_cards(free)] == [10, 90]


@pytest.mark.parametrize("code", ["fr", "ar"])
@pytest.mark.parametrize("frame", ["wide", "square", "portrait", "story"])
def test_a_title_leaves_the_place_where_a_face_is(library: Library, artist: Artist, frame: str, code: str) -> None:
    title = TimedCard(0, 100, Opening())
    context = context_of(library, artist, frame, (title,), code=code)
    box = context.card(Opening()).box
    part = (box[0], box[1], box[0] + 200, box[1] + 200)
    width, height = context.canvas.width, context.canvas.height
    assert isinstance(context.faces, MarkedFaces)
    context.faces.marked = ((10, 90, (part[0] / width, part[1] / height, part[2] / width, part[3] / height)),)
    assert placed_cards(context)[0].card != Opening() and clear(context)


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_a_wide_title_stands_on_the_other_side_of_the_frame_before_its_shade_lies_on_a_face(
    library: Library, artist: Artist, code: str
) -> None:
    near = (0.05, 0.1, 0.3, 0.6) if code == "fr" else (0.7, 0.1, 0.95, 0.6)
    context = context_of(library, artist, "wide", (TimedCard(0, 100, Opening()),), (0, 100, near), code=code)
    assert placed_cards(context)[0].card == Opening("end") and clear(context)
    both = near, (0.35, 0.1, 0.65, 0.6), (1 - near[2], 0.1, 1 - near[0], 0.6)
    faces = [(0, 100, face) for face in both]
    crowded = context_of(library, artist, "wide", (TimedCard(0, 100, Opening()),), *faces, code=code)
    assert placed_cards(crowded)[0].card not in (Opening(), Opening("end"))


def test_a_wide_title_that_would_meet_the_logo_stays_on_its_side(library: Library, artist: Artist) -> None:
    title = TimedCard(0, 100, Opening())
    context = context_of(library, artist, "wide", (title,))
    long = {"fr": "Ce qui change pour les communes du littoral " * 3}
    longer = replace(context, order=replace(context.order, job=context.order.job.model_copy(update={"title": long})))
    assert Opening("end") in title_places(title, context)
    for one in title_places(title, longer):
        assert one.label != "end" or share(longer.box(Bug()), longer.box(one)) == 0


def test_a_title_stands_where_its_look_has_it_where_nobody_is(library: Library, artist: Artist) -> None:
    title = TimedCard(0, 100, Opening())
    assert placed_cards(context_of(library, artist, "story", (title,), (120, 300, HEAD))) == [title]


def test_a_title_waits_for_the_cut_behind_which_its_place_is_free(library: Library, artist: Artist) -> None:
    everywhere = (0.0, 0.0, 1.0, 1.0)
    title = TimedCard(10, 94, Opening())
    context = context_of(library, artist, "story", (title,), (14, 35, everywhere), (119, 300, everywhere))
    assert isinstance(context.faces, MarkedFaces)
    context.faces.shots = (35, 119)
    (placed,) = placed_cards(context)
    assert (placed.first_frame, placed.end_frame) == (35, 119) and clear(context)


def test_a_film_may_dissolve_into_the_closing_card_over_a_face(library: Library, artist: Artist) -> None:
    context = context_of(library, artist, "story", (), (0, 300, (0.0, 0.0, 1.0, 1.0)))
    drawn = context.card(Closing())
    assert not over_faces(context, [Overlay(270, 300, drawn, Closing())])
    assert over_faces(context, [Overlay(270, 300, drawn, Opening())])


def test_a_headline_moves_between_the_pictures_and_captions_keep_off_the_face_below(
    library: Library, artist: Artist
) -> None:
    lower = (0.3, 0.66, 0.7, 0.86)
    cues = (PlacedCue(0, 200, "Plus de quinze pour cent des gens naviguent avec le clavier seul.", 1),)
    headline = TimedCard(0, 300, Headline())
    upper = (0.2, 0.1, 0.8, 0.3)
    context = context_of(library, artist, "story", (headline,), (0, 300, upper), (0, 300, lower), cues=cues)
    assert [card.card for card in placed_cards(context)] == [Headline("middle")] and clear(context)


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_the_source_of_the_pictures_stands_at_the_head_where_the_headline_leaves_it(
    library: Library, artist: Artist, code: str
) -> None:
    cards = TimedCard(0, 300, PictureSource(below_headline=True)), TimedCard(0, 300, Headline())
    free = context_of(library, artist, "story", cards, code=code)
    assert {one.card for one in placed_cards(free)} == {one.card for one in cards}
    height = free.canvas.height
    top, foot = free.box(PictureSource())[3] + 2, free.box(cards[0].card)[3] + 200
    face = (0, 300, (0.05, top / height, 0.95, foot / height))
    context = context_of(library, artist, "story", cards, face, code=code)
    assert {one.card for one in placed_cards(context)} == {PictureSource(), Headline("middle")} and clear(context)


def test_a_headline_stays_away_from_the_scene_in_which_it_is_free_nowhere(library: Library, artist: Artist) -> None:
    scenes = (Scene(0, 100, ClipPicture(0)), Scene(100, 200, ClipPicture(0, 100)))
    headline = TimedCard(0, 300, Headline())
    context = context_of(
        library, artist, "story", (headline,), (0, 95, HEAD), (0, 95, MIDDLE), (110, 290, HEAD), scenes=scenes
    )
    assert placed_cards(context) == [TimedCard(100, 300, Headline("middle"))] and clear(context)


@pytest.mark.parametrize("frame", ["square", "portrait", "story"])
@pytest.mark.parametrize("code", ["fr", "ar"])
def test_a_headline_makes_room_for_a_name_and_the_captions_above_it(
    library: Library, artist: Artist, frame: str, code: str
) -> None:
    name, headline = TimedCard(100, 200, LowerThird("ada")), TimedCard(0, 300, Headline())
    face = (0, 300, (0.1, 0.05, 0.9, 0.45))  # the place in the middle alone is free
    cues = (PlacedCue(0, 300, " ".join([WORDS[code]] * 3)[:88].rstrip(), 1),)
    context = context_of(library, artist, frame, (name, headline), face, code=code, cues=cues)
    overlays = overlays_of(context)
    headlines = [one for one in overlays if isinstance(one.card, Headline)]
    others = [one for one in overlays if one.card is None or isinstance(one.card, LowerThird)]
    assert headlines and others
    for one in headlines:
        seen = [other for other in others if other.first_frame < one.end_frame and one.first_frame < other.end_frame]
        air = enlarged(one.drawn.box, context.canvas.unit)
        assert all(share(air, other.drawn.box) == 0 for other in seen)


def test_a_headline_that_finds_no_time_is_left_out_and_that_is_said(library: Library, artist: Artist) -> None:
    cards = TimedCard(0, 300, LowerThird("ada")), TimedCard(30, 270, Headline())
    face = (0, 300, (0.1, 0.05, 0.9, 0.45))  # the place in the middle alone is free
    cues = (PlacedCue(0, 300, " ".join([WORDS["ar"]] * 3)[:88].rstrip(), 1),)
    context = context_of(library, artist, "story", cards, face, code="ar", cues=cues)
    long = context.order.job.model_copy(update={"headline": {"ar": " ".join([WORDS["ar"]] * 2)}})
    context = replace(context, order=replace(context.order, job=long))
    overlays = overlays_of(context)
    (found,) = headline_left_out(context, overlays)
    assert not any(isinstance(one.card, Headline) for one in overlays)
    assert "in story, the headline is left out" in found.message and found.rule == "left out"


def test_a_title_goes_before_the_caption_that_makes_room_for_a_name(library: Library, artist: Artist) -> None:
    title, name = TimedCard(0, 110, Opening()), TimedCard(120, 280, LowerThird("ada"))
    cues = PlacedCue(0, 90, WORDS["ar"], 1), PlacedCue(95, 160, " ".join([WORDS["ar"]] * 3)[:80].rstrip(), 2)
    context = context_of(library, artist, "story", (title, name), (120, 280, HEAD), code="ar", cues=cues)
    overlays = overlays_of(context)
    titles = [one for one in overlays if isinstance(one.card, Opening)]
    captions = [one for one in overlays if one.card is None]
    assert titles and captions
    for one in titles:
        seen = [other for other in captions if other.first_frame < one.end_frame and one.first_frame < other.end_frame]
        assert all(share(one.drawn.box, other.drawn.box) == 0 for other in seen)


def test_a_name_waits_until_its_face_is_seen_and_leaves_with_it(library: Library, artist: Artist) -> None:
    name = TimedCard(15, 100, LowerThird("ada"))
    (waited,) = placed_cards(context_of(library, artist, "story", (name,), (80, 150, HEAD)))
    assert 75 <= waited.first_frame <= 80 and waited.end_frame <= 155
    (kept,) = placed_cards(context_of(library, artist, "story", (name,)))
    assert (kept.first_frame, kept.end_frame) == (15, 100)


@pytest.mark.parametrize(
    ("shots", "seen", "stands"),
    [
        ((60,), (62, 200), (60, 160)),  # seen at once behind a cut: not three frames before it
        ((100,), (20, 98), (20, 100)),  # seen up to a cut
        ((100,), (20, 200), (20, 100)),  # seen on both sides of a cut, where it may be somebody else
        ((50,), (0, 200), (6, 50)),  # the cut comes soon: the name begins before its own time
        ((40,), (0, 200), (40, 140)),  # so soon that it could not be read
    ],
)
def test_a_name_neither_begins_nor_ends_over_a_shot_in_which_its_person_is_not_seen(
    library: Library, artist: Artist, shots: tuple[int, ...], seen: tuple[int, int], stands: tuple[int, int]
) -> None:
    name = TimedCard(20, 120, LowerThird("ada"))
    context = context_of(library, artist, "square", (name,), (*seen, HEAD))
    assert isinstance(context.faces, MarkedFaces)
    context.faces.shots = shots
    (placed,) = placed_cards(context)
    assert (placed.first_frame, placed.end_frame) == stands


def test_a_name_waits_for_its_person_where_another_shot_lies_between(library: Library, artist: Artist) -> None:
    name = TimedCard(20, 120, LowerThird("ada"))
    context = context_of(library, artist, "square", (name,), (20, 41, HEAD), (60, 200, HEAD))
    assert isinstance(context.faces, MarkedFaces)
    context.faces.shots = (44, 58)  # for half a second somebody else
    (placed,) = placed_cards(context)
    assert (placed.first_frame, placed.end_frame) == (58, 158)


def _in_two_clips(context: OverlayContext) -> OverlayContext:
    """The context with a cut at frame 100 into another clip of the same speaker."""
    clips = tuple(Clip(file=Path(f"{name}.mp4"), speaker="ada") for name in "ab")
    order = replace(context.order, job=context.order.job.model_copy(update={"clips": clips}))
    timeline = replace(context.timeline, clips=(Span(0, 100), Span(100, 200)))
    assert isinstance(context.faces, MarkedFaces)
    faces = MarkedFaces(context.faces.people, timeline)
    faces.marked, faces.shots, faces.clip_begins = context.faces.marked, context.faces.shots, (0, 100)
    return replace(context, order=order, timeline=timeline, faces=faces)


def test_a_name_whose_face_is_seen_for_a_moment_stands_on_within_its_shot(library: Library, artist: Artist) -> None:
    context = context_of(library, artist, "square", (TimedCard(20, 120, LowerThird("ada")),), (60, 70, HEAD))
    assert isinstance(context.faces, MarkedFaces)
    for shots, stands in ((), (55, 155)), ((30, 110), (55, 110)), ((30, 90), (46, 90)):
        context.faces.shots = shots
        (placed,) = placed_cards(context)
        assert (placed.first_frame, placed.end_frame) == stands


def test_a_name_that_would_flash_waits_for_its_speakers_next_clip(library: Library, artist: Artist) -> None:
    name = TimedCard(20, 98, LowerThird("ada"))
    context = _in_two_clips(context_of(library, artist, "square", (name,), (60, 80, HEAD), (140, 290, HEAD)))
    assert isinstance(context.faces, MarkedFaces)
    context.faces.shots = (55, 90)
    (placed,) = placed_cards(context)
    assert placed.first_frame == 135 and placed.end_frame - placed.first_frame >= 2 * 25
    assert not names_left_out(context, overlays_of(context))


def test_a_name_that_would_flash_everywhere_is_left_out_with_a_note(library: Library, artist: Artist) -> None:
    name = TimedCard(20, 98, LowerThird("ada"))
    context = _in_two_clips(context_of(library, artist, "square", (name,), (60, 80, HEAD), (140, 160, HEAD)))
    assert isinstance(context.faces, MarkedFaces)
    context.faces.shots = (55, 90, 130, 165)
    assert placed_cards(context) == []
    (found,) = names_left_out(context, overlays_of(context))
    assert found.rule == "left out" and "the name at 00:00:00.800 is left out" in found.message


def test_a_name_rather_waits_for_a_caption_that_would_climb_into_the_title(library: Library, artist: Artist) -> None:
    """It is seen from its third second on; for its whole time it would have to begin while the caption stands."""
    title, name = TimedCard(10, 94, Opening()), TimedCard(100, 190, LowerThird("ada"))
    cues = (PlacedCue(85, 150, "Plus de quinze pour cent des gens naviguent avec le clavier seul.", 1),)
    seen = (100, 230, (0.3, 0.02, 0.4, 0.06))
    context = context_of(library, artist, "story", (title, name), seen, cues=cues)
    assert isinstance(context.faces, MarkedFaces)
    for shots, stands in (((), (150, 230)), ((215,), (150, 215)), ((192,), (100, 190))):
        context.faces.shots = shots  # into a later one the name does not wait
        stood = next(one for one in placed_cards(context) if isinstance(one.card, LowerThird))
        assert (stood.first_frame, stood.end_frame) == stands


def test_a_headline_is_away_for_the_shot_in_which_it_is_free_nowhere(library: Library, artist: Artist) -> None:
    headline = TimedCard(0, 300, Headline())
    context = context_of(library, artist, "story", (headline,), (102, 198, HEAD), (102, 198, MIDDLE))
    assert isinstance(context.faces, MarkedFaces)
    context.faces.shots = (100, 200, 280)
    placed = placed_cards(context)
    assert [(one.first_frame, one.end_frame) for one in placed] == [(0, 100), (200, 300)] and clear(context)


def test_a_headline_comes_once_a_face_has_left_all_of_its_places(library: Library, artist: Artist) -> None:
    headline = TimedCard(0, 300, Headline())
    context = context_of(library, artist, "story", (headline,), (0, 40, HEAD), (0, 120, MIDDLE), (250, 300, HEAD))
    (placed,) = placed_cards(context)
    assert placed.card == Headline() and (placed.first_frame, placed.end_frame) == (40, 245) and clear(context)


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_a_name_stands_in_the_pane_of_its_own_picture_in_both_directions(
    library: Library, artist: Artist, code: str
) -> None:
    name = TimedCard(15, 100, LowerThird("ada"))
    context = context_of(library, artist, "wide", (name,), (0, 300, (0.1, 0.2, 0.3, 0.5)), code=code)
    assert isinstance(context.faces, MarkedFaces)
    context.faces.pane = (0, 0, 0.498, 1)
    (placed,) = placed_cards(context)
    left, _, right, _ = context.card(placed.card).box
    assert 0 <= left < right <= context.canvas.width / 2


def test_a_title_has_one_size_in_all_languages_of_its_job(library: Library, artist: Artist) -> None:
    both = {code: library.languages[code] for code in ("fr", "de")}
    long = "Partnerschaftsabkommen"
    context = context_of(library, artist, "story", (TimedCard(0, 100, Opening()),))
    job = context.order.job.model_copy(update={"title": {"fr": "Climat", "de": long}})
    order = replace(context.order, job=job, languages=both)
    sizes = []
    for code in both:
        variant = replace(context, order=order, variant=Variant(code, True))
        card = artist.in_size(placed_cards(variant)[0].card, variant.edition)
        assert isinstance(card, Opening)
        sizes.append(card.step)
    assert sizes[0] == sizes[1] and sizes[0]


@pytest.mark.parametrize("frame", ["wide", "square", "portrait", "story"])
@pytest.mark.parametrize("code", ["fr", "ar"])
def test_a_title_and_a_claims_panel_do_not_meet(library: Library, artist: Artist, frame: str, code: str) -> None:
    states = (Claim(0, "said"), Claim(0, "struck"), Claim(0, "answered"))
    times = ((0, 38), (38, 63), (63, 225))
    claims = tuple(TimedCard(*at, state) for at, state in zip(times, states, strict=True))
    cards = (claims[0], TimedCard(0, 75, Opening()), *claims[1:])
    context = context_of(library, artist, frame, cards, code=code)
    title, *claims = sorted(placed_cards(context), key=lambda one: not isinstance(one.card, Opening))
    words, panel = (context.card(one.card).box for one in (title, claims[-1]))
    apart = words[3] <= panel[1] or words[2] <= panel[0] or panel[2] <= words[0]
    assert apart or claims[0].first_frame >= title.end_frame
    assert apart or frame != "wide"
    assert claims[-1].end_frame == 225, "the claim's own end"
    assert [one.card for one in claims] == list(states), "each of its states"
    drawn = [one for one in overlays_of(context) if isinstance(one.card, Claim)]
    assert min(one.first_frame for one in drawn) == claims[0].first_frame


@pytest.mark.parametrize("frame", ["square", "portrait", "story"])
@pytest.mark.parametrize("code", ["fr", "ar"])
def test_a_correction_shows_its_clip_above_the_title_and_the_claims(
    library: Library, artist: Artist, frame: str, code: str
) -> None:
    title, claim = TimedCard(0, 75, Opening()), TimedCard(80, 225, Claim(0, "answered"))
    context = context_of(library, artist, frame, (title, claim), code=code)
    context = replace(context, order=replace(context.order, recipe=library.recipes["correction"]))
    assert context.faces
    people, whole = People(context.order, artist, artist.store, False, []), (0, 0, *SIZES[frame])
    shown = fitted((1920, 1080), whole, "blur", people.focus_of(0, "blur", False))
    foot, head = shown.shift[1] + shown.scaled[1], shown.shift[1]
    assert 0 < head < (SIZES[frame][1] - shown.scaled[1]) / 2, "it stands higher than in the middle"
    for placed in placed_cards(context):
        assert context.box(placed.card)[1] >= foot, "words stand below it"


def test_a_claim_that_ends_before_the_title_goes_is_found_with_its_second(library: Library, artist: Artist) -> None:
    title, claim = TimedCard(0, 75, Opening()), TimedCard(25, 60, Claim(0, "said"))
    upper, lower = (0.0, 0.0, 1.0, 0.5), (0.0, 0.5, 1.0, 1.0)
    context = context_of(library, artist, "square", (title, claim), (0, 300, upper), (61, 300, lower))
    (found,) = claims_under_title(context, overlays_of(context))
    assert found.start_s == 1 and "the claim lies under the title at 00:00:01.000" in found.message
    assert found.rule == "over other words"
    context = context_of(library, artist, "square", (title, claim), (0, 300, lower))
    assert not claims_under_title(context, overlays_of(context))


def test_what_covers_a_face_all_the_same_is_found_with_its_second(library: Library, artist: Artist) -> None:
    everywhere = (0.0, 0.0, 1.0, 1.0)
    context = context_of(library, artist, "story", (TimedCard(0, 100, Opening()),), (45, 300, everywhere))
    whole = replace(context, canvas=replace(context.canvas))
    found = over_faces(whole, overlays_of(whole))
    assert found and found[0].start_s == Fraction(45, 25) and "the title" in found[0].message


def test_a_name_returns_once_in_each_part_in_which_its_speaker_is_seen(library: Library, artist: Artist) -> None:
    """Three parts of 4 s; in the second nobody is seen but far from its end, in the third from its middle on."""
    name = TimedCard(10, 60, LowerThird("ada"))
    faces = [(0, 100, HEAD), (160, 200, HEAD), (250, 300, HEAD)]
    whole = context_of(library, artist, "story", (name,), *faces)
    job = whole.order.job.model_copy(update={"clips": (Clip(file=Path("a.mp4"), speaker="ada"),)})
    parts = tuple(Part(n + 1, 3, Span(n * 100, 100)) for n in range(3))
    context = replace(whole, order=replace(whole.order, job=job), variant=Variant("fr", True, None, parts))
    names = [(card.first_frame, card.end_frame) for card in placed_cards(context) if isinstance(card.card, LowerThird)]
    assert len(names) == 3
    for number, (first, end) in enumerate(names):
        assert number * 100 <= first < end <= number * 100 + 100
        assert end - first >= 25


@pytest.mark.parametrize(("frames", "found"), [(40, True), (60, False)])
def test_a_title_that_goes_before_it_can_be_read_is_found(
    library: Library, artist: Artist, frames: int, found: bool
) -> None:
    """25 characters at 17 a second, and half a second to find them: 2 s."""
    context = context_of(library, artist, "wide", (TimedCard(10, 10 + frames, Opening()),))
    told = read_too_fast(context, overlays_of(context))
    assert [finding.message for finding in told] == (
        ["the title stands 1.6 s, but takes 2 s to find and to read: take words out, or let it stand longer"]
        if found
        else []
    )


def test_a_caption_leaves_a_mouth_that_it_hardly_touches(library: Library, artist: Artist) -> None:
    """A large face whose mouth is where captions stand: less than its least share is covered, and still it moves."""
    cue = PlacedCue(0, 50, "Oui.", 1)
    face = (0.05, 0.02, 0.95, 0.86)
    context = context_of(library, artist, "story", (), (0, 50, face), cues=(cue,))
    assert context.faces
    seen = context.faces.seen(context.canvas, 0, 50)
    boxes = [x.drawn.box for x in overlays_of(context) if x.card is None]
    assert boxes and not any(over_eyes_or_mouth(box, seen) for box in boxes)


def test_a_face_is_found_where_the_picture_shows_it() -> None:
    face = Sighting(Fraction(0), 0.75, 0.5, 0.1, 0.9)
    wide = fitted((1920, 1080), (0, 0, 1080, 1920), "crop", (0.75, 0.5)).box(face)
    assert wide and (wide[0] + wide[2]) / 2 == pytest.approx(540, abs=1)
    assert fitted((1920, 1080), (0, 0, 1080, 1920), "crop", (0.2, 0.5)).box(face) is None
    whole = fitted((1920, 1080), (0, 0, 1080, 1920), "blur", (0.5, 0.5)).box(face)
    assert whole and (whole[0] + whole[2]) / 2 == pytest.approx(810) and whole[1] > 656
    path = ShotPath(Fraction(0), Fraction(2), "follow", (Key(0, 0.75, 0.5),))
    assert fitted((1920, 1080), (0, 0, 540, 540), "crop", path.at(1)).box(face)


def test_eyes_and_mouth_are_where_they_are_seen_also_of_a_head_from_the_side() -> None:
    shown = fitted((1000, 1000), (0, 0, 1000, 1000), "crop", (0.5, 0.5))
    straight = Sighting(Fraction(0), 0.5, 0.5, 0.2, 0.9, Features((0.45, 0.45, 0.55, 0.45), (0.47, 0.56, 0.53, 0.56)))
    box = shown.box(straight)
    assert box
    eyes, mouth = shown.features(straight, box)
    assert eyes[0] < 450 < 550 < eyes[2] and eyes[1] < 450 < eyes[3] < mouth[1] < 560 < mouth[3]
    aside = replace(straight, features=Features((0.57, 0.45, 0.59, 0.45), (0.56, 0.56, 0.58, 0.56)))
    eyes, mouth = shown.features(aside, box)
    assert eyes[0] > 500 and mouth[0] > 500 and eyes[3] - eyes[1] > 20, "its eyes are near each other, not small"
    assert shown.features(replace(straight, features=None), box)[0][0] > box[0]


def test_the_logo_leaves_a_picture_in_which_it_would_hide_a_face_and_that_is_said(
    library: Library, artist: Artist
) -> None:
    scenes = (Scene(0, 100, ClipPicture(0)), Scene(100, 200, ClipPicture(0, 100)))
    context = context_of(library, artist, "story", (), scenes=scenes)
    left, top, right, bottom = context.card(logo_of(context)).box
    width, height = context.canvas.width, context.canvas.height
    face = (left - 100) / width, (top - 100) / height, (right + 100) / width, (bottom + 100) / height
    context = context_of(
        library, artist, "story", (), *((frame, frame + 1, face) for frame in range(100, 300, 10)), scenes=scenes
    )
    overlays = overlays_of(context)
    assert [(one.first_frame, one.end_frame) for one in overlays if isinstance(one.card, Bug)] == [(0, 100)]
    (said,) = logo_left_out(context, overlays)
    assert said.start_s == 4 and "the logo is left out from 00:00:04.000 to 00:00:12.000" in said.message
    assert said.rule == "left out"
