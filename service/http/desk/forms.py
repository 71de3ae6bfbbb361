"""What a page's form sends: names and texts, as browsers send them without a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request

from service.http.problems import Refused

MOST_FIELDS = 2_000


class Form:
    """The fields of a form, each a text."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self._fields = fields

    def get(self, name: str, most: int = 4_000) -> str:
        """A field's text without the spaces around it, of `most` characters; empty where it is left out.

        Raises Refused (422) for a longer one.
        """
        text = (self._fields.get(name) or [""])[0].replace("\r\n", "\n").strip()
        if len(text) > most:
            raise Refused(422, f"{name} has {len(text):,} characters; {most:,} is the most")
        return text

    def raw(self, name: str) -> str:
        """A field exactly as it was written: a password may begin with a space."""
        return (self._fields.get(name) or [""])[0]

    def all(self, name: str) -> list[str]:
        """Every text of a field that can be chosen more than once."""
        return list(self._fields.get(name, []))

    def needed(self, name: str, most: int = 4_000) -> str:
        """A field's text. Raises Refused (422) where it is empty."""
        if not (text := self.get(name, most)):
            raise Refused(422, f"{name} is empty; fill it in")
        return text


async def _form(request: Request) -> Form:
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return Form(parse_qs(body, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Refused(422, f"the form has more than {MOST_FIELDS:,} fields") from None


FormOf = Annotated[Form, Depends(_form)]
