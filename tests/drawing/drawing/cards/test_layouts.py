import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageFilter

from portevoix.authoring.colours import (
    LEAST_CONTRAST,
    LEAST_LOGO_CONTRAST,
    contrast,
    luminance_contrast,
    relative_luminance,
    rgb,
)
from portevoix.authoring.job import Job
from portevoix.cli.sheets.brand import load_specimen
from portevoix.drawing import pieces
from portevoix.drawing.artist import Artist, DrawnJob
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.drawing.captions import Captions
from portevoix.drawing.cards import draw_card, words_of
from portevoix.drawing.cards.names import name_lines
from portevoix.drawing.cards.sheet import Sheet
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.frame import Drawing, Frame, MissingGlyph, TextTooLong
from portevoix.drawing.identity import Identity, TextBlock
from portevoix.library import Library
from portevoix.store import FolderStore
from portevoix.timeline.cards import (
    AnyCard,
    Bug,
    BugGround,
    Claim,
    Closing,
    Headline,
    LowerThird,
    Notice,
    Opening,
    Point,
    Progress,
    Quote,
)

TITLES = {
    "fr": "Climat : ce qui change pour les pays les plus exposés",
    "de": "Wasserstoffpartnerschaft: Was sich für Küstenländer jetzt ändert",
    "ru": "Климат: что изменится для самых уязвимых стран",
    "ar": "المناخ: ما الذي يتغير بالنسبة إلى البلدان الأكثر عرضة للخطر",
    "zh-Hans": "气候变化：最脆弱的国家将面临哪些改变",
}
BODY = "+33 1 99 00 12 34"


