"""The cards of a programme as values: which card it is, and which of several. How each looks is in `drawing/cards`.

To add a card, write its value here, name it in `AnyCard`, and give it a look in `drawing/cards`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator

TitlePlace = Literal["", "end", "head", "foot", "raised", "low"]
HeadlinePlace = Literal["", "middle", "foot"]
QuotePlace = Literal["", "foot", "start"]
NamePlace = Literal["", "end"]
ClaimState = Literal["said", "struck", "answered"]
CreditPlace = Literal["foot_end", "foot", "head_end", "head"]
Pane = tuple[float, float, float, float]  # left, top, right and bottom, in parts of the frame
BugGround = Literal["", "other", "plate"]
MarkPlace = Literal["beside", "below", "corner"]
MarkEdge = Literal["head", "foot"]
MarkSide = Literal["start", "middle", "end"]


class Card:
    """What all cards have: a `kind`, and a `label` that says which of its kind it is. Some have a `step` of the sizes
    of type; None: what suits their words best. Those that stand on the ground may be `afloat`: it moves under them, and
    is not drawn with them.

    `standing`: it stands over whole scenes, so that a part of the programme may begin under it.
    """

    kind: str
    standing: ClassVar[bool] = False

    @property
    def label(self) -> str:
        """Which of its kind it is; empty where there is one only."""
        return ""


@dataclass(frozen=True)
class Opening(Card):
    """The programme's title. `place`: the look's own, the other side of a wide frame, the head of the safe zone, above
    the place of captions, `raised` above a name and captions, or `low`, where captions would stand. `shade`: the
    opacity, of 255, of the ground under it over a picture; None: the usual one. `cover`: as large as on a cover, where
    no captions come. `pane`: the part of the frame that it has to itself, beside a photo that does not fill it.
    `below`: the row of the frame at which what stands at the head ends; 0: nothing does.
    """

    place: TitlePlace = ""
    pane: Pane | None = None
    cover: bool = False
    below: int = 0
    shade: int | None = None
    step: int | None = None
    kind: Literal["opening"] = "opening"

    @property
    def label(self) -> str:
        return self.place


@dataclass(frozen=True)
class Title(Card):
    """The programme's title alone on the ground, before the first of its pictures."""

    step: int | None = None
    afloat: bool = False
    kind: Literal["title"] = "title"


@dataclass(frozen=True)
class Closing(Card):
    """The institution's logo and name."""

    step: int | None = None
    afloat: bool = False
    kind: Literal["closing"] = "closing"


@dataclass(frozen=True)
class Notice(Card):
    """An urgent notice in words. `pane`: the part of the frame that it has to itself, beside the job's picture."""

    pane: Pane | None = None
    step: int | None = None
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True)
class Announcement(Card):
    """What happens, when and where. `bare`: its words without their ground. `pane`: as a notice's."""

    bare: bool = False
    pane: Pane | None = None
    step: int | None = None
    afloat: bool = False
    kind: Literal["announcement"] = "announcement"

    @property
    def label(self) -> str:
        return "bare" if self.bare else ""


@dataclass(frozen=True)
class Backdrop(Card):
    """The ground of a loop, with the logo on it; or, `bare`, that under cards."""

    bare: bool = False
    kind: Literal["backdrop"] = "backdrop"


@dataclass(frozen=True)
class Bug(Card):
    """The logo over a picture: its usual variant, the `other` one, or a `plate` under it. `lower`: below the progress
    through the points.
    """

    ground: BugGround = ""
    lower: bool = False
    kind: Literal["bug"] = "bug"


@dataclass(frozen=True)
class LowerThird(Card):
    """The name of the job's `speaker`. `high`: above the place of captions that a player lays over the picture.

    `place`: where reading starts, or ends. `pane`: the speaker's own picture where the frame is split.
    """

    speaker: str
    high: bool = False
    place: NamePlace = ""
    pane: Pane | None = None
    kind: Literal["lower_third"] = "lower_third"

    @property
    def label(self) -> str:
        return f"{self.speaker}/high" if self.high else self.speaker


