"""Brand kits: what they inherit, what is refused and where, and which logo stands where."""

import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from portevoix.authoring.brand import BrandKit
from portevoix.authoring.colours import LEAST_LOGO_CONTRAST, contrast, luminance, luminance_contrast, mixed
from portevoix.authoring.job import Job
from portevoix.authoring.kit import Kit, load_kits
from portevoix.authoring.kit_checks import NARROWEST_MARGIN
from portevoix.authoring.logo import relative_luminance
from portevoix.drawing.artist import Artist, DrawnJob
from portevoix.drawing.canvas import MARGINS, SIZES, Canvas
from portevoix.drawing.captions import State
from portevoix.drawing.cards import draw_card
from portevoix.drawing.cards.sheet import Sheet
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.frame import Frame
from portevoix.drawing.identity import Identity
from portevoix.errors import InvalidInput
from portevoix.library import ROOT, Library
from portevoix.store import Store
from portevoix.timeline.cards import Bug, Closing, Headline, LowerThird

KITS = ROOT / "examples" / "house" / "brand"
FONTS = Fonts(ROOT / "fonts")
SERVING = FONTS.listed.scripts


@pytest.fixture
def brand(tmp_path: Path) -> Path:
    """A folder with copies of all kits."""
    return Path(shutil.copytree(KITS, tmp_path / "brand"))


def load_kit(folder: Path) -> Kit:
    """The kit of a folder, which stands among others."""
    return load_kits([folder.parent], SERVING)[folder.name]


def changed(kit: Path, old: str, new: str) -> Path:
    text = (kit / "kit.yaml").read_text("utf-8")
    assert old in text
    (kit / "kit.yaml").write_text(text.replace(old, new), "utf-8")
    return kit


def added(kit: Path, text: str) -> Path:
    with (kit / "kit.yaml").open("a", encoding="utf-8") as file:
        file.write(text)
    return kit


