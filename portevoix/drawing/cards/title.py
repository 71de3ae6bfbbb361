"""The programme's title alone on the ground, signed: the first picture of what has no other to stand over."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.drawing.cards.ground import fill, sign
from portevoix.drawing.cards.sheet import Label, Look, Sheet, Words
from portevoix.drawing.frame import Drawing, TextTooLong
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import Title

LEADING = 1.14
SIZES = {  # by step, in hundredths of the short side: larger than other titles, since nothing else is on the card
    "wide": (11.6, 10.4, 9.2, 8.0, 6.6),
    "square": (12.4, 11.0, 9.6, 8.2, 6.8),
    "portrait": (13.4, 11.8, 10.2, 8.6, 6.8),
    "story": (15.6, 13.4, 11.2, 9.0, 6.8),
}
MOST_LINES = {"wide": 3, "square": 4, "portrait": 5, "story": 6}
AIR = 4  # above and below the words, in hundredths of the short side


def _words(card: Title, job: Job, code: str) -> Words:
    return job.title.get(code, ""), job.kicker.get(code, "")


def draw(sheet: Sheet, card: Title, words: Words) -> Drawing:
    """Kicker and title in the middle of what the signature leaves, from where reading starts."""
    title, kicker = words
    fill(sheet)
    u, name = sheet.u, sheet.frame.name
    foot = sign(sheet, sheet.start, sheet.end)
    column = (sheet.end - sheet.start) * (0.8 if name == "wide" else 1.0)
    lines, style = sheet.broken(title, SIZES[name], column, MOST_LINES[name])
    head = sheet.label_height() + round(3 * u) if kicker else sheet.rule
    height, room = head + sheet.pitch(style, LEADING) * len(lines), foot - sheet.top - round(2 * AIR * u)
    if height > room:
        raise TextTooLong(f"the title {title!r} needs {height} pixels of {name}'s {room}; shorten it")
    y = sheet.top + round(AIR * u) + (room - height) // 2
    if kicker:
        sheet.label(Label(kicker), sheet.start, sheet.end, y)
    else:
        sheet.accent_rule(sheet.start, y)
    sheet.write(TextBlock(lines, style, LEADING), sheet.start, sheet.start + column, y + head)
    return sheet.drawing()


def _alike(card: Title, job: Job) -> list[Title]:
    return [card]


LOOK = Look(draw, _words, signed=True, alike=_alike)
