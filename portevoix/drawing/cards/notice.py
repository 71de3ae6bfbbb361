"""An urgent notice in words: a band of the accent, the headline, what to do, and who says so."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.drawing.cards.ground import sign
from portevoix.drawing.cards.sheet import Box, Look, Sheet, Words
from portevoix.drawing.frame import Drawing, TextTooLong
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import Notice

LONGEST_LINE = 30  # of the text, in parts of the size: some 60 letters, as far as the eye finds back


def _words(card: Notice, job: Job, code: str) -> Words:
    return job.title.get(code, ""), job.text.get(code, ""), job.kicker.get(code, "")


def draw(sheet: Sheet, card: Notice, words: Words) -> Drawing:
    """Kicker on the accent, headline, text, and the identity at the foot."""
    title, text, kicker = words
    frame = sheet.frame
    sheet.fill()
    u, stripe = sheet.u, round(2.4 * sheet.u) if sheet.strokes else 0
    if stripe:
        sheet.box(Box(0, 0, stripe, frame.height), "accent", part="stripe")
    start, end, y = sheet.start + stripe, sheet.end, sheet.top
    if kicker:
        y += sheet.label(kicker, start, end, y)
    foot = sign(sheet, start, end)
    body = sheet.grown("text", 4.3 if frame.name == "wide" else 4.6, "on_ground", "regular")
    paragraphs = sheet.paragraphs(text, body, min(end - start, body.size * LONGEST_LINE), 9)
    y += round(3 * u)
    room = foot - round(3 * u) - y
    heading, style = sheet.title(title, end - start, 4)
    height = sheet.pitch(style, 1.16) * len(heading) + round(3 * u) + sheet.pitch(body, 1.5) * len(paragraphs)
    if height > room:
        raise TextTooLong(f"the notice {title!r} needs {height} pixels of {frame.name}'s {room}; shorten its text")
    y += (room - height) // 2
    y = sheet.write(TextBlock(heading, style, 1.16), start, end, y) + round(3 * u)
    sheet.write(TextBlock(paragraphs, body, 1.5), start, end, y)
    return sheet.drawing()


def _alike(card: Notice, job: Job) -> list[Notice]:
    return [card]


LOOK = Look(draw, _words, signed=True, alike=_alike)