def png(path: Path, width: int, height: int, ink: str = "white", ground: str = "#00000000") -> None:
    """A disc of `ink` on a ground: by itself a usable logo."""
    image = Image.new("RGBA", (width, height), ground)
    ImageDraw.Draw(image).ellipse((0, 0, width - 1, height - 1), fill=ink)
    image.save(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('muted: "#B9C6DA"', 'muted: "#3A4A66"', r"muted on ground has a contrast of 1\.\d:1"),
        ('muted: "#B9C6DA"', 'muted: "#8093AD"', "muted on a shade of ground over a white or black picture"),
        ("look: lines", "look: lines\n  opacity: 0.4", "raise captions.opacity"),
        ("look: lines", "look: lines\n  opacity: 7", "less than or equal to 1"),
        ("#FFD35C", "#203050", "captions in #203050 over a white or black picture"),
        ('highlight: "#FFD35C"', "words: highlight", "add one"),
        ("light: logo_light.png", "light: logo.png", "logo.png is not in .*; add it"),
        ("light: logo_light.png", "light: kit.yaml", "kit.yaml is not a PNG"),
        ("light: logo_light.png", "light: ../../secret.png", "lies outside"),
        ("light: logo_light.png", "light: logo_light.png\n  min_size: 10", "size 8.5 is below min_size 10; raise size"),
        ("light: logo_light.png", "size: 20", "logo.size: input should be less than or equal to 14"),
        (
            "light: logo_light.png",
            "light: logo_light.png\n  clear_space: 0.9",
            "clear_space 0.9 of size 8.5 is 7.7 hundredths",
        ),
        ("light: logo_light.png", "plate: false", "over_pictures is 'light', but there is no such file"),
        ("{Latn: Spectral, Cyrl: Spectral}", "{Latn: Spektral}", "'Spektral' is not in fonts/, which has Noto Sans"),
        (
            "{Latn: Spectral, Cyrl: Spectral}",
            "{Arab: Spectral}",
            "'Spectral' does not serve Arab; choose Noto Sans Arabic",
        ),
        ("{Latn: Spectral, Cyrl: Spectral}", "{Latin: Spectral}", "'Latin' is not known; choose 'Latn'"),
        ("ground: ghost", "ground: gost", "'gost' is not known; choose 'plain', 'ghost' or 'band'"),
        ("ground: ghost", "corner: 9", "cards.corner: input should be less than or equal to 3"),
        ("cards:", "placing: {bug: {tall: end}}\ncards:", "'tall' is not known"),
        ("cards:", "placing: {bug: left}\ncards:", "'left' is not known; choose 'start' or 'end'"),
        ("cards:", "music: bed.m4a\ncards:", "bed.m4a is not in .*; add it"),
        ("cards:", "stings: {opening: in.mov}\ncards:", "in.mov is not in .*; add it"),
        ("cards:", "stings: {opening: draw_logo.py}\ncards:", "draw_logo.py cannot carry transparency"),
        ("name: aster", "name: astre", "'astre' is not its folder's name; call it aster"),
    ],
)
def test_a_kit_that_cannot_be_used_is_refused_with_its_line(brand: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as raised:
        load_kit(changed(brand / "aster", old, new))
    assert all(fault.line for fault in raised.value.faults)


def test_all_that_is_wrong_with_a_kit_is_told_at_once(brand: Path) -> None:
    kit = changed(brand / "aster", "Spectral", "Spektral")
    changed(kit, "logo_dark.png", "dark.png")
    changed(kit, 'muted: "#B9C6DA"', 'muted: "#3A4A66"')
    with pytest.raises(InvalidInput) as raised:
        load_kit(kit)
    lines = (kit / "kit.yaml").read_text("utf-8").splitlines()
    told = [
        (lines[fault.line - 1].strip().split(":")[0], fault.message.split(" ")[0])
        for fault in raised.value.faults
        if fault.line
    ]
    assert told == [("muted", "muted"), ("title", "the"), ("title", "the"), ("dark", "dark.png")]


@pytest.mark.parametrize(
    ("width", "height", "ink", "ground", "message"),
    [
        (300, 300, "white", "#00000000", "is 300 pixels high without its margin; export it at least 400 high"),
        (1600, 400, "white", "#00000000", "is 4.0 times as wide as high; at most 3 times leaves room for words"),
        (400, 1000, "white", "#00000000", "is 2.5 times as high as wide; at most 2 times fits a corner"),
        (500, 500, "white", "black", "has no transparency"),
        (500, 500, "#00000000", "#00000000", "shows nothing"),
        (7000, 3500, "white", "#00000000", "is 7000 by 3500 pixels"),
        (600, 400, "white", "#00000000", "its files are not of one shape"),
        (500, 500, "#10233F", "#00000000", "none of its files stands out on colours.ground"),
    ],
)
def test_a_logo_that_cannot_be_used_is_refused_with_its_line(
    brand: Path, width: int, height: int, ink: str, ground: str, message: str
) -> None:
    kit = changed(brand / "aster", "  monochrome: logo_monochrome.png\n", "")
    png(kit / "logo_light.png", width, height, ink, ground)
    with pytest.raises(InvalidInput, match=message) as raised:
        load_kit(kit)
    assert all(fault.line for fault in raised.value.faults)


def test_a_margin_round_a_logo_does_not_count(brand: Path) -> None:
    kit = brand / "aster"
    for name in ("light", "dark", "monochrome"):
        png(kit / "logo.png", 500, 500)
        wide = Image.new("RGBA", (900, 700), (0, 0, 0, 0))
        wide.paste(Image.open(kit / "logo.png"), (300, 100))
        wide.save(kit / f"logo_{name}.png")
    identity = Identity(load_kit(kit).values, load_kit(kit).logos, FONTS)
    assert identity.logo_size(10, frame_of("square")) == (108, 108)


def test_a_kit_has_another_digest_when_its_logo_changes_and_the_same_when_a_comment_does(brand: Path) -> None:
    kit = brand / "aster"
    before = load_kit(kit).digest
    assert load_kit(added(kit, "# a remark\n")).digest == before
    png(kit / "logo_light.png", 512, 512)
    assert load_kit(kit).digest != before


def test_a_kit_inherits_what_it_does_not_say_itself(brand: Path) -> None:
    kit = brand / "aster_valdora"
    added(kit, 'colours: {muted: "#C9D6EA"}\nlogo: {size: 10}\n')
    own, parent = load_kit(kit).values, load_kit(brand / "aster").values
    assert own.organisation_in("fr") == "Ambassade Aster en Valdore"
    assert own.colours == parent.colours.model_copy(update={"muted": "#C9D6EA"})
    assert own.logo == parent.logo.model_copy(update={"size": 10})
    assert (own.fonts, own.cards, own.captions) == (parent.fonts, parent.cards, parent.captions)


def test_no_language_of_a_kit_shows_its_parents_name(brand: Path) -> None:
    kit = brand / "aster_valdora"
    text = (kit / "kit.yaml").read_text("utf-8")
    (kit / "kit.yaml").write_text("".join(line for line in text.splitlines(True) if "  de:" not in line), "utf-8")
    assert load_kit(kit).values.organisation_in("de") == "Ambassade Aster en Valdore"


def test_a_file_is_the_kits_own_else_its_parents(brand: Path) -> None:
    kit = brand / "aster_valdora"
    assert load_kit(kit).file("logo_light.png") == brand / "aster" / "logo_light.png"
    before = load_kit(kit).digest
    png(kit / "logo_light.png", 512, 512)
    assert load_kit(kit).file("logo_light.png") == kit / "logo_light.png"
    assert load_kit(kit).digest != before
    with pytest.raises(InvalidInput, match=r"none.mov is not in .*aster_valdora or .*aster; add it"):
        load_kit(kit).file("none.mov")


def test_a_mistake_stands_in_the_file_that_made_it(brand: Path) -> None:
    kit = added(brand / "aster_valdora", 'colours:\n  ground: "#E8EEF6"\n')
    changed(brand / "aster", "look: lines", "look: boxes")
    with pytest.raises(InvalidInput, match="boxes") as raised:
        load_kit(kit)
    assert [Path(fault.file).parent.name for fault in raised.value.faults] == ["aster"]
    changed(brand / "aster", "look: boxes", "look: lines")
    with pytest.raises(
        InvalidInput, match="on_ground on ground"
    ) as raised:  # the parent's white on the child's own ground
        load_kit(kit)
    assert {(Path(f.file).parent.name, f.line) for f in raised.value.faults} == {("aster_valdora", 13)}


def test_a_kit_that_inherits_itself_or_nobody_known_is_refused(brand: Path) -> None:
    changed(brand / "aster", "name: aster", "name: aster\ninherits: aster_valdora")
    with pytest.raises(InvalidInput, match="in a circle: aster → aster_valdora → aster; end it at one") as raised:
        load_kit(brand / "aster_valdora")
    (fault,) = raised.value.faults
    assert (Path(fault.file), fault.line) == (brand / "aster_valdora" / "kit.yaml", 3)
    with pytest.raises(InvalidInput, match="kit 'astre' is not known; did you mean 'aster'"):
        load_kit(changed(brand / "aster_valdora", "inherits: aster", "inherits: astre"))


def test_an_embassy_with_only_a_name_of_its_own_shares_captions_and_logo_with_its_ministry(
    store: Store, library: Library
) -> None:
    french, canvas = library.languages["fr"], Canvas.of_format("square", draft=False)
    job = Job(recipe="interview", languages=("fr",), speakers={"ada": {"name": {"fr": "Ada"}}})
    edition = DrawnJob(job, "fr", french, canvas)
    keys = [
        (
            artist.caption(State(("Bonjour",), "lines"), french, canvas, "here").key,
            *(artist.card(card, edition).key for card in (Bug(), LowerThird("ada"), Closing())),
        )
        for artist in (Artist(library, kit, store) for kit in ("aster", "aster_valdora"))
    ]
    assert [one == other for one, other in zip(*keys, strict=True)] == [True, True, True, False]


def frame_of(name: str) -> Frame:
    return Canvas.of_format(name, draft=False).frame


def house_of(name: str, **changes: object) -> Identity:
    kit = load_kit(KITS / name)
    return Identity(BrandKit.model_validate(kit.values.model_dump() | changes), kit.logos, FONTS)


@pytest.mark.parametrize("name", ["aster", "rivage"])
@pytest.mark.parametrize("ground", ["#000000", "#ffffff", "#808080", "#C8102E", "#145242", "#F7F4EC", "#10233F"])
def test_the_logo_that_is_chosen_stands_out(name: str, ground: str) -> None:
    logo = house_of(name).logo_on(ground).resize((24, 24), Image.Resampling.BOX)
    pixels = [logo.getpixel((x, y)) for x in range(24) for y in range(24)]
    ink = sum(relative_luminance(p[:3]) * p[3] for p in pixels) / sum(p[3] for p in pixels)
    assert luminance_contrast(ink, luminance(ground)) >= LEAST_LOGO_CONTRAST - 0.05


@pytest.mark.parametrize(("variant", "sky"), [("light", "#ffffff"), ("dark", "#000000")])
def test_a_logo_without_a_plate_is_seen_on_its_own_tone(library: Library, variant: str, sky: str) -> None:
    kit = load_kit(KITS / "aster").values
    identity = house_of("aster", logo=kit.logo.model_dump() | {"over_pictures": variant})
    bug = draw_card(Sheet(identity, library.languages["fr"], frame_of("square")), Bug(), ()).image
    image = Image.new("RGBA", bug.size, sky)
    image.alpha_composite(bug)
    ink = bug.getchannel("A").point(lambda a: 255 * (a > 250))
    beside = ImageChops.subtract(ink.filter(ImageFilter.MaxFilter(7)), ink.filter(ImageFilter.MaxFilter(3)))
    red, green, blue = ImageStat.Stat(image.convert("RGB"), beside).mean
    tone = identity.logos[variant].luminance
    assert luminance_contrast(relative_luminance((round(red), round(green), round(blue))), tone) > 2


def test_a_logo_that_would_lose_a_part_gives_way_to_its_shape_alone() -> None:
    identity = house_of("aster")
    width, height = identity.logo_on("#10233F").size
    heart = (width // 2, height // 2)
    assert identity.logo_on("#10233F").getpixel(heart)[:3] == (200, 16, 46)
    assert identity.logo_on("#C8102E").getpixel(heart)[:3] == (255, 255, 255)


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("kit", ["aster", "rivage"])
def test_nothing_stands_in_the_clear_space_of_the_logo(library: Library, name: str, kit: str) -> None:
    frame, identity = frame_of(name), house_of(kit)
    width, height = identity.bug_size(frame)
    clear = identity.clear_space(height)
    for code in ("fr", "ar"):
        sheet = Sheet(identity, library.languages[code], frame)
        start, end = sheet.head()
        assert start == sheet.start and sheet.end - end >= width + clear
    assert frame.zone[1] >= clear and frame.zone[0] >= clear  # and the edge of the frame


def test_the_room_that_a_kit_is_checked_against_is_that_of_the_formats() -> None:
    assert min(min(margins) for margins in MARGINS.values()) / 10.8 >= NARROWEST_MARGIN


def test_no_logo_is_drawn_below_the_smallest_size() -> None:
    logo = load_kit(KITS / "aster").values.logo.model_dump() | {"min_size": 12, "size": 13}
    assert house_of("aster", logo=logo).logo_size(9, frame_of("square"))[1] == round(12 * 10.8)


@pytest.mark.parametrize(
    ("side", "code", "left"), [("start", "fr", True), ("end", "fr", False), ("start", "ar", False)]
)
def test_the_logo_stands_in_the_corner_that_a_format_is_given(
    library: Library, side: str, code: str, left: bool
) -> None:
    identity = house_of("rivage", placing={"bug": {"story": side}})
    frame = frame_of("story")
    bug = draw_card(Sheet(identity, library.languages[code], frame), Bug(), ())
    assert (bug.x < frame.width / 2) == left
    headline = draw_card(Sheet(identity, library.languages[code], frame), Headline(), ("Climat",))
    box = headline.image.getchannel("A").getbbox()
    assert box and (box[2] + 1 < bug.x if not left else box[0] > bug.x + bug.image.width)


def test_a_name_stands_in_the_middle_where_a_format_asks(library: Library) -> None:
    for kit in ("aster", "rivage"):
        identity = house_of(kit, placing={"lower_third": "centre"})
        drawing = draw_card(
            Sheet(identity, library.languages["fr"], frame_of("square")), LowerThird("ada"), ("Ada", "Ministre")
        )
        assert abs(drawing.x + drawing.image.width / 2 - 540) <= 1


def test_a_kit_may_change_one_formats_place_of_its_parents(brand: Path) -> None:
    added(brand / "aster", "placing: {bug: start, captions: {wide: top}}\n")
    kit = load_kit(added(brand / "aster_valdora", "placing: {bug: {story: end}, captions: top}\n")).values
    assert [kit.bug_side(name) for name in SIZES] == ["start", "start", "start", "end"]
    assert [kit.captions_edge(name) for name in SIZES] == ["top"] * 4


def test_captions_stand_at_the_edge_that_a_format_is_given() -> None:
    kit = house_of("aster", placing={"captions": {"story": "top"}}).kit
    assert (kit.captions_edge("story"), kit.captions_edge("wide")) == ("top", "bottom")


@pytest.mark.parametrize(
    ("code", "script", "families"),
    [
        ("fr", "title", ("Work Sans", "Noto Sans")),
        ("ru", "title", ("Noto Sans", "Work Sans")),
        ("ru", "text", ("Inter", "Noto Sans", "Public Sans")),
        ("ar", "text", ("Noto Sans Arabic", "Public Sans", "Inter")),
    ],
)
def test_each_script_has_its_family_and_falls_back_to_the_others(
    library: Library, code: str, script: str, families: tuple[str, ...]
) -> None:
    style = house_of("rivage").style(library.languages[code], script, 40, "#000000")
    assert style.families[: len(families)] == families


def test_labels_in_capitals_keep_the_dot_of_turkish(library: Library) -> None:
    frame, identity = frame_of("square"), house_of("rivage")
    assert Sheet(identity, library.languages["tr"], frame).capitals("iklim ısınıyor") == "İKLİM ISINIYOR"
    assert Sheet(identity, library.languages["fr"], frame).capitals("Été") == "ÉTÉ"
    assert Sheet(house_of("aster"), library.languages["fr"], frame).capitals("Été") == "Été"


def test_fonts_have_another_digest_when_a_file_changes_at_the_same_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "")  # set back afterwards: making Fonts points it at the copy
    for name in ("Inter_400Regular.ttf", "Inter_700Bold.ttf"):
        shutil.copy(ROOT / "fonts" / name, tmp_path / name)
    (tmp_path / "fonts.yaml").write_text(
        "scripts: {Latn: [Inter]}\nfiles:\n- {file: Inter_400Regular.ttf, family: Inter, weight: regular}\n"
        "- {file: Inter_700Bold.ttf, family: Inter, weight: bold}\n"
    )
    before = Fonts(tmp_path).digest
    data = bytearray((tmp_path / "Inter_700Bold.ttf").read_bytes())
    data[-1] ^= 1
    (tmp_path / "Inter_700Bold.ttf").write_bytes(data)
    assert Fonts(tmp_path).digest != before


def test_a_colour_laid_over_another_is_mixed_by_its_opacity() -> None:
    assert mixed("#000000", 0.5, "#ffffff") == "#808080"
    assert mixed("#123456", 1, "#ffffff") == "#123456"


def test_words_on_a_panel_can_be_read_over_any_picture() -> None:
    for name in ("aster", "rivage"):
        colours = house_of(name).kit.colours
        for video in ("#000000", "#ffffff"):
            assert contrast(colours.on_ground, mixed(colours.ground, 240 / 255, video)) >= 4.5
            assert contrast(colours.on_accent, mixed(colours.accent, 240 / 255, video)) >= 4.5
