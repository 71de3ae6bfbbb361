"""The brand kit: colours, logo, fonts, names, and the looks of what is drawn. A folder in `brand/` with a `kit.yaml`.

A kit may inherit another: keys merge deeply, its own before its parent's, and a file is looked for in its own folder
first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from portevoix.authoring.caption_style import CaptionWish, Edge, Look, Rhythm, spread
from portevoix.authoring.colours import LEAST_CONTRAST, Colour, contrast, over_anything
from portevoix.authoring.document import Authored
from portevoix.authoring.language import Script
from portevoix.authoring.values import FormatName

PANEL, SHADE = 240, 220  # opacity of 255 of a box and of a shade under words over a picture
LIT = "#FFD35C", "#8A3A00"  # of a spoken word, light and dark, where no colour of the kit is read on its box
LARGEST_LOGO = 14.0  # over a picture, in hundredths of the short side; beside a headline no more is left


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
    alert: Colour | None = None  # of urgent notices; without it they have the accent
    on_alert: Colour | None = None

    @property
    def urgent(self) -> str:
        """What marks an urgent notice."""
        return self.alert or self.accent

    @property
    def on_urgent(self) -> str:
        """Words on it."""
        return (self.on_alert or self.on_ground) if self.alert else self.on_accent


class KitFonts(Authored):
    """A family of `fonts/` for each script, of titles and of all other words. A script that is left out has the house's
    own.
    """

    title: dict[Script, str] = {}
    text: dict[Script, str] = {}

    def of(self, role: str) -> dict[Script, str]:
        """Families by script of the `role` title or text."""
        return self.title if role == "title" else self.text


LogoVariant = Literal["light", "dark", "monochrome"]
LOGO_VARIANTS: tuple[LogoVariant, ...] = get_args(LogoVariant)


class Logo(Authored):
    """The logo's files (PNG with transparency, all of one shape) and the room that it needs.

    `light` stands on dark grounds, `dark` on light ones; of `monochrome` only the shape counts, which takes a colour of
    the kit. Heights are hundredths of the frame's short side (10.8 pixels at 1080): `size` over a picture, `min_size`
    anywhere. `clear_space` is kept free on all sides, in parts of the logo's height. `over_pictures` is the variant
    that stands over pictures; where its corner is too bright or too busy, the other one or a plate does, for the whole
    programme, since a logo that changed from shot to shot would flicker. `plate` puts it on a box of the ground colour
    everywhere, in the variant that stands out there.
    """

    light: str | None = None
    dark: str | None = None
    monochrome: str | None = None
    size: Annotated[float, Field(gt=0, le=LARGEST_LOGO)] = 8.5
    min_size: Annotated[float, Field(gt=0, le=LARGEST_LOGO)] = 5
    clear_space: Annotated[float, Field(ge=0, le=1)] = 0.2
    over_pictures: LogoVariant = "light"
    plate: bool = False

    def files(self) -> dict[LogoVariant, str]:
        """The variants that there are."""
        return {name: file for name in LOGO_VARIANTS if (file := getattr(self, name))}


class CaptionLook(Authored):
    """How captions look: a box under each line, one box round the cue, an outline or a soft shadow round the letters.

    `opacity` is a box's, 0 to 1; `corner` its radius in parts of the size of the letters. `words` lights each word up
    in `highlight` as it is spoken; the `rhythm` `words` shows one to four words at once, and lights them up too.
    `speakers` are the colours of those who speak, in the order of their first words; the first one without a colour of
    its own has the caption's. `enter`: how a cue appears and goes.
    """

    look: Look = "lines"
    opacity: Annotated[float, Field(ge=0, le=1)] = 0.82
    corner: Annotated[float, Field(ge=0, le=0.6)] = 0.12
    words: Literal["still", "highlight"] = "still"
    highlight: Colour | None = None
    rhythm: Rhythm = "sentences"
    speakers: tuple[Colour, ...] = ()
    enter: Literal["cut", "fade", "pop"] = "cut"

    @model_validator(mode="after")
    def _light_has_a_colour(self) -> CaptionLook:
        if self.words == "highlight" and self.highlight is None:
            raise ValueError("words are to light up, but no `highlight` colour is given; add one")
        return self


class CardLook(Authored):
    """How cards look beyond their colours.

    `corner`: radius of boxes, hundredths of the short side. `accent`: as strokes (a rule above a title, a stripe along
    a box) or as fills (a label on a box's edge, a disc behind a number). `titles`: over a picture, on a shade that
    fades out or in a panel. `lower_third`: name and role in one box, or each on its own. `ground` of a full card:
    plain, with the logo very large and faint, or with a band of the accent at the foot. `labels`: as written, or in
    capitals where a script has them. `closing`: in the middle, or from where reading starts. `light`: the ground is one
    colour, or softly lit from above, as far as the words on it stay readable; with `drift` the light wanders slowly,
    but not under an urgent notice. `behind`: the ground, or the `film`: a picture of it, held, far out of focus and in
    the ground's colours, where it has one.
    """

    corner: Annotated[float, Field(ge=0, le=3)] = 0
    accent: Literal["strokes", "fills"] = "strokes"
    titles: Literal["shade", "panel"] = "shade"
    lower_third: Literal["box", "tabs"] = "box"
    ground: Literal["plain", "ghost", "band"] = "plain"
    labels: Literal["as_written", "capitals"] = "as_written"
    closing: Literal["centre", "start"] = "centre"
    light: Literal["none", "soft", "drift"] = "none"
    behind: Literal["ground", "film"] = "ground"


Side = Literal["start", "end"]
LowerThirdPosition = Literal["start", "centre"]


class Positions(Authored):
    """Where things stand, in every format or by format; what a format leaves out has the default.

    `bug`: the upper corner where a line starts or ends. `lower_third`: where a line starts, or in the middle.
    `captions`: at the foot, at the head, or in the middle: below it, where a face in the middle stays free.
    """

    bug: Annotated[dict[FormatName, Side], spread(Side)] = {}
    lower_third: Annotated[dict[FormatName, LowerThirdPosition], spread(LowerThirdPosition)] = {}
    captions: Annotated[dict[FormatName, Edge], spread(Edge)] = {}


Curve = Literal["even", "soft", "firm"]


class Motion(Authored):
    """How cards come and go, in seconds; `motion: none` moves nothing.

    `enter_s`, `leave_s`: how long one piece of a card is on its way in, and on its way out; 0: at once.
    `after_s`: from one piece (a line, a rule, a box) to the next. `words`: a line rises behind a mask, slides in from
    where reading starts, or fades in. `curve`: how a move comes to rest. `dissolve_s`: how long the film dissolves into
    the closing card; 0: it cuts.
    """

    enter_s: Annotated[float, Field(ge=0, le=2)] = 0.4
    leave_s: Annotated[float, Field(ge=0, le=2)] = 0.25
    after_s: Annotated[float, Field(ge=0, le=0.5)] = 0.08
    words: Literal["rise", "slide", "fade"] = "rise"
    curve: Curve = "soft"
    dissolve_s: Annotated[float, Field(ge=0, le=2)] = 0.5


NO_MOTION = {"enter_s": 0, "leave_s": 0, "after_s": 0, "dissolve_s": 0}


def _none_moves_nothing(value: Any) -> Any:
    return NO_MOTION if value == "none" else value


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
    placing: Positions = Positions()
    motion: Annotated[Motion, BeforeValidator(_none_moves_nothing, json_schema_input_type=Motion | Literal["none"])] = (
        Motion()
    )
    stings: Stings | None = None
    music: Path | None = None  # the bed of recipes that ask for the kit's

    def organisation_in(self, language: str) -> str:
        """The institution's name in `language`, else in its first one."""
        return self.organisation.get(language) or next(iter(self.organisation.values()))

    def bug_side(self, format: str) -> Side:
        """The upper corner of the logo in a format."""
        return self.placing.bug.get(format, "end")  # type: ignore[call-overload, no-any-return]

    def lower_third_place(self, format: str) -> LowerThirdPosition:
        """Where the speaker's name stands in a format."""
        return self.placing.lower_third.get(format, "start")  # type: ignore[call-overload, no-any-return]

    def captions_edge(self, format: str) -> Edge:
        """At which edge captions stand in a format."""
        return self.placing.captions.get(format, "bottom")  # type: ignore[call-overload, no-any-return]

    @property
    def words_light_up(self) -> bool:
        """Whether the word that is spoken has a colour of its own."""
        return self.captions.words == "highlight" or self.captions.rhythm == "words"

    @property
    def lit_colour(self) -> str:
        """The colour of the word that is spoken, where words light up."""
        look, colours = self.captions, self.colours
        grounds = over_anything(colours.caption_box, look.opacity)
        offered = [colour for colour in (look.highlight, colours.accent_on_ground, colours.accent, *LIT) if colour]
        read = (c for c in offered if min(contrast(c, ground) for ground in grounds) >= LEAST_CONTRAST)
        return next((c for c in read if c.lower() != colours.caption_text.lower()), colours.caption_text)

    def asked(self, wish: CaptionWish | None) -> BrandKit:
        """The kit with the captions that a job asks for."""
        if wish is None:
            return self
        own = wish.model_dump(include={"look", "rhythm"}, exclude_none=True)
        return self.model_copy(
            update={
                "captions": self.captions.model_copy(update=own),
                "placing": self.placing.model_copy(update={"captions": {**self.placing.captions, **wish.position}}),
            }
        )
