"""Every post in a row, as CSV and as XLSX, in the columns that publishing tools import."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from portevoix.captions.files.formats.spreadsheet import workbook_of

# The twelve columns of Publer's template in their order, then ours. docs/delivery.md says what other tools call them.
COLUMNS = (
    "Date",
    "Text",
    "Link(s)",
    "Media URL(s)",
    "Title",
    "Label(s)",
    "Alt text(s)",
    "Comment(s)",
    "Pin board, FB album, or Google category",
    "Post subtype",
    "CTA",
    "Reminder",
    "Account",
    "Placement",
    "Language",
    "Captions",
    "Pictures",
    "Transcript",
    "Length",
    "Limit",
    "Counted in",
)
SUBTYPES = {"story": "story", "reel": "reel", "shorts": "short", "document": "pdf"}  # by how a placement's name ends


def posts_csv(posts: Sequence[Mapping[str, Any]]) -> bytes:
    """The posts as CSV: UTF-8 with its mark, without which Excel takes it for another encoding; RFC 4180."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(_table(posts))
    return text.getvalue().encode("utf-8-sig")


def posts_xlsx(posts: Sequence[Mapping[str, Any]]) -> bytes:
    """The posts as a workbook, every text as text: none is a formula."""
    return workbook_of("Posts", _table(posts))


def _table(posts: Sequence[Mapping[str, Any]]) -> list[list[str | int | None]]:
    return [list(COLUMNS), *(_cells(post) for post in posts)]


def _cells(post: Mapping[str, Any]) -> list[str | int | None]:
    known = {
        "Text": post["text"],
        "Media URL(s)": ", ".join(post["media"]),
        "Title": post["title"],
        "Label(s)": ", ".join(filter(None, (post["account"], post["language"]))),
        "Alt text(s)": post["alt_text"],
        "Post subtype": SUBTYPES.get(post["placement"].rpartition("_")[2], ""),
        "Account": post["account"],
        "Placement": post["placement"],
        "Language": post["language"],
        "Captions": ", ".join(post["captions"]),
        "Pictures": ", ".join(post["pictures"]),
        "Transcript": post["transcript"],
        "Length": post["length"],
        "Limit": post["limit"],
        "Counted in": post["unit"],
    }
    return [known.get(column, "") for column in COLUMNS]
