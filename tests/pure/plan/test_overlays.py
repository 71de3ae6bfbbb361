"""Captions as timed images: which frames, which place, which word."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from portevoix.authoring.brand import CaptionLook
from portevoix.authoring.job import Job
from portevoix.captions.breaks import words_of
from portevoix.captions.lines import flattened
from portevoix.drawing.artist import Artist, Canvas
from portevoix.drawing.cards import CARDS
from portevoix.library import Library
from portevoix.order import Order
from portevoix.plan.overlays import Layer, Variant, _Setting, layers_of
from portevoix.timeline.model import Picture, PlacedCue, Scene, Shown, Timeline

TEXT = {
    "fr": "Alors que 42 pays l’ont déjà promis, nous demandons à tous les autres de tenir parole dès maintenant.",
    "ar": "علينا أن نتحرك الآن من أجل المناخ، لأن 42 دولة وعدت بذلك في COP31 أمام الجميع.",
    "zh-Hans": "外交部长表示，我们将在2030年之前把排放量减少45%，并呼吁各国立即采取行动，不要再等。",
}


def setting(
    artist: Artist, library: Library, cue: PlacedCue, code: str, name: str = "story", **look: object
) -> _Setting:
    kit = artist.kit.captions.model_dump() | {"highlight": "#FFD35C"} | look
    changed = artist.kit.model_copy(update={"captions": CaptionLook(**kit)})
    artist.kit = artist.house.kit = changed
    return _Setting(cue, library.languages[code], Canvas.of_format(name, False), artist, "here", "lines", "")


def test_the_parts_of_a_cue_follow_each_other_without_a_gap(artist: Artist, library: Library) -> None:
    layers = list(setting(artist, library, PlacedCue(10, 200, TEXT["fr"], 1), "fr").layers([]))
    assert len(layers) > 1
    assert layers[0].shown.first_frame == 10 and layers[-1].shown.end_frame == 200
    assert all(a.shown.end_frame == b.shown.first_frame for a, b in pairwise(layers))


@pytest.mark.parametrize("code", TEXT)
def test_each_word_lights_up_once_and_in_the_order_of_speech(artist: Artist, library: Library, code: str) -> None:
    words = setting(artist, library, PlacedCue(0, 400, TEXT[code], 1), code, words="highlight")
    flat, _ = flattened(TEXT[code], library.languages[code])
    count = len(words_of(flat, library.languages[code]))
    layers = list(words.layers([]))
    assert len(layers) == count  # one image a word
    assert len({layer.drawn.key for layer in layers}) == count
    assert all(a.shown.end_frame == b.shown.first_frame for a, b in pairwise(layers))


def test_a_word_lights_up_when_its_file_says_so(artist: Artist, library: Library) -> None:
    cue = PlacedCue(0, 100, "un deux trois", 1, words=((3, 60), (8, 90)))
    shown = [layer.shown for layer in setting(artist, library, cue, "fr", words="highlight").layers([])]
    assert [(s.first_frame, s.end_frame) for s in shown] == [(0, 60), (60, 90), (90, 100)]


def test_a_caption_stands_above_the_speakers_name_as_long_as_that_shows(artist: Artist, library: Library) -> None:
    canvas, french = Canvas.of_format("square", False), library.languages["fr"]
    cue = PlacedCue(0, 50, "Bonjour à tous", 1)
    plain = next(iter(setting(artist, library, cue, "fr", "square").layers([]))).drawn
    name = artist._drawn(
        ["name"], canvas, "here", lambda: CARDS["lower_third"].draw(artist.house, ("Ada", "", ""), french, canvas.frame)
    )
    raised = next(
        iter(setting(artist, library, cue, "fr", "square").layers([Layer(Shown(40, 90, "lower_third"), name)]))
    ).drawn
    later = next(
        iter(setting(artist, library, cue, "fr", "square").layers([Layer(Shown(50, 90, "lower_third"), name)]))
    ).drawn
    assert raised.y + raised.height < name.y < plain.y + plain.height
    assert later == plain


@pytest.mark.parametrize(("enter", "steps"), [("cut", 1), ("fade", 5), ("pop", 3)])
def test_a_cue_is_whole_from_its_third_frame_on(artist: Artist, library: Library, enter: str, steps: int) -> None:
    layers = list(setting(artist, library, PlacedCue(0, 50, "Bonjour", 1), "fr", enter=enter).layers([]))
    assert len(layers) == steps
    longest = max(layers, key=lambda layer: layer.shown.end_frame - layer.shown.first_frame).shown
    assert longest.first_frame <= 2 and longest.end_frame >= 48
    assert layers[0].shown.first_frame == 0 and layers[-1].shown.end_frame == 50


@pytest.mark.parametrize("code", TEXT)
def test_no_letter_moves_when_a_word_lights_up(artist: Artist, library: Library, code: str) -> None:
    layers = list(
        setting(artist, library, PlacedCue(0, 60, TEXT[code][:20], 1), code, "wide", words="highlight").layers([])
    )
    places = {(x.drawn.x, x.drawn.y, x.drawn.width, x.drawn.height) for x in layers}
    assert len(places) == 1


def test_speakers_have_colours_in_the_order_of_their_words(artist: Artist) -> None:
    from portevoix.plan.overlays import _colour_of

    cues = [PlacedCue(0, 1, "a", 1, speaker) for speaker in ("", "Ada", "Bo", "Cy", "Di", "Ed")]
    speakers = ["Ada", "Bo", "Cy", "Di", "Ed"]
    assert [_colour_of(cue, speakers, artist) for cue in cues] == ["", "", *artist.kit.captions.speakers, ""]


def test_a_story_of_a_strict_account_keeps_clear_of_what_advertisements_lay_over_it(library: Library) -> None:
    zone = library.placements["instagram_story"].safe_zone_strict
    assert zone is not None
    frame = Canvas.of_format("story", False, (zone.left, zone.top, zone.right, zone.bottom)).frame
    assert frame.zone == (65, 269, 1080 - 65, 1920 - 672)
    assert Fraction(frame.height) == 1920


@pytest.mark.parametrize(("code", "side"), [("fr", 1), ("ar", -1)])
def test_a_name_slides_in_from_where_reading_starts_and_stands_still_between(
    artist: Artist, library: Library, code: str, side: int
) -> None:
    job = Job.model_validate({"recipe": "interview", "languages": [code], "speakers": {"ada": {"name": {code: "Ada"}}}})
    timeline = Timeline(
        Fraction(25), (Scene(0, 200, Picture("clip")),), (Shown(10, 110, "lower_third", "ada"),), (), ()
    )
    order = Order(
        "a", Path(), job, library.recipes["interview"], "aster", [], [], {}, (), {code: library.languages[code]}, ()
    )
    layers = layers_of(Variant(code, True), Canvas.of_format("wide", False), order, timeline, (), artist)
    named = sorted((x for x in layers if x.shown.what == "lower_third"), key=lambda layer: layer.shown.first_frame)
    assert (named[0].shown.first_frame, named[-1].shown.end_frame) == (10, 110)
    assert all(a.shown.end_frame == b.shown.first_frame for a, b in pairwise(named))
    standing = max(named, key=lambda layer: layer.shown.end_frame - layer.shown.first_frame)
    coming = [x.drawn.x * side for x in named if x.shown.end_frame <= standing.shown.first_frame]
    assert coming == sorted(coming) and coming[0] < coming[-1] <= standing.drawn.x * side + 2
    assert len(coming) == 9


def shown(
    library: Library,
    artist: Artist,
    code: str,
    card: Shown,
    frame: str = "wide",
    more: tuple[Shown, ...] = (),
    cues: tuple[PlacedCue, ...] = (),
    **job: object,
) -> list[Layer]:
    asked = Job.model_validate({"recipe": "interview", "languages": [code], "title": {code: "Ada"}, **job})
    timeline = Timeline(Fraction(25), (Scene(0, 300, Picture("clip")),), (card, *more), (), ())
    order = Order(
        "a", Path(), asked, library.recipes["interview"], "aster", [], [], {}, (), {code: library.languages[code]}, ()
    )
    return layers_of(Variant(code, True), Canvas.of_format(frame, False), order, timeline, cues, artist)


@pytest.mark.parametrize(("code", "side"), [("fr", -1), ("ar", 1)])
def test_a_title_comes_from_where_reading_starts_and_goes_back_there(
    artist: Artist, library: Library, code: str, side: int
) -> None:
    coming, standing, going = [
        x for x in shown(library, artist, code, Shown(10, 110, "opening")) if x.shown.what == "opening"
    ]
    assert coming.glide and going.glide and standing.glide is None
    assert coming.glide.dx * side > 0 and going.glide.dx == coming.glide.dx and going.glide.leaving
    assert coming.drawn == standing.drawn == going.drawn, "drawn once, and moved as a whole"
    assert (coming.shown.first_frame, coming.shown.end_frame) == (10, 10 + coming.glide.count)
    assert (going.shown.first_frame, going.shown.end_frame) == (110 - going.glide.count, 110)


def test_the_first_card_is_there_at_once_and_the_last_one_stays(artist: Artist, library: Library) -> None:
    for card, whole in ((Shown(0, 100, "closing"), 0), (Shown(200, 300, "closing"), 299)):
        layers = [x for x in shown(library, artist, "fr", card) if x.shown.what == "closing"]
        (here,) = (x for x in layers if x.shown.first_frame <= whole < x.shown.end_frame)
        assert here.glide is None and len(layers) == 2


def test_the_words_of_a_loop_never_move(artist: Artist, library: Library) -> None:
    details = [{"fr": "Lundi"}]
    layers = shown(library, artist, "fr", Shown(0, 300, "announcement", "bare"), details=details)
    (words,) = (x for x in layers if x.shown.what == "announcement")
    assert words.glide is None and (words.shown.first_frame, words.shown.end_frame) == (0, 300)


def test_a_claims_panel_stands_while_its_states_fade_in(artist: Artist, library: Library) -> None:
    claim = {"at": 0, "until": 8, "claim": {"fr": "Non."}, "answer": {"fr": "Si."}}
    states = [
        Shown(0, 40, "claim", "0/said"),
        Shown(40, 80, "claim", "0/struck"),
        Shown(80, 200, "claim", "0/answered"),
    ]
    layers = [
        x
        for x in shown(library, artist, "fr", states[0], more=tuple(states[1:]), claims=[claim])
        if x.shown.what == "claim"
    ]
    for frame in range(12, 190):
        here = [x for x in layers if x.shown.first_frame <= frame < x.shown.end_frame]
        assert any(x.glide is None for x in here), "one state is whole in every frame"
    slides = [(x.glide.dx, x.glide.leaving) for x in layers if x.glide]
    assert [dx != 0 for dx, _ in slides] == [True, False, False, True]


@pytest.mark.parametrize("frame", ["square", "portrait", "story"])
def test_captions_at_the_head_stand_below_the_headline_and_leave_the_head_to_the_title(
    artist: Artist, library: Library, frame: str
) -> None:
    cues = (PlacedCue(10, 60, "Bonjour", 1, top=True), PlacedCue(120, 160, "Bonjour", 2, top=True))
    headline, opening = Shown(100, 300, "headline"), Shown(0, 100, "opening")
    layers = shown(
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
    early, late = (
        next(x for x in layers if x.shown.what == "caption" and x.shown.first_frame == at) for at in (10, 120)
    )
    band = next(x for x in layers if x.shown.what == "headline" and x.glide is None)
    assert early.drawn.y > canvas.height / 2
    assert band.drawn.y + band.drawn.height < late.drawn.y < canvas.height / 2
