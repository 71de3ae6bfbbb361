"""A quotation keeps off its picture: beside the photo in a wide frame, at the foot of the others."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from portevoix.authoring.job import Job
from portevoix.drawing.artist import Artist, DrawnJob
from portevoix.drawing.canvas import Canvas
from portevoix.errors import InvalidInput
from portevoix.framing.tracks import Sighting
from portevoix.library import Library
from portevoix.order import Order, accept
from portevoix.plan.faces import Box, FacesShown, SeenFace, share
from portevoix.plan.people import People
from portevoix.plan.placing import placed_cards
from portevoix.plan.variant import Overlay, OverlayContext, Variant
from portevoix.plan.words_beside import beside_its_picture, inset_panes, quotation_panes
from portevoix.produce import Selection, prepare
from portevoix.sources.photo import look_at_photo
from portevoix.store import Store
from portevoix.timeline.cards import Announcement, Notice, PictureCredit, Quote, TimedCard
from portevoix.timeline.model import Scene, Timeline
from portevoix.timeline.pictures import GroundPicture, PhotoPicture
from portevoix.timeline.scenes import lay_out

SAID = {
    "fr": "La culture n’est pas un luxe : c’est la langue que nous parlons quand les mots nous manquent.",
    "ar": "الثقافة ليست ترفًا: إنها اللغة التي نتكلّمها حين تخوننا الكلمات.",
}
PHOTO = PhotoPicture(0, total=200, beside=GroundPicture())


def quoting(library: Library, folder: Path, *codes: str, more: str = "") -> Order:
    Image.new("RGB", (1920, 1080), (230, 230, 230)).save(folder / "a.png")
    said = {code: SAID[code] + more for code in codes}
    named = {"ada": {"name": dict.fromkeys(codes, "Ada"), "role": dict.fromkeys(codes, "Ada")}}
    asked = {"recipe": "statement", "languages": list(codes), "quote": said, "speakers": named, "quoted": "ada"}
    return Order(
        name="a",
        folder=folder,
        job=Job.model_validate({**asked, "picture": "a.png"}),
        recipe=library.recipes["statement"],
        kit="aster",
        sources=[],
        photos=[look_at_photo(folder / "a.png")],
        scripts={},
        audiences=(),
        languages={code: library.languages[code] for code in codes},
        notes=(),
    )


def context_of(order: Order, artist: Artist, code: str, name: str) -> OverlayContext:
    cards = (TimedCard(15, 200, Quote()),)
    timeline = Timeline(Fraction(25), (Scene(0, 200, PHOTO),), cards, (), ())
    faces = FacesShown(People(order, artist, artist.store, False, []), timeline)
    return OverlayContext(Variant(code, False), Canvas.of_format(name, False), order, timeline, (), artist, faces)


def placed(context: OverlayContext) -> Quote:
    (timed,) = placed_cards(context)
    assert isinstance(timed.card, Quote)
    return timed.card


@pytest.mark.parametrize("codes", [("fr", "ar"), ("ar", "fr")])
def test_a_quotation_stands_beside_its_photo_in_every_language_in_the_same_half(
    library: Library, artist: Artist, tmp_path: Path, codes: tuple[str, ...]
) -> None:
    order = quoting(library, tmp_path, *codes)
    for code in codes:
        context = context_of(order, artist, code, "wide")
        card = placed(context)
        assert card.pane and (card.pane[0] > 0) == (codes[0] == "fr") and card.shade is None
        left, _, right, _ = context.card(card).box
        assert left > card.pane[0] * 1920 and right < card.pane[2] * 1920, "no word leaves its half"
    faces = context_of(order, artist, codes[0], "wide").faces
    assert faces and faces.people.beside(Canvas.of_format("wide", False), PHOTO) == GroundPicture()


def test_it_stands_over_its_photo_where_one_languages_words_find_no_room_beside_it(
    library: Library, artist: Artist, tmp_path: Path
) -> None:
    canvas = Canvas.of_format("wide", False)
    short, long = (quoting(library, tmp_path, "fr", "ar", more=" " + "mot " * n) for n in (1, 35))
    assert quotation_panes(short, artist, canvas) and quotation_panes(long, artist, canvas) is None
    assert People(long, artist, artist.store, False, []).beside(canvas, PHOTO) is None
    assert quotation_panes(replace(short, recipe=library.recipes["interview"]), artist, canvas) is None
    assert not artist.faults, "what finds no room there is no mistake"


@pytest.mark.parametrize("code", ["fr", "ar"])
@pytest.mark.parametrize("name", ["square", "portrait", "story"])
def test_at_the_foot_the_head_of_the_picture_stays_as_it_is(
    library: Library, artist: Artist, tmp_path: Path, name: str, code: str
) -> None:
    context = context_of(quoting(library, tmp_path, code), artist, code, name)
    card = placed(context)
    assert card.place == "foot" and card.pane is None
    drawn = context.card(replace(card, shade=None))
    with Image.open(artist.store.path(drawn.key, ".png")) as image:
        alpha = np.asarray(image.getchannel("A"), np.int16)
    clear = context.canvas.height // 5 - drawn.y
    assert clear <= 0 or alpha[:clear].max() < 128
    assert drawn.box[3] <= context.canvas.frame.zone[3] and drawn.box[1] > 0.36 * context.canvas.height


@pytest.mark.parametrize("name", ["square", "portrait", "story"])
def test_of_a_photo_of_somebody_a_quotation_and_its_shade_leave_every_pixel_to_be_seen(
    library: Library, artist: Artist, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    face = Sighting(Fraction(0), 0.4, 0.4, 0.2, 0.9)
    monkeypatch.setattr("portevoix.framing.photo_faces.sightings", lambda second, pixels: [face])
    context = context_of(quoting(library, tmp_path, "fr", "ar"), artist, "ar", name)
    card = placed(context)
    assert card.pane and card.pane[1] >= 0.32 and context.faces
    assert context.faces.people.beside(context.canvas, PHOTO) == GroundPicture()
    whole = context.card(card)
    assert whole.y >= card.pane[1] * context.canvas.height and whole.box[3] <= context.canvas.frame.zone[3]
    assert not artist.faults


def test_lines_come_where_the_whole_quotation_stands(library: Library, artist: Artist, tmp_path: Path) -> None:
    from portevoix.plan.overlays import overlays_of

    context = context_of(quoting(library, tmp_path, "fr"), artist, "fr", "wide")
    card = placed(context)
    whole = context.card(card).box
    shown: list[Overlay] = [x for x in overlays_of(context) if isinstance(x.card, Quote)]
    assert shown and all(x.card and isinstance(x.card, Quote) and x.card.pane == card.pane for x in shown)
    lines = [x.drawn for x in shown if isinstance(x.card, Quote) and x.card.piece.isdigit() and x.glide is None]
    assert len(lines) >= 3 and all(whole[0] - 4 <= d.x and d.x + d.width <= whole[2] + 4 for d in lines)


NOTICE = {
    "title": {"fr": "Tempête : le consulat est fermé", "ar": "عاصفة: القنصلية مغلقة اليوم"},
    "text": {
        "fr": "Restez à l’abri. Appelez le +33 1 99 00 12 34.",
        "ar": "ابقوا في مكان آمن. اتصلوا بالرقم +33 1 99 00 12 34.",
    },
}


def noticing(library: Library, folder: Path, *codes: str, more: str = "") -> Order:
    asked = {key: {code: words[code] for code in codes} for key, words in NOTICE.items()}
    asked["text"] = {code: words + more for code, words in asked["text"].items()}
    job = Job.model_validate({"recipe": "alert", "languages": list(codes), **asked, "picture": "a.png"})
    return replace(quoting(library, folder, *codes), job=job, recipe=library.recipes["alert"])


@pytest.mark.parametrize("codes", [("fr",), ("ar",), ("fr", "ar")])
def test_words_keep_as_far_from_a_picture_at_their_side_as_from_the_frames_edge(
    library: Library, artist: Artist, tmp_path: Path, codes: tuple[str, ...]
) -> None:
    for made, card in ((noticing, Notice()), (quoting, Quote())):
        order, canvas = made(library, tmp_path, *codes), Canvas.of_format("wide", False)
        panes = (inset_panes if card == Notice() else quotation_panes)(order, artist, canvas)
        assert panes
        pane, margin = panes[1], canvas.frame.zone[0]
        for code in codes:
            context = context_of(order, artist, code, "wide")
            pieces = artist.pieces(beside_its_picture(card, order, artist, canvas), context.edition)
            words = [piece.drawn for piece in pieces if piece.part in ("line", "label", "figure")]
            assert len(words) > 2
            for one in words:
                assert one.x >= pane[0] + margin - 10 and one.x + one.width <= pane[2] - margin + 10


@pytest.mark.parametrize("name", ["wide", "square", "portrait", "story"])
@pytest.mark.parametrize("codes", [("fr", "ar"), ("ar", "fr")])
def test_no_word_of_a_notice_leaves_its_part_of_the_frame_and_the_picture_has_all_the_rest(
    library: Library, artist: Artist, tmp_path: Path, codes: tuple[str, ...], name: str
) -> None:
    order, canvas = noticing(library, tmp_path, *codes), Canvas.of_format(name, False)
    panes = inset_panes(order, artist, canvas)
    assert panes
    picture, words = panes
    assert _area(picture) + _area(words) == canvas.width * canvas.height
    assert (picture[0] > 0) == (name == "wide" and codes[0] == "fr") and picture[1] == 0
    for code in codes:
        card = beside_its_picture(Notice(), order, artist, canvas)
        drawn = context_of(order, artist, code, name).card(card)
        left, top = max(drawn.x, words[0]), max(drawn.y, words[1])
        assert (left, top) == (drawn.x, drawn.y)
        assert drawn.x + drawn.width <= words[2] and drawn.y + drawn.height <= words[3]
    assert not artist.faults


def _area(box: tuple[int, int, int, int]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def test_the_longer_the_words_the_smaller_the_picture_and_what_fits_nowhere_is_said(
    library: Library, artist: Artist, tmp_path: Path
) -> None:
    canvas, areas = Canvas.of_format("story", False), []
    for count in (0, 34, 90):
        order = noticing(library, tmp_path, "fr", more=" " + "mot " * count)
        panes = inset_panes(order, artist, canvas)
        assert panes
        areas.append(_area(panes[0]))
        context_of(order, artist, "fr", "story").card(beside_its_picture(Notice(), order, artist, canvas))
    assert areas[0] > areas[1] >= areas[2]
    (fault,) = artist.faults
    assert "in story, the notice beside its picture in French holds" in fault.message


def test_a_notices_headline_takes_fewer_lines_before_its_picture_is_refused_or_its_number_is_left_to_the_text(
    library: Library, store: Store, tmp_path: Path
) -> None:
    order, artist = noticing(library, tmp_path, "ar"), Artist(library, "rivage", store)
    words = {
        "kicker": {"ar": "تنبيه للزوار"},
        "title": {"ar": "رياح عاتية: المتحف يغلق الساعة 15"},
        "text": {"ar": "تبقى التذاكر صالحة حتى يوم الأحد. للاستعلام: +33 1 99 00 12 34"},
    }
    order = replace(order, job=order.job.model_copy(update=words))
    for name in ("square", "portrait"):
        card = beside_its_picture(Notice(), order, artist, Canvas.of_format(name, False))
        pieces = artist.pieces(card, DrawnJob(order.job, "ar", order.languages["ar"], Canvas.of_format(name, False)))
        assert any(piece.part == "figure" for piece in pieces), f"in {name}, the number stands by itself"
    assert not artist.faults


@pytest.mark.parametrize("kit", ["aster", "rivage"])
def test_a_notices_picture_has_a_third_of_a_square(library: Library, store: Store, tmp_path: Path, kit: str) -> None:
    order = noticing(library, tmp_path, "fr", "ar")
    words = {
        "kicker": {"fr": "Avis aux visiteurs", "ar": "تنبيه للزوار"},
        "title": {"fr": "Vent violent : le musée ferme à 15 h", "ar": "رياح عاتية: المتحف يغلق الساعة 15"},
        "text": {
            "fr": "Les billets restent valables jusqu’à dimanche. Renseignements : +33 1 99 00 12 34",
            "ar": "تبقى التذاكر صالحة حتى يوم الأحد. للاستعلام: +33 1 99 00 12 34",
        },
    }
    order = replace(order, job=order.job.model_copy(update=words))
    panes = inset_panes(order, Artist(library, kit, store), Canvas.of_format("square", False))
    assert panes and panes[0][3] >= 1080 / 3


ANNOUNCED = {
    "title": {"fr": "Ouverture du Forum des deux rives", "ar": "افتتاح منتدى الضفتين"},
    "kicker": {"fr": "Agenda", "ar": "موعد"},
    "details": [
        {"fr": "12 mars 2027, 18 h", "ar": "12 مارس 2027، الساعة 18"},
        {"fr": "Palais des congrès, Marseille", "ar": "قصر المؤتمرات، مرسيليا"},
        {"fr": "Avec Awa Diallo, ministre de l’Environnement", "ar": "بمشاركة أوا ديالو، وزيرة البيئة"},
    ],
}


def announcing(library: Library, folder: Path, **words: object) -> Order:
    asked = {"recipe": "announcement", "languages": ["fr", "ar"], "picture": "a.png", **ANNOUNCED, **words}
    order = quoting(library, folder, "fr", "ar")
    return replace(order, job=Job.model_validate(asked), recipe=library.recipes["announcement"])


@pytest.mark.parametrize("kit", ["aster", "rivage"])
def test_an_announcements_picture_has_a_third_of_a_square_beside_large_words(
    library: Library, store: Store, tmp_path: Path, kit: str
) -> None:
    order, artist = announcing(library, tmp_path), Artist(library, kit, store)
    square = Canvas.of_format("square", False)
    panes = inset_panes(order, artist, square)
    assert panes and 3 * _area(panes[0]) >= square.width * square.height
    assert step_of_type(order, artist, "square") <= 2


def test_a_long_announcement_in_a_square_breaks_its_title_otherwise_rather_than_not_to_fit(
    library: Library, artist: Artist, tmp_path: Path
) -> None:
    long = {"fr": "Conférence sur la protection du patrimoine en Méditerranée", "ar": "المؤتمر الدولي لحماية التراث"}
    when = {"fr": "Du 12 au 14 mars 2027, à partir de 9 h 30", "ar": "من 12 إلى 14 مارس 2027"}
    order = announcing(library, tmp_path, title=long, details=[when, *ANNOUNCED["details"][1:]])
    assert step_of_type(order, artist, "square") == 4 and not artist.faults


def step_of_type(order: Order, artist: Artist, name: str) -> int:
    canvas = Canvas.of_format(name, False)
    card = beside_its_picture(Announcement(), order, artist, canvas)
    languages = tuple(order.languages.items())
    editions = [DrawnJob(order.job, code, language, canvas, languages) for code, language in languages]
    assert all(artist.fits(card, edition) for edition in editions)
    return max(artist.step(card, edition) for edition in editions)


def test_a_notices_picture_stands_still_and_an_announcements_comes_back(
    library: Library, artist: Artist, tmp_path: Path
) -> None:
    people = People(noticing(library, tmp_path, "fr"), artist, artist.store, False, [])
    still, back = (
        people.photo_move(replace(PHOTO, inset=True, way=way), (400, 400), Fraction(25)) for way in ("still", "return")
    )
    assert still.start == still.end == back.start
    assert back.at(0) == back.at(PHOTO.total) != back.at(PHOTO.total // 2)


class OneFace(FacesShown):
    """A face that stands at one place of the frame all the time."""

    box: Box = (0, 0, 0, 0)

    def seen(self, canvas: Canvas, first: int, end: int) -> list[SeenFace]:
        return [SeenFace(0, self.box, None, (0, 0, canvas.width, canvas.height))]


@pytest.mark.parametrize("name", ["wide", "square", "portrait", "story"])
@pytest.mark.parametrize("code", ["fr", "ar"])
def test_whose_the_picture_is_stands_on_it_within_the_safe_zone_in_a_corner_without_a_face(
    library: Library, artist: Artist, tmp_path: Path, code: str, name: str
) -> None:
    order, canvas = noticing(library, tmp_path, code), Canvas.of_format(name, False)
    order = replace(order, job=order.job.model_copy(update={"credit": "Photo : Ada Martin"}))
    timeline = lay_out(order.job, order.recipe, [], order.languages)
    faces = OneFace(People(order, artist, artist.store, False, []), timeline)
    context = OverlayContext(Variant(code, False), canvas, order, timeline, (), artist, faces)
    boxes = []
    for face in ((0, 0, 0, 0), None):
        faces.box = face or boxes[0]
        (card,) = [timed.card for timed in placed_cards(context) if isinstance(timed.card, PictureCredit)]
        boxes.append(context.card(card).box)
    panes = inset_panes(order, artist, canvas)
    assert panes and not share(*boxes)
    for box in boxes:
        assert share(panes[0], box) == share(canvas.frame.zone, box) == 1


def test_a_credit_without_a_picture_is_refused(library: Library, tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text(
        "recipe: alert\nlanguages: [fr]\ntitle: {fr: Un}\ntext: {fr: Deux}\ncredit: Ada Martin\n", "utf-8"
    )
    with pytest.raises(InvalidInput, match=r"job\.yaml:5:1: says whose the picture is, but there is no `picture`"):
        accept(tmp_path / "job.yaml", library)


def test_a_still_says_whose_its_picture_is_and_a_drafts_still_that_it_is_one(
    library: Library, store: Store, tmp_path: Path
) -> None:
    Image.new("RGB", (640, 480), (230, 230, 230)).save(tmp_path / "a.png")
    (tmp_path / "job.yaml").write_text(
        "recipe: alert\nlanguages: [fr]\nformats: [square]\ntitle: {fr: Un}\ntext: {fr: Deux mots.}\n"
        "picture: a.png\ncredit: Ada Martin\n",
        "utf-8",
    )
    shown = {}
    for draft in (False, True):
        plan = prepare(tmp_path / "job.yaml", store, Selection(), draft)[-1]
        still = plan.products[0].still
        drawn = [overlay for batch in plan.batches for step in batch.steps for overlay in step.overlays]
        assert still and {one.key for one in still.over} <= {overlay.drawn.key for overlay in drawn}
        shown[draft] = len(still.over)
    assert shown == {False: 1, True: 2}
