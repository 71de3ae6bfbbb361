"""The brand kit: colours, logo, fonts, names, and the looks of what is drawn. A folder in `brand/` with a `kit.yaml`.

A kit may inherit another: keys merge deeply, its own before its parent's, and a file is looked for in its own folder first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from portevoix.authoring.document import Authored, Document, Place, read_document, validate
from portevoix.authoring.job import FormatName
from portevoix.authoring.language import Script
from portevoix.authoring.logo import LogoFile, look_at_logo, relative_luminance
from portevoix.errors import Fault, InvalidInput, invalid

LEAST_CONTRAST = 4.5  # WCAG 2 success criterion 1.4.3
LEAST_LOGO_CONTRAST = 3.0  # WCAG 2 success criterion 1.4.11, what is no text
PANEL, SHADE = 240, 220  # opacity of 255 of a box and of a shade under words over a picture
NARROWEST_MARGIN = 5.5  # of the formats' safe zones, in hundredths of the short side: 60 pixels of 1080
LARGEST_LOGO = 14.0  # over a picture, in hundredths of the short side; beside a headline no more is left
STING_ENDINGS = (".mov", ".webm")  # files that may carry transparency
NOT_DRAWN = {
    "name",
    "inherits",
    "organisation",
    "motion",
    "stings",
    "music",
}  # keys that change no drawing by themselves


def _colour(value: str) -> str:
    if len(value) != 7 or value[0] != "#" or any(c not in "0123456789abcdefABCDEF" for c in value[1:]):
        raise ValueError(f"{value!r} is not a colour; write #rrggbb")
    return value


Colour = Annotated[str, AfterValidator(_colour)]


class Colours(Authored):
    """Colours by their role."""

    ground: Colour  # cards, boxes under words
    on_ground: Colour
    accent: Colour
    accent_on_ground: Colour  # the accent where it stands on the ground itself, as a figure or a line
    on_accent: Colour
    muted: Colour  # secondary words on the ground
    caption_box: Colour
    caption_text: Colour


class KitFonts(Authored):
    """A family of `fonts/` for each script, of titles and of all other words. A script that is left out has the house's own."""

    title: dict[Script, str] = {}
    text: dict[Script, str] = {}

    def of(self, role: str) -> dict[Script, str]:
        """Families by script of the `role` title or text."""
        return self.title if role == "title" else self.text


Variant = Literal["light", "dark", "monochrome"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)


class Logo(Authored):
    """The logo's files (PNG with transparency, all of one shape) and the room that it needs.

    `light` stands on dark grounds, `dark` on light ones; of `monochrome` only the shape counts, which takes a colour of the
    kit. Heights are hundredths of the frame's short side (10.8 pixels at 1080): `size` over a picture, `min_size` anywhere.
    `clear_space` is kept free on all sides, in parts of the logo's height.
    `over_pictures` is the one variant that stands over pictures: they change from shot to shot, and a logo that changed with
    them would flicker. `plate` puts it on a box of the ground colour instead, in the variant that stands out there.
    """

    light: str | None = None
    dark: str | None = None
    monochrome: str | None = None
    size: Annotated[float, Field(gt=0, le=LARGEST_LOGO)] = 8.5
    min_size: Annotated[float, Field(gt=0, le=LARGEST_LOGO)] = 5
    clear_space: Annotated[float, Field(ge=0, le=1)] = 0.2
    over_pictures: Variant = "light"
    plate: bool = False

    def files(self) -> dict[Variant, str]:
        """The variants that there are."""
        return {name: file for name in VARIANTS if (file := getattr(self, name))}


Look = Literal["lines", "block", "outline", "shadow"]


