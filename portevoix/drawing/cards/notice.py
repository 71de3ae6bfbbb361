"""An urgent notice in words: a band of the accent, the headline, what to do, and who says so."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.cards.sheet import Card, Sheet, Words
from portevoix.drawing.frame import Drawing, Frame, TextTooLong
from portevoix.drawing.house import House

LONGEST_LINE = 30  # of the text, in parts of the size: some 60 letters, as far as the eye finds back


def _words(job: Job, code: str, detail: str) -> Words:
    return job.title.get(code, ""), job.text.get(code, ""), job.kicker.get(code, "")


def draw(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """Kicker on the accent, headline, text, and the house at the foot."""
    title, text, kicker = words
    sheet = Sheet(house, language, frame, filled=True)
    u, stripe, size = sheet.u, round(2.4 * sheet.u), round(9 * sheet.u)
    sheet.box(0, 0, stripe, frame.height, "accent")
    start, end, y = sheet.start + stripe, sheet.end, sheet.top
    if kicker:
        y += label(sheet, kicker, start, end, y)
    foot = sheet.bottom - size
    body = sheet.style("text", 4.3 if frame.name == "wide" else 4.6, "on_ground", "regular")
    paragraphs = sheet.paragraphs(text, body, min(end - start, body.size * LONGEST_LINE), 9)
    y += round(3 * u)
    room = foot - round(3 * u) - y
    for heading, style in sheet.titles(title, end - start, 4):
        height = round(style.size * 1.16) * len(heading) + round(3 * u) + round(body.size * 1.5) * len(paragraphs)
        if height <= room:
            break
    else:
        raise TextTooLong(f"the notice {title!r} needs {height} pixels of {frame.name}'s {room}; shorten its text")
    y += (room - height) // 2
    y = sheet.write(heading, style, start, end, y, 1.16) + round(3 * u)
    sheet.write(paragraphs, body, start, end, y, 1.5)
    signature(sheet, start, end, foot, size)
    return sheet.drawing()


def label(sheet: Sheet, text: str, start: float, end: float, y: float) -> int:
    """A few words on the accent. Returns their height."""
    u, style = sheet.u, sheet.style("text", 3.6, "on_accent")
    lines = sheet.fit(text, style, end - start - round(4.4 * u), 1)
    width, height = sheet.width(lines, style) + round(4.4 * u), round(style.size * 1.75)
    sheet.box(start, y, width, height, "accent", radius=round(0.6 * u))
    sheet.write(lines, style, start, start + width, y, 1.75, centred=True)
    return height


def signature(sheet: Sheet, start: float, end: float, y: float, size: int) -> None:
    """The mark and the name of the house, `size` pixels high."""
    small = sheet.style("text", 3.3, "muted")
    sheet.mark(start, y, size)
    gap = size + round(2 * sheet.u)
    name = sheet.fit(sheet.house.kit.organisation_in(sheet.language.code), small, end - start - gap, 2)
    sheet.write(name, small, start + gap, end, y + (size - round(small.size * 1.4) * len(name)) // 2, 1.4)


CARD = Card(_words, draw)