@dataclass(frozen=True)
class Chapter(Card):
    """A chapter title: over clip `number`, or on its own card with a `figure` before point `number`."""

    of: Literal["clip", "point"]
    number: int
    figure: str = ""
    step: int | None = None
    afloat: bool = False
    kind: Literal["chapter"] = "chapter"

    @property
    def label(self) -> str:
        return f"{self.of}/{self.number}"


@dataclass(frozen=True)
class Quote(Card):
    """The job's quotation: the whole of it, or one drawing of those that come one after the other.

    `piece`: `ground` (with the mark of quotation), a line by its number from 1, or `name`; `all` of them. `pane`: the
    part of the frame that it has to itself, beside its picture. `place`, where it stands over it: in the middle of a
    picture that is dark all over, at its foot, or where reading starts.
    """

    piece: str = "all"
    place: QuotePlace = ""
    pane: Pane | None = None
    shade: int | None = None  # as a title's
    step: int | None = None
    kind: Literal["quote"] = "quote"
    standing: ClassVar[bool] = True


@dataclass(frozen=True)
class Point(Card):
    """The words of point `number`, over its picture, or alone with a `figure` where points are counted. `pane`: as a
    title's.
    """

    number: int
    pane: Pane | None = None
    over_picture: bool = False
    figure: str = ""
    shade: int | None = None  # as a title's
    step: int | None = None
    afloat: bool = False
    kind: Literal["point"] = "point"

    @property
    def label(self) -> str:
        return str(self.number)


@dataclass(frozen=True)
class Claim(Card):
    """One state of claim `number`."""

    number: int
    state: ClaimState
    step: int | None = None
    kind: Literal["claim"] = "claim"

    @property
    def label(self) -> str:
        return f"{self.number}/{self.state}"


@dataclass(frozen=True)
class Headline(Card):
    """What the programme is about, over every picture: at the head, in the middle or above the captions."""

    place: HeadlinePlace = ""
    kind: Literal["headline"] = "headline"
    standing: ClassVar[bool] = True

    @property
    def label(self) -> str:
        return self.place


@dataclass(frozen=True)
class PictureSource(Card):
    """Where the pictures come from. `below_headline`: a headline stands above it."""

    below_headline: bool = False
    kind: Literal["source"] = "source"
    standing: ClassVar[bool] = True

    @property
    def label(self) -> str:
        return "below" if self.below_headline else ""


@dataclass(frozen=True)
class PictureCredit(Card):
    """Whose the picture beside a notice or an announcement is, on it. `pane`: the picture's part of the frame."""

    pane: Pane | None = None
    place: CreditPlace = "foot_end"
    kind: Literal["credit"] = "credit"


@dataclass(frozen=True)
class Progress(Card):
    """How many of the points have been shown: `done` of `count`."""

    done: int
    count: int
    kind: Literal["progress"] = "progress"
    standing: ClassVar[bool] = True

    @property
    def label(self) -> str:
        return f"{self.done}/{self.count}"


@dataclass(frozen=True)
class PartMark(Card):
    """Which part of the programme this is. `number` and `count` in the language's own figures. `lower`: beside a logo
    that is.
    """

    number: str
    count: str
    place: MarkPlace
    lower: bool = False
    kind: Literal["part"] = "part"

    @property
    def label(self) -> str:
        return f"{self.number}/{self.count}"


@dataclass(frozen=True)
class DraftMark(Card):
    """The word that says that a film is a draft, between the safe zone and the frame's `edge`, at a `side` of it."""

    word: str
    edge: MarkEdge = "head"
    side: MarkSide = "middle"
    kind: Literal["draft"] = "draft"


AnyCard = Annotated[
    Opening
    | Title
    | Closing
    | Notice
    | Announcement
    | Backdrop
    | Bug
    | LowerThird
    | Chapter
    | Quote
    | Point
    | Claim
    | Headline
    | PictureSource
    | PictureCredit
    | Progress
    | PartMark
    | DraftMark,
    Discriminator("kind"),
]
Full = Title | Closing | Announcement | Chapter | Point  # cards that may stand on a ground that moves
Sized = Opening | Title | Closing | Notice | Announcement | Chapter | Quote | Point | Claim


@dataclass(frozen=True)
class TimedCard:
    """A card on screen from `first_frame` up to, not including, `end_frame`."""

    first_frame: int
    end_frame: int
    card: AnyCard
