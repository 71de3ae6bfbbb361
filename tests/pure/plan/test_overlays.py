"""Captions as timed images: which frames, which place, which word."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from bare_orders import bare_order

from portevoix.authoring.brand import CaptionLook
from portevoix.authoring.caption_style import CaptionWish, Edge
from portevoix.authoring.job import Job
from portevoix.captions.breaks import words_of
from portevoix.captions.lines import flattened
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.cards import draw_card
from portevoix.drawing.cards.sheet import Sheet
from portevoix.library import Library
from portevoix.plan.caption_places import CaptionPlaces
from portevoix.plan.cue_states import CueStates, colour_of
from portevoix.plan.overlays import overlays_of
from portevoix.plan.variant import Overlay, OverlayContext, Variant
from portevoix.store.folder import FolderStore
from portevoix.timeline.cards import Announcement, Claim, Closing, Headline, LowerThird, Opening, TimedCard
from portevoix.timeline.cues import PlacedCue
from portevoix.timeline.model import Scene, Timeline
from portevoix.timeline.pictures import ClipPicture

TEXT = {
    "fr": "Alors que 42 pays l’ont déjà promis, nous demandons à tous les autres de tenir parole dès maintenant.",
    "ar": "علينا أن نتحرك الآن من أجل المناخ، لأن 42 دولة وعدت بذلك في COP31 أمام الجميع.",
    "zh-Hans": "外交部长表示，我们将在2030年之前把排放量减少45%，并呼吁各国立即采取行动，不要再等。",
}

STORY = Canvas.of_format("story", False)


def setting(
    artist: Artist, library: Library, cue: PlacedCue, code: str, name: str = "story", **look: object
) -> CueStates:
    kit = artist.kit.captions.model_dump() | {"highlight": "#FFD35C"} | look
    changed = artist.kit.model_copy(update={"captions": CaptionLook(**kit)})
    artist.kit = artist.identity.kit = changed
    places = CaptionPlaces(cue, library.languages[code], Canvas.of_format(name, False), artist, "here")
    return CueStates(places, "lines", "")


def test_the_parts_of_a_cue_follow_each_other_without_a_gap(artist: Artist, library: Library) -> None:
    overlays = list(setting(artist, library, PlacedCue(10, 200, TEXT["fr"], 1), "fr").overlays([]))
    assert len(overlays) > 1
    assert overlays[0].first_frame == 10 and overlays[-1].end_frame == 200
    assert all(a.end_frame == b.first_frame for a, b in pairwise(overlays))


@pytest.mark.parametrize("code", TEXT)
def test_in_the_words_rhythm_pages_follow_each_other_at_one_place_with_the_spoken_word_lit(
    artist: Artist, library: Library, code: str
) -> None:
    overlays = list(setting(artist, library, PlacedCue(10, 200, TEXT[code], 1), code, rhythm="words").overlays([]))
    assert overlays[0].first_frame == 10 and overlays[-1].end_frame == 200
    assert all(a.end_frame == b.first_frame for a, b in pairwise(overlays))
    language = library.languages[code]
    flat, _ = flattened(TEXT[code], language)
    assert len(overlays) == len(words_of(flat, language))  # each lit once
    assert len({overlay.drawn.box[3] for overlay in overlays}) == 1


@pytest.mark.parametrize(("position", "low", "high"), [("top", 0, 0.25), ("middle", 0.5, 0.65), ("bottom", 0.7, 0.9)])
def test_captions_stand_where_the_job_asks_for_them(
    library: Library, tmp_path: Path, position: Edge, low: float, high: float
) -> None:
    wish = CaptionWish.model_validate({"position": position, "look": "outline"})
    asked = Artist(library, "aster", FolderStore(tmp_path / "store"), wish)
    places = CaptionPlaces(PlacedCue(0, 50, "Oui.", 1), library.languages["fr"], STORY, asked, "here")
    states = CueStates(places, "outline", "")
    (overlay,) = states.overlays([])
    assert low < overlay.drawn.box[1] / 1920 and overlay.drawn.box[3] / 1920 < high
    assert asked.kit.captions.look == "outline"


@pytest.mark.parametrize("code", TEXT)
def test_each_word_lights_up_once_and_in_the_order_of_speech(artist: Artist, library: Library, code: str) -> None:
    words = setting(artist, library, PlacedCue(0, 400, TEXT[code], 1), code, words="highlight")
    flat, _ = flattened(TEXT[code], library.languages[code])
    count = len(words_of(flat, library.languages[code]))
    overlays = list(words.overlays([]))
    assert len(overlays) == count  # one image a word
    assert len({overlay.drawn.key for overlay in overlays}) == count
    assert all(a.end_frame == b.first_frame for a, b in pairwise(overlays))


def test_a_word_lights_up_when_its_file_says_so(artist: Artist, library: Library) -> None:
    cue = PlacedCue(0, 100, "un deux trois", 1, words=((3, 60), (8, 90)))
    shown = list(setting(artist, library, cue, "fr", words="highlight").overlays([]))
    assert [(s.first_frame, s.end_frame) for s in shown] == [(0, 60), (60, 90), (90, 100)]


def test_a_caption_stands_above_the_speakers_name_as_long_as_that_shows(artist: Artist, library: Library) -> None:
    canvas, french = Canvas.of_format("square", False), library.languages["fr"]
    cue = PlacedCue(0, 50, "Bonjour à tous", 1)
    plain = next(iter(setting(artist, library, cue, "fr", "square").overlays([]))).drawn
    name = artist._drawn(
        ["name"],
        canvas,
        "here",
        lambda: draw_card(Sheet(artist.identity, french, canvas.frame), LowerThird("ada"), ("Ada", "")),
    )
    raised = next(
        iter(setting(artist, library, cue, "fr", "square").overlays([Overlay(40, 90, name, LowerThird("ada"))]))
    ).drawn
    later = next(
        iter(setting(artist, library, cue, "fr", "square").overlays([Overlay(50, 90, name, LowerThird("ada"))]))
    ).drawn
    assert raised.y + raised.height < name.y < plain.y + plain.height
    assert later == plain


@pytest.mark.parametrize(("enter", "steps"), [("cut", 1), ("fade", 5), ("pop", 3)])
def test_a_cue_is_whole_from_its_third_frame_on(artist: Artist, library: Library, enter: str, steps: int) -> None:
    overlays = list(setting(artist, library, PlacedCue(0, 50, "Bonjour", 1), "fr", enter=enter).overlays([]))
    assert len(overlays) == steps
    longest = max(overlays, key=lambda overlay: overlay.end_frame - overlay.first_frame)
    assert longest.first_frame <= 2 and longest.end_frame >= 48
    assert overlays[0].first_frame == 0 and overlays[-1].end_frame == 50


@pytest.mark.parametrize("code", TEXT)
def test_no_letter_moves_when_a_word_lights_up(artist: Artist, library: Library, code: str) -> None:
    overlays = list(
        setting(artist, library, PlacedCue(0, 60, TEXT[code][:20], 1), code, "wide", words="highlight").overlays([])
    )
    places = {(x.drawn.x, x.drawn.y, x.drawn.width, x.drawn.height) for x in overlays}
    assert len(places) == 1


def test_speakers_have_colours_in_the_order_of_their_words(artist: Artist) -> None:
    cues = [PlacedCue(0, 1, "a", 1, speaker) for speaker in ("", "Ada", "Bo", "Cy", "Di", "Ed")]
    speakers = ["Ada", "Bo", "Cy", "Di", "Ed"]
    assert [colour_of(cue, speakers, artist) for cue in cues] == ["", "", *artist.kit.captions.speakers, ""]


def test_a_story_of_a_strict_account_keeps_clear_of_what_advertisements_lay_over_it(library: Library) -> None:
    zone = library.placements["instagram_story"].safe_zone_strict
    assert zone is not None
    frame = Canvas.of_format("story", False, (zone.left, zone.top, zone.right, zone.bottom)).frame
    assert frame.zone == (65, 269, 1080 - 65, 1920 - 672)
    assert Fraction(frame.height) == 1920


def shown(
    library: Library,
    artist: Artist,
    code: str,
    card: TimedCard,
    frame: str = "wide",
    more: tuple[TimedCard, ...] = (),
    cues: tuple[PlacedCue, ...] = (),
    **job: object,
) -> list[Overlay]:
    asked = Job.model_validate({"recipe": "interview", "languages": [code], "title": {code: "Ada"}, **job})
    timeline = Timeline(Fraction(25), (Scene(0, 300, ClipPicture(0)),), (card, *more), (), ())
    order = bare_order(asked, code, library)
    return overlays_of(
        OverlayContext(Variant(code, True), Canvas.of_format(frame, False), order, timeline, cues, artist)
    )


def test_the_first_card_is_there_at_once_and_the_last_one_stays(artist: Artist, library: Library) -> None:
    for card, whole in ((TimedCard(0, 100, Closing()), 0), (TimedCard(200, 300, Closing()), 299)):
        overlays = [x for x in shown(library, artist, "fr", card) if x.card == Closing()]
        (here,) = (x for x in overlays if x.first_frame <= whole < x.end_frame)
        assert here.glide is None and any(x.glide for x in overlays)


def test_the_words_of_a_loop_never_move(artist: Artist, library: Library) -> None:
    details = [{"fr": "Lundi"}]
    overlays = shown(library, artist, "fr", TimedCard(0, 300, Announcement(bare=True)), details=details)
    (words,) = (x for x in overlays if isinstance(x.card, Announcement))
    assert words.glide is None and (words.first_frame, words.end_frame) == (0, 300)


def test_a_claims_panel_stands_while_its_states_fade_in(artist: Artist, library: Library) -> None:
    claim = {"at": 0, "until": 8, "claim": {"fr": "Non."}, "answer": {"fr": "Si."}}
    states = [
        TimedCard(0, 40, Claim(0, "said")),
        TimedCard(40, 80, Claim(0, "struck")),
        TimedCard(80, 200, Claim(0, "answered")),
    ]
    overlays = [
        x
        for x in shown(library, artist, "fr", states[0], more=tuple(states[1:]), claims=[claim])
        if isinstance(x.card, Claim)
    ]
    panels = [x for x in overlays if x.drawn.height > 60 and not (x.glide and x.glide.leaving)]
    for frame in range(25, 190):
        here = [x for x in panels if x.first_frame + (x.glide.count if x.glide else 0) <= frame < x.end_frame]
        assert here, "a panel is whole in every frame"


@pytest.mark.parametrize("frame", ["square", "portrait", "story"])
def test_captions_at_the_head_stand_below_the_headline_and_leave_the_head_to_the_title(
    artist: Artist, library: Library, frame: str
) -> None:
    cues = (PlacedCue(10, 60, "Bonjour", 1, top=True), PlacedCue(120, 160, "Bonjour", 2, top=True))
    headline, opening = TimedCard(100, 300, Headline()), TimedCard(0, 100, Opening())
    overlays = shown(
        library,
        artist,
        "fr",
        headline,
        frame,
        (opening,),
        cues,
        headline={"fr": "Que vient-elle chercher au pays des gardiens de la terre, si loin des siens ?"},
    )
    canvas = Canvas.of_format(frame, False)
    early, late = (next(x for x in overlays if x.card is None and x.first_frame == at) for at in (10, 120))
    band = next(x for x in overlays if x.card == Headline() and x.glide is None)
    assert early.drawn.y > canvas.height / 2
    assert band.drawn.y + band.drawn.height < late.drawn.y < canvas.height / 2