class CaptionLook(Authored):
    """How captions look: a box under each line, one box round the cue, an outline or a soft shadow round the letters.

    `opacity` is a box's, 0 to 1; `corner` its radius in parts of the size of the letters. `words` lights each word up in
    `highlight` as it is spoken. `speakers` are the colours of those who speak, in the order of their first words; the first one
    without a colour of its own has the caption's. `enter`: how a cue appears and goes.
    """

    look: Look = "lines"
    opacity: Annotated[float, Field(ge=0, le=1)] = 0.82
    corner: Annotated[float, Field(ge=0, le=0.6)] = 0.12
    words: Literal["still", "highlight"] = "still"
    highlight: Colour | None = None
    speakers: tuple[Colour, ...] = ()
    enter: Literal["cut", "fade", "pop"] = "cut"

    @model_validator(mode="after")
    def _light_has_a_colour(self) -> CaptionLook:
        if self.words == "highlight" and self.highlight is None:
            raise ValueError("words are to light up, but no `highlight` colour is given; add one")
        return self


class CardLook(Authored):
    """How cards look beyond their colours.

    `corner`: radius of boxes, hundredths of the short side. `accent`: as strokes (a rule above a title, a stripe along a box)
    or as fills (a label on a box's edge, a disc behind a number). `titles`: over a picture, on a shade that fades out or in a
    panel. `lower_third`: name and role in one box, or each on its own. `ground` of a full card: plain, with the logo very large
    and faint, or with a band of the accent at the foot. `labels`: as written, or in capitals where a script has them.
    `closing`: in the middle, or from where reading starts.
    """

    corner: Annotated[float, Field(ge=0, le=3)] = 0
    accent: Literal["strokes", "fills"] = "strokes"
    titles: Literal["shade", "panel"] = "shade"
    lower_third: Literal["box", "tabs"] = "box"
    ground: Literal["plain", "ghost", "band"] = "plain"
    labels: Literal["as_written", "capitals"] = "as_written"
    closing: Literal["centre", "start"] = "centre"


FORMATS: tuple[FormatName, ...] = get_args(FormatName)


def _for_every_format(value: Any) -> Any:
    """`bug: end` is `bug: {wide: end, square: end, …}`."""
    return dict.fromkeys(FORMATS, value) if isinstance(value, str) else value


def _spread(place: Any) -> BeforeValidator:
    return BeforeValidator(_for_every_format, json_schema_input_type=place | dict[FormatName, place])


Side = Literal["start", "end"]
ThirdPlace = Literal["start", "centre"]
Edge = Literal["bottom", "top"]


class Placing(Authored):
    """Where things stand, in every format or by format; what a format leaves out has the default.

    `bug`: the upper corner where a line starts or ends. `lower_third`: where a line starts, or in the middle. `captions`: foot or head.
    """

    bug: Annotated[dict[FormatName, Side], _spread(Side)] = {}
    lower_third: Annotated[dict[FormatName, ThirdPlace], _spread(ThirdPlace)] = {}
    captions: Annotated[dict[FormatName, Edge], _spread(Edge)] = {}


class Motion(Authored):
    """How long the speaker's name takes to slide in and out, in seconds; 0: it is there at once."""

    enter_s: Annotated[float, Field(ge=0, le=2)] = 0.35
    leave_s: Annotated[float, Field(ge=0, le=2)] = 0.25


class Stings(Authored):
    """Short pieces that open and close a programme: a film with transparency, or one that a script of the kit drew."""

    opening: Path | None = None
    closing: Path | None = None


class BrandKit(Authored):
    """One institution's look. `inherits`: the kit whose values and files stand where this one has none."""

    name: str
    inherits: str | None = None
    organisation: Annotated[dict[str, str], Field(min_length=1)]
    colours: Colours
    fonts: KitFonts = KitFonts()
    logo: Logo
    captions: CaptionLook = CaptionLook()
    cards: CardLook = CardLook()
    placing: Placing = Placing()
    motion: Motion = Motion()
    stings: Stings | None = None
    music: Path | None = None  # the bed of recipes that ask for the kit's

    def organisation_in(self, language: str) -> str:
        """The institution's name in `language`, else in its first one."""
        return self.organisation.get(language) or next(iter(self.organisation.values()))

    def bug_side(self, format: str) -> Side:
        """The upper corner of the logo in a format."""
        return self.placing.bug.get(format, "end")  # type: ignore[call-overload, no-any-return]

    def lower_third_place(self, format: str) -> ThirdPlace:
        """Where the speaker's name stands in a format."""
        return self.placing.lower_third.get(format, "start")  # type: ignore[call-overload, no-any-return]

    def captions_edge(self, format: str) -> Edge:
        """At which edge captions stand in a format."""
        return self.placing.captions.get(format, "bottom")  # type: ignore[call-overload, no-any-return]