@pytest.fixture(scope="module")
def artist(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Artist:
    return Artist(library, "aster", FolderStore(tmp_path_factory.mktemp("drawing") / "store"))


@pytest.fixture(scope="module")
def identity(artist: Artist) -> Identity:
    return artist.identity


@pytest.fixture(scope="module")
def captions(artist: Artist) -> Captions:
    return artist.captions


def frame_of(name: str) -> Frame:
    return Canvas.of_format(name, draft=False).frame


def words_over_black(drawing: Drawing, frame: Frame, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """The box of the pixels that are exactly `colour` where the drawing lies over black."""
    picture = Image.new("RGBA", (frame.width, frame.height), "black")
    picture.alpha_composite(drawing.image, (drawing.x, drawing.y))
    bands = [band.point(lambda v, c=c: 255 * (v == c)) for band, c in zip(picture.split()[:3], colour, strict=True)]
    box = Image.merge("RGB", bands).convert("L").point(lambda v: 255 * (v == 255)).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize(("name", "code"), list(itertools.product(SIZES, TITLES)))
def test_the_words_of_every_card_lie_in_the_safe_zone(
    identity: Identity, library: Library, name: str, code: str
) -> None:
    frame, language = frame_of(name), library.languages[code]
    white = rgb(identity.kit.colours.on_ground)
    cards = [
        draw_card(Sheet(identity, language, frame), card, words)
        for card, words in {
            Opening(): (TITLES[code], "COP31"),
            Closing(): ("© Jean Dupont",),
            Notice(): (TITLES[code], BODY, "COP31", "2027-03-12T14:20:00+01:00", "2"),
        }.items()
    ]
    for card in cards:
        left, top, right, bottom = words_over_black(card, frame, white)
        assert frame.zone[0] <= left and right <= frame.zone[2]
        assert frame.zone[1] <= top and bottom <= frame.zone[3]


@pytest.mark.parametrize(("name", "code"), list(itertools.product(SIZES, TITLES)))
def test_a_title_can_be_read_over_a_white_picture(identity: Identity, library: Library, name: str, code: str) -> None:
    frame, colours = frame_of(name), identity.kit.colours
    card = draw_card(Sheet(identity, library.languages[code], frame), Opening(), (TITLES[code], "COP31"))
    left, top, right, bottom = words_over_black(card, frame, rgb(colours.on_ground))
    picture = Image.new("RGBA", (frame.width, frame.height), "white")
    picture.alpha_composite(card.image)
    for at in ((left - 2, top), (right + 1, top), (left - 2, bottom), (right + 1, bottom)):
        red, green, blue = picture.getpixel(at)[:3]
        for words in (colours.on_ground, colours.muted):
            assert contrast(words, f"#{red:02x}{green:02x}{blue:02x}") >= LEAST_CONTRAST


@pytest.mark.parametrize("name", SIZES)
def test_the_footage_is_free_where_the_shade_of_a_title_ends(identity: Identity, library: Library, name: str) -> None:
    frame = frame_of(name)
    card = draw_card(Sheet(identity, library.languages["fr"], frame), Opening(), ("Climat", ""))
    assert card.image.getpixel((frame.width - 1, frame.height - 1))[3] == 0


@pytest.mark.parametrize("name", SIZES)
def test_a_face_above_the_words_of_a_point_is_as_bright_in_every_format(
    identity: Identity, library: Library, name: str
) -> None:
    frame = frame_of(name)
    point = Point(0, over_picture=True)
    card = draw_card(Sheet(identity, library.languages["fr"], frame), point, ("Amina, 34 ans", "Elle écrit."))
    assert card.covers
    rows = [round(card.covers[1] - far * frame.unit) for far in (0, 25, 40)]
    above = [card.image.getpixel((frame.width // 2, row))[3] for row in rows]
    assert above[0] > 200 and above[1] < 64 and above[2] == 0


@pytest.mark.parametrize("name", SIZES)
def test_a_right_to_left_picture_is_mirrored(identity: Identity, library: Library, name: str) -> None:
    frame, french, arabic = frame_of(name), library.languages["fr"], library.languages["ar"]
    left, right = (draw_card(Sheet(identity, language, frame), Bug(), ()) for language in (arabic, french))
    assert left.x + right.x + right.image.width == frame.width
    assert left.image.tobytes() == right.image.tobytes()  # the mark itself is never mirrored


@pytest.mark.parametrize("kit", ["aster", "rivage", "plain"])
@pytest.mark.parametrize("name", SIZES)
def test_the_logo_has_air_below_the_progress_also_on_a_plate(
    library: Library, tmp_path: Path, kit: str, name: str
) -> None:
    identity, frame = Artist(library, kit, FolderStore(tmp_path)).identity, frame_of(name)

    def box(card: AnyCard) -> tuple[int, int, int, int]:
        drawing = draw_card(Sheet(identity, library.languages["fr"], frame), card, ())
        solid = drawing.image.getchannel("A").point(lambda alpha: 255 * (alpha > 80)).getbbox()
        assert solid is not None
        return drawing.x + solid[0], drawing.y + solid[1], drawing.x + solid[2], drawing.y + solid[3]

    line, logo = box(Progress(1, 3)), box(Bug("plate", lower=True))
    air = line[1] - logo[3] if name == "wide" else logo[1] - line[3]
    assert air >= 1.8 * frame.unit
    assert name == "wide" or abs(logo[2] - line[2]) <= 2, "one edge"
    assert line[1] >= frame.zone[1] - 32, "no higher above the safe zone than a shadow may reach"


@pytest.mark.parametrize(("ground", "picture"), [("", 255), ("other", 0)])
def test_a_logo_on_its_own_tone_is_told_from_what_is_right_beside_it(
    identity: Identity, library: Library, ground: BugGround, picture: int
) -> None:
    drawing = draw_card(Sheet(identity, library.languages["fr"], frame_of("wide")), Bug(ground), ())
    seen = Image.new("RGBA", drawing.image.size, (picture, picture, picture, 255))
    seen.alpha_composite(drawing.image)
    logo = identity.other_logo() if ground else identity.logo_over_pictures()
    size = identity.logo_size(identity.kit.logo.size, frame_of("wide"))
    ink = Image.new("L", seen.size, 0)
    edge = (seen.width - size[0]) // 2
    ink.paste(logo.resize(size).getchannel("A").point(lambda a: 255 * (a > 127)), (edge, edge))
    near, nearer = (np.asarray(ink.filter(ImageFilter.MaxFilter(side))) > 0 for side in (7, 3))
    red, green, blue = np.asarray(seen.convert("RGB"))[near & ~nearer].mean(axis=0).round().astype(int).tolist()
    tone = identity.tone_over_pictures(other=ground == "other")
    assert luminance_contrast(tone, relative_luminance((red, green, blue))) >= LEAST_LOGO_CONTRAST


@pytest.mark.parametrize("card", ["opening", "notice"])
def test_a_kicker_is_checked_like_any_other_text(identity: Identity, library: Library, card: str) -> None:
    def draw(kicker: str) -> Drawing:
        french, frame = library.languages["fr"], frame_of("square")
        return (
            draw_card(Sheet(identity, french, frame), Opening(), ("Titre", kicker))
            if card == "opening"
            else draw_card(Sheet(identity, french, frame), Notice(), ("Titre", "Texte", kicker, "", ""))
        )

    with pytest.raises(MissingGlyph, match=r"U\+13000"):
        draw("\U00013000")
    with pytest.raises(TextTooLong, match="shorten it"):
        draw("mot " * 40)


@pytest.mark.parametrize("name", SIZES)
def test_a_long_name_takes_two_lines_since_it_cannot_be_shortened(
    identity: Identity, library: Library, name: str
) -> None:
    frame = frame_of(name)
    drawing = draw_card(
        Sheet(identity, library.languages["es"], frame),
        LowerThird("ada"),
        ("María de los Ángeles Fernández-Castro y Ruiz", "Embajadora"),
    )
    assert drawing.x + drawing.image.width <= frame.zone[2]


@pytest.mark.parametrize("name", ["wide", "square", "portrait"])
def test_a_long_german_word_fits_a_caption(captions: Captions, library: Library, name: str) -> None:
    words = "Klimaanpassungsmaßnahmen, und zwar ab sofort."
    assert captions.cues(words, library.languages["de"], frame_of(name))


def test_a_word_too_wide_for_a_line_is_parted_at_a_syllable_or_where_its_author_says(
    captions: Captions, library: Library
) -> None:
    german, frame = library.languages["de"], frame_of("story")
    (lines,) = captions.cues("Donaudampfschifffahrtsgesellschaftskapitän", german, frame)
    assert [line.text for line in lines] == ["Donaudampfschiff-", "fahrtsgesellschaftskapitän"]
    (lines,) = captions.cues("Donaudampfschifffahrts\u00adgesellschaftskapitän", german, frame)
    assert [line.text for line in lines] == ["Donaudampfschifffahrts-", "gesellschaftskapitän"]
    assert (lines[1].start, lines[1].end) == (23, 43)  # places count in the author's text, added hyphens do not


def test_words_too_wide_for_a_caption_are_refused_with_a_remedy(captions: Captions, library: Library) -> None:
    with pytest.raises(TextTooLong, match="soft hyphen"):
        captions.cues("x" * 80, library.languages["fr"], frame_of("story"))


def test_a_title_breaks_after_its_colon_rather_than_in_a_phrase(identity: Identity, library: Library) -> None:
    chinese, frame = library.languages["zh-Hans"], frame_of("story")
    width = frame.zone[2] - frame.zone[0] - 26
    lines, _ = Sheet(identity, chinese, frame, step=2).title("旅行提醒：请推迟您的出行计划", width, 4)
    assert lines[0] == "旅行提醒："


@pytest.mark.parametrize(
    ("code", "above", "below"),
    [
        ("ar", "نودع فيه الماضي", "مكان نأتي إليه"),
        ("th", "ปู่ ฐาน", "ที่นั้น ผู้ใหญ่"),
        ("hi", "कृपया सूची", "हिन्दी में"),
        ("fr", "pqgj", "ÉÂÎ"),
    ],
)
@pytest.mark.parametrize(("role", "leading"), [("title", 1.16), ("text", 1.3)])  # the tightest of any card
def test_no_mark_reaches_one_of_the_line_above(
    identity: Identity, library: Library, code: str, above: str, below: str, role: str, leading: float
) -> None:
    language, size = library.languages[code], 100
    style = identity.style(language, role, size, "#FFFFFF")
    edges = []
    for n, line in enumerate((above, below)):
        image = Image.new("RGBA", (2000, 400))
        block = TextBlock(["", line] if n else [line], style, leading)
        for drawn, x, y in identity.lines_of(block, language, 0, 2000, 50):
            image.alpha_composite(drawn, (x, y))
        box = image.getchannel("A").getbbox()
        assert box
        edges.append((box[1], box[3]))
    assert edges[1][0] > edges[0][1]


@pytest.mark.parametrize(("code", "text"), [("fr", "1 250 €"), ("ar", "70 %"), ("zh-Hans", "¥7.5")])
def test_a_number_that_stands_alone_comes_in_figures_that_end_as_it_is_written(
    identity: Identity, library: Library, code: str, text: str
) -> None:
    drawing = draw_card(Sheet(identity, library.languages[code], frame_of("story")), Point(0), (text, ""))
    strips = [piece for piece in drawing.pieces if piece.part == "digit"]
    figures = [int(c) for c in text if c.isdigit()]
    assert [piece.image.height // piece.cell - 1 for piece in strips] == figures, "from 0 up to itself"
    again = Image.new("RGBA", drawing.image.size, (0, 0, 0, 0))
    for piece in drawing.pieces:
        last = piece.image.crop((0, piece.image.height - (piece.cell or piece.image.height), *piece.image.size))
        again.alpha_composite(last, (piece.x, piece.y))
    assert ImageChops.difference(again, drawing.image).convert("L").getextrema()[1] < 40, "no figure jumps at the end"


@pytest.mark.parametrize("draft", [False, True])
def test_a_counting_number_has_whole_figures_in_drafts_too(artist: Artist, library: Library, draft: bool) -> None:
    asked = {"recipe": "explainer", "points": [{"title": {"fr": "70 %"}}], "languages": ["fr"], "formats": ["story"]}
    edition = DrawnJob(Job.model_validate(asked), "fr", library.languages["fr"], Canvas.of_format("story", draft))
    digits = [piece for piece in artist.pieces(Point(0), edition) if piece.part == "digit"]
    assert [piece.drawn.height for piece in digits] == [8 * digits[0].cell, digits[1].cell], "from 0 to 7, and 0"


@pytest.mark.parametrize("text", ["Digue 7", "7 digues", "En 2027", "7:30 et 8:30"])
def test_a_number_among_words_does_not_count(identity: Identity, library: Library, text: str) -> None:
    drawing = draw_card(Sheet(identity, library.languages["fr"], frame_of("story")), Point(0), (text, ""))
    assert not [piece for piece in drawing.pieces if piece.part == "digit"]


@pytest.mark.parametrize("kit", ["aster", "rivage"])
@pytest.mark.parametrize(
    "card", [Opening(), LowerThird("minister"), Closing(), Notice(), Claim(0, "answered"), Quote()]
)
def test_a_cards_pieces_one_over_the_other_are_the_card(library: Library, kit: str, card: AnyCard) -> None:
    found = library.kits[kit]
    job, frame = load_specimen(library.root)[0], frame_of("square")
    drawn = Identity(found.values, found.logos, Fonts(library.root / "fonts"))
    drawing = draw_card(Sheet(drawn, library.languages["ar"], frame), card, words_of(card, job, "ar"))
    whole, again = (Image.new("RGBA", (frame.width, frame.height), (120, 120, 120, 255)) for _ in range(2))
    whole.alpha_composite(drawing.image, (drawing.x, drawing.y))
    for piece in pieces.together(drawing.pieces):
        assert piece.x % 2 == piece.y % 2 == piece.image.width % 2 == piece.image.height % 2 == 0
        again.alpha_composite(piece.image, (piece.x, piece.y))
    assert ImageChops.difference(whole.convert("RGB"), again.convert("RGB")).convert("L").getextrema()[1] < 4


@pytest.mark.parametrize(
    "card",
    [
        Opening(),
        Opening("head"),
        Opening("foot"),
        Opening("raised"),
        Opening("low"),
        Headline(),
        Quote(place="foot"),
        Claim(0, "answered"),
        LowerThird("minister"),
        Point(0, over_picture=True),
    ],
    ids=str,
)
@pytest.mark.parametrize("kit", ["aster", "rivage"])
def test_a_card_laid_out_hides_what_it_hides_drawn(library: Library, tmp_path: Path, kit: str, card: AnyCard) -> None:
    job = load_specimen(library.root)[0]
    for name, code in (("wide", "fr"), ("story", "ar")):
        canvas = Canvas.of_format(name, draft=name == "wide")
        laid_out, drawn = (Artist(library, kit, FolderStore(tmp_path / way)) for way in ("a", "b"))
        edition = DrawnJob(job, code, library.languages[code], canvas)
        assert laid_out.box(card, edition) == drawn.card(card, edition).box


@pytest.mark.parametrize(
    ("code", "name", "second"),
    [
        ("fr", "Marie-Christine de La Rochefoucauld-Montbel", "de\u00a0La\u00a0Rochefoucauld-Montbel"),
        ("ar", "ماري كريستين دو لا روشفوكو مونبيل", "دو\u00a0لا\u00a0روشفوكو مونبيل"),
    ],
)
def test_a_name_is_rather_smaller_than_parted_from_its_particle(
    identity: Identity, library: Library, code: str, name: str, second: str
) -> None:
    sheet = Sheet(identity, library.languages[code], frame_of("story"))
    width = 0.86 * (sheet.end - sheet.start)
    lines, style = name_lines(sheet, name, 4.6 * sheet.over, width)
    assert lines[1] == second and sheet.width(lines, style) <= width
    short, usual = name_lines(sheet, "Ada Li", 4.6 * sheet.over, width)
    assert len(short) == 1 and usual.size >= style.size >= 0.75 * usual.size


@pytest.mark.parametrize("code", ["fr", "ar", "zh-Hans"])
def test_a_square_alert_keeps_its_number_large_and_alone(identity: Identity, library: Library, code: str) -> None:
    texts = {
        "fr": "Un séisme de magnitude 6,8 a frappé la côte à 14 h 20. Évitez les bâtiments fissurés. "
        "Ressortissants : signalez-vous au +33 1 55 55 01 20 ou sur ariane.example.",
        "ar": "ضرب زلزال بقوة 6,8 درجات الساحل عند الساعة 14:20. تجنّبوا المباني المتصدّعة. "
        "على الرعايا الاتصال بالرقم +33 1 55 55 01 20 أو عبر ariane.example.",
        "zh-Hans": "14时20分，沿海发生6.8级地震。请远离开裂的建筑。"
        "公民请拨打 +33 1 55 55 01 20 或登录 ariane.example 登记。",
    }
    titles = {"fr": "Séisme en Valdore : restez à l’abri", "ar": "زلزال: ابقوا في مكان آمن"}
    words = (titles.get(code, "地震：请留在安全处"), texts[code], "Info", "2027-03-12T15:05:00+01:00", "2")
    drawing = draw_card(Sheet(identity, library.languages[code], frame_of("square"), 4), Notice(step=4), words)
    numbers = [piece for piece in drawing.pieces if piece.part == "figure"]
    assert len(numbers) == 1 and numbers[0].image.width > 500, "and no account's goes without"


@pytest.mark.parametrize("name", SIZES)
def test_a_number_by_itself_is_the_largest_thing_of_its_point(identity: Identity, library: Library, name: str) -> None:
    def tallest(title: str) -> int:
        drawing = draw_card(Sheet(identity, library.languages["fr"], frame_of(name)), Point(0), (title, "des demandes"))
        return max(piece.cell or piece.image.height for piece in drawing.pieces if piece.part in ("digit", "line"))

    assert tallest("70 %") > 1.4 * tallest("Ha")
