"""What happens, when, where and with whom; the house at the foot."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.cards.backdrop import faint
from portevoix.drawing.cards.notice import label, signature
from portevoix.drawing.cards.sheet import Card, Sheet, Words
from portevoix.drawing.frame import Drawing, Frame, TextTooLong
from portevoix.drawing.house import House


def _words(job: Job, code: str, detail: str) -> Words:
    return (job.title.get(code, ""), job.kicker.get(code, ""), *(line.get(code, "") for line in job.details), detail)


def draw(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """The first detail (the date) is the largest after the title. `bare`: without the ground, for a loop's."""
    title, kicker, *details, ground = words
    sheet = Sheet(house, language, frame, filled=ground != "bare")
    u, size = sheet.u, round(9 * sheet.u)
    wide = frame.name == "wide"
    if ground != "bare":
        ghost = round((86 if wide else 78) * u)
        faint(sheet, frame.width - ghost * 0.72, ghost)  # cut by the edge: a ground that is the house's own
    y = sheet.top
    if kicker:
        y += label(sheet, kicker, sheet.start, sheet.end, y)
    column = (sheet.end - sheet.start) * (0.78 if wide else 1.0)
    foot = sheet.bottom - size
    first = sheet.style("text", 5.2, "on_ground")
    others = sheet.style("text", 4.2, "muted", "regular")
    inset = round(3.4 * u)
    blocks = [(sheet.fit(text, first if n == 0 else others, column - inset, 2), first if n == 0 else others)
              for n, text in enumerate(d for d in details if d)]  # fmt: skip
    tall = sum(round(style.size * 1.45) * len(lines) for lines, style in blocks)
    room = foot - round(3 * u) - y
    for heading, style in sheet.titles(title, column, 5):
        height = round(style.size * 1.16) * len(heading) + round(4.4 * u) + tall
        if height <= room - round(4 * u):
            break
    else:
        raise TextTooLong(f"the announcement {title!r} needs {height} pixels of {frame.name}'s {room}; shorten it")
    y += (room - height) // 2
    y = sheet.write(heading, style, sheet.start, sheet.start + column, y, 1.16) + round(4.4 * u)
    sheet.box(sheet.start, y, 0.8 * u, tall, "accent")
    for lines, set_in in blocks:
        y = sheet.write(lines, set_in, sheet.start + inset, sheet.start + column, y, 1.45)
    signature(sheet, sheet.start, sheet.end, foot, size)
    return sheet.drawing()


CARD = Card(_words, draw)