@dataclass(frozen=True)
class _Chain(Document):
    """A kit's file with those that it inherits, nearest first; `content` is all of them merged."""

    files: tuple[Document, ...]

    def fault(self, place: Place, message: str) -> Fault:
        """A fault in the file whose value it is."""
        owner = max(self.files, key=lambda file: _depth(file.content, place))  # the nearest of those that go as deep
        return owner.fault(place, message)

    def nearest(self, *places: Place) -> Place:
        """The one of some values that the nearest kit has written: where two do not go together, it is to be changed."""
        return next((p for file in self.files for p in places if _depth(file.content, p) == len(p)), places[0])

    @property
    def folders(self) -> list[Path]:
        return [file.path.parent for file in self.files]


def load_kit(folder: Path, serving: Mapping[str, Collection[str]] | None = None) -> tuple[BrandKit, str]:
    """The kit and the digest of all that its drawings show. Raises InvalidInput with every fault.

    `serving`: the families that set each script, where they are to be looked at as well.
    """
    chain = _read_chain(folder)
    faults = [
        file.fault(("name",), f"{file.content.get('name')!r} is not its folder's name; call it {file.path.parent.name}")
        for file in chain.files
        if isinstance(file.content, dict) and file.content.get("name") != file.path.parent.name
    ]
    try:
        kit = validate(BrandKit, chain)
    except InvalidInput as error:
        raise InvalidInput([*faults, *error.faults]) from None
    logos, found = _logos(kit, chain)
    named = [*found, *_file_faults(kit, chain), *_contrast_faults(kit, chain), *_logo_faults(kit, logos, chain)]
    named += _font_faults(kit, serving) if serving is not None else []
    faults += [chain.fault(place, message) for place, message in named]
    if faults:
        raise InvalidInput(faults)
    drawn = kit.model_dump(mode="json", exclude=NOT_DRAWN)
    drawn["logo"] |= {name: logo.digest for name, logo in logos.items()}
    return kit, hashlib.sha256(json.dumps(drawn, sort_keys=True).encode()).hexdigest()


def kit_file(folder: Path, name: str | Path) -> Path:
    """A file that the kit in `folder` names: its own, else that of the nearest kit it inherits. Raises InvalidInput."""
    chain = _read_chain(folder)
    found = _found(chain, name)
    if isinstance(found, str):
        raise invalid(chain.path, found)
    return found


def _read_chain(folder: Path) -> _Chain:
    files = [read_document(folder / "kit.yaml")]
    while isinstance(files[-1].content, dict) and (parent := files[-1].content.get("inherits")) is not None:
        known = sorted(path.parent.name for path in folder.parent.glob("*/kit.yaml"))
        if not isinstance(parent, str) or parent not in known:
            raise InvalidInput(
                [files[-1].fault(("inherits",), f"kit {parent!r} is not in {folder.parent}; known: {', '.join(known)}")]
            )
        names = [file.path.parent.name for file in files]
        if parent in names:
            circle = " → ".join([*names[names.index(parent) :], parent])
            raise InvalidInput([files[-1].fault(("inherits",), f"kits inherit in a circle: {circle}; end it at one")])
        files.append(read_document(folder.parent / parent / "kit.yaml"))
    content = _placed(files[-1].content)
    for file in files[-2::-1]:
        content = _merged(_placed(file.content), content)
    return _Chain(files[0].path, content, tuple(files))


