"""When a notice was issued, and which update of it this is."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from portevoix.authoring.document import Authored


class Issued(Authored):
    """`at` is shown as every language writes it, on the clock of its offset; an `update` is counted from 2."""

    at: AwareDatetime
    update: Annotated[int, Field(ge=2, le=99)] | None = None
