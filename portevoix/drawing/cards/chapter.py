"""A chapter's title: over a clip as a band at the foot, or alone on the ground with its number."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.drawing.cards.point import ALONE
from portevoix.drawing.cards.sheet import Look, Sheet, Words
from portevoix.drawing.frame import Drawing
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import Chapter
from portevoix.timeline.cards_of import chapter_card

LEADING, OVER, FIGURE = 1.18, 1.26, 1.05  # heights of a line: of a title alone, over a clip, of its number


def _words(card: Chapter, job: Job, code: str) -> Words:
    title = job.clips[card.number].title if card.of == "clip" else job.points[card.number].chapter
    return (title.get(code, ""),)


def _marks(card: Chapter) -> Words:
    return card.figure, card.of


def draw(sheet: Sheet, card: Chapter, words: Words) -> Drawing:
    """The accent marks it in both."""
    (title,) = words
    return _over(sheet, title) if card.of == "clip" else _alone(sheet, title, card.figure)


def _over(sheet: Sheet, title: str) -> Drawing:
    u = sheet.u
    pad, edge = round(2.2 * u), round(1.1 * u)
    most = (sheet.end - sheet.start) * (0.5 if sheet.frame.name == "wide" else 0.86)
    style = sheet.grown("title", 5.4, "on_ground")
    lines = sheet.fit(title, style, most - 2 * pad - sheet.stripe, 2)
    width = sheet.width(lines, style) + 2 * pad + sheet.stripe
    height = sheet.pitch(style, OVER) * len(lines) + 2 * edge
    top = sheet.bottom - height
    sheet.panel(sheet.start, top, width, height)
    sheet.write(TextBlock(lines, style, OVER), sheet.start + sheet.stripe + pad, sheet.start + width - pad, top + edge)
    return sheet.drawing()


def _alone(sheet: Sheet, title: str, number: str) -> Drawing:
    sheet.fill()
    u = sheet.u
    column = (sheet.end - sheet.start) * (0.8 if sheet.frame.name == "wide" else 1.0)
    lines, style = sheet.broken(title, ALONE[sheet.frame.name], column, 4)
    figure = sheet.grown("title", 24, "accent_on_ground")
    height = sheet.pitch(style, LEADING) * len(lines) + sheet.pitch(figure, FIGURE)
    y = (sheet.top + sheet.bottom - height) // 2 - round(2 * u)
    y = sheet.write(TextBlock([number], figure, FIGURE), sheet.start, sheet.end, y, "figure")
    sheet.write(TextBlock(lines, style, LEADING), sheet.start, sheet.start + column, y)
    return sheet.drawing()


def _alike(card: Chapter, job: Job) -> list[Chapter]:
    if card.of == "clip":
        return [Chapter("clip", number) for number, clip in enumerate(job.clips) if clip.title]
    return [chapter_card(job, number) for number, point in enumerate(job.points) if point.chapter]


LOOK = Look(draw, _words, _marks, alike=_alike)