def _placed(content: Any) -> Any:
    """Places by format, so that a kit may change one of them."""
    if not (isinstance(content, dict) and isinstance(content.get("placing"), dict)):
        return content
    return {**content, "placing": {key: _for_every_format(value) for key, value in content["placing"].items()}}


def _merged(own: Any, inherited: Any) -> Any:
    if not (isinstance(own, dict) and isinstance(inherited, dict)):
        return own
    return {**inherited, **{key: _merged(value, inherited.get(key)) for key, value in own.items()}}


def _depth(content: Any, place: Place) -> int:
    """How many steps of `place` lead on in a file."""
    for depth, step in enumerate(place):
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            return depth
    return len(place)


def _found(chain: _Chain, name: str | Path) -> Path | str:
    """A file of the kit, or what is wrong with it."""
    for folder in chain.folders:
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            return f"{name} lies outside {folder}; put the file into the kit"
        if path.is_file():
            return path
    return f"{name} is not in {' or '.join(str(folder) for folder in chain.folders)}; add it"


def _logos(kit: BrandKit, chain: _Chain) -> tuple[dict[Variant, LogoFile], list[tuple[Place, str]]]:
    logos: dict[Variant, LogoFile] = {}
    faults: list[tuple[Place, str]] = []
    for variant, name in kit.logo.files().items():
        path = _found(chain, name)
        logo = path if isinstance(path, str) else look_at_logo(path)
        if isinstance(logo, str):
            faults.append((("logo", variant), logo if isinstance(path, str) else f"{name} {logo}"))
        else:
            logos[variant] = logo
    shapes = {variant: logo.shape for variant, logo in logos.items()}
    if shapes and max(shapes.values()) > min(shapes.values()) * 1.03:
        told = ", ".join(f"{variant} {shape:.2f}" for variant, shape in shapes.items())
        faults.append((("logo",), f"its files are not of one shape (width by height: {told}); cut them alike"))
    return logos, faults


def _file_faults(kit: BrandKit, chain: _Chain) -> Iterator[tuple[Place, str]]:
    for key in ("opening", "closing"):
        sting = getattr(kit.stings, key, None)
        if sting is None:
            continue
        if isinstance(found := _found(chain, sting), str):
            yield ("stings", key), found
        elif found.suffix.lower() not in STING_ENDINGS:
            yield ("stings", key), f"{sting} cannot carry transparency; export it as {', '.join(STING_ENDINGS)}"
    if kit.music and isinstance(found := _found(chain, kit.music), str):
        yield ("music",), found


def _font_faults(kit: BrandKit, serving: Mapping[str, Collection[str]]) -> Iterator[tuple[Place, str]]:
    known = list(dict.fromkeys(family for row in serving.values() for family in row))
    for role in ("title", "text"):
        for script, family in kit.fonts.of(role).items():
            if family not in known:
                yield ("fonts", role, script), f"the family {family!r} is not in fonts/, which has {', '.join(known)}"
            elif family not in serving[script]:
                able = ", ".join(serving[script])
                yield ("fonts", role, script), f"the family {family!r} does not serve {script}; choose {able}"


