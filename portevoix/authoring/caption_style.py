"""How captions look, where they stand and in which rhythm they come: as a kit has it, and as a job asks for it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from portevoix.authoring.document import Authored
from portevoix.authoring.values import FORMATS, FormatName

Shown = Literal["burned", "beside"]
Look = Literal["lines", "block", "outline", "shadow"]
Edge = Literal["bottom", "middle", "top"]
Rhythm = Literal["sentences", "words"]


def for_every_format(value: Any) -> Any:
    """`bug: end` is `bug: {wide: end, square: end, …}`."""
    return dict.fromkeys(FORMATS, value) if isinstance(value, str) else value


def spread(place: Any) -> BeforeValidator:
    """Reads one `place` as that of every format."""
    return BeforeValidator(for_every_format, json_schema_input_type=place | dict[FormatName, place])


class CaptionWish(Authored):
    """What a job asks of its captions; what it leaves out, the account, the placement and the kit say.

    `shown`: burned into the picture, or in files beside it. `position`: in every format, or by format. `rhythm`:
    `sentences` as they are written, or `words`: one to four at once as they are spoken, the spoken one coloured.
    """

    shown: Shown | None = None
    look: Look | None = None
    position: Annotated[dict[FormatName, Edge], spread(Edge)] = {}
    rhythm: Rhythm | None = None


def shown_alone(value: Any) -> Any:
    """`captions: beside` is `captions: {shown: beside}`."""
    return {"shown": value} if isinstance(value, str) else value