def _logo_faults(kit: BrandKit, logos: Mapping[Variant, LogoFile], chain: _Chain) -> Iterator[tuple[Place, str]]:
    logo = kit.logo
    if not logo.files():
        yield ("logo",), f"names no file; give at least one of {', '.join(VARIANTS)}"
    elif not logo.plate and logo.over_pictures not in logo.files():
        yield (
            ("logo", "over_pictures"),
            f"over_pictures is {logo.over_pictures!r}, but there is no such file (there is {', '.join(logo.files())}); "
            "add it, or choose another",
        )
    if logo.size < logo.min_size:
        yield (
            chain.nearest(("logo", "size"), ("logo", "min_size")),
            f"size {logo.size:g} is below min_size {logo.min_size:g}; raise size",
        )
    if logo.size * logo.clear_space > NARROWEST_MARGIN:
        yield (
            chain.nearest(("logo", "clear_space"), ("logo", "size")),
            f"clear_space {logo.clear_space:g} of size {logo.size:g} is {logo.size * logo.clear_space:.1f} hundredths of the "
            f"frame, whose edge is {NARROWEST_MARGIN:g} away; lower one of them",
        )
    # It must stand out where cards put it; a monochrome one takes a colour that does.
    if not logos or "monochrome" in logos:
        return
    for ground in ("ground", *(["accent"] if kit.cards.ground == "band" else [])):
        colour = getattr(kit.colours, ground)
        ratios = {name: luminance_contrast(file.luminance, luminance(colour)) for name, file in logos.items()}
        best = max(ratios, key=lambda name: ratios[name])
        if ratios[best] < LEAST_LOGO_CONTRAST:
            yield (
                ("logo",),
                f"none of its files stands out on colours.{ground} (best: {best}, {ratios[best]:.1f}:1; at least "
                f"{LEAST_LOGO_CONTRAST:g}:1 is seen); add another variant, or `monochrome`",
            )


def _contrast_faults(kit: BrandKit, chain: _Chain) -> Iterator[tuple[Place, str]]:
    pairs = (
        ("on_ground", "ground"),
        ("on_accent", "accent"),
        ("muted", "ground"),
        ("accent_on_ground", "ground"),
        ("caption_text", "caption_box"),
    )
    for front, back in pairs:
        ratio = contrast(getattr(kit.colours, front), getattr(kit.colours, back))
        place = chain.nearest(("colours", front), ("colours", back))
        if ratio < LEAST_CONTRAST:
            yield (
                place,
                f"{front} on {back} has a contrast of {ratio:.1f}:1; at least {LEAST_CONTRAST}:1 can be read",
            )
            continue
        if back != "ground" or front == "accent_on_ground":
            continue
        # Words over a picture stand on a shade of the ground: what counts is the ground over the brightest and the darkest.
        worst = min(contrast(getattr(kit.colours, front), g) for g in _over_anything(kit.colours.ground, SHADE / 255))
        if worst < LEAST_CONTRAST:
            yield (
                place,
                f"{front} on a shade of ground over a white or black picture has a contrast of {worst:.1f}:1; "
                "choose one further from ground",
            )
    look = kit.captions
    grounds = _over_anything(kit.colours.caption_box, look.opacity)
    text = chain.nearest(("captions", "opacity"), ("colours", "caption_text"), ("colours", "caption_box"))
    colours: list[tuple[Place, str]] = [(text, kit.colours.caption_text)]
    colours += [(("captions", "speakers"), colour) for colour in look.speakers]
    colours += [(("captions", "highlight"), look.highlight)] if look.highlight else []
    for place, colour in colours:
        worst = min(contrast(colour, ground) for ground in grounds)
        if worst < LEAST_CONTRAST:
            yield (
                place,
                f"captions in {colour} over a white or black picture have a contrast of {worst:.1f}:1; "
                "raise captions.opacity or choose another colour",
            )


def _over_anything(colour: str, opacity: float) -> list[str]:
    return [mixed(colour, opacity, video) for video in ("#ffffff", "#000000")]


def mixed(colour: str, opacity: float, under: str) -> str:
    """#rrggbb of `colour` laid over `under` with `opacity` 0 to 1."""
    parts = (round(c * opacity + u * (1 - opacity)) for c, u in zip(rgb(colour), rgb(under), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb as WCAG 2 has it, 0 to 1."""
    return relative_luminance(rgb(colour))


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    return luminance_contrast(luminance(one), luminance(other))


def luminance_contrast(one: float, other: float) -> float:
    """WCAG contrast ratio of two luminances, 1 to 21."""
    low, high = sorted((one, other))
    return (high + 0.05) / (low + 0.05)
