"""What stands over a picture for its whole time: a headline, the source of the pictures, the progress through the parts."""

from __future__ import annotations

from portevoix.authoring.brand import SHADE
from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.cards.sheet import Card, Sheet, Words
from portevoix.drawing.frame import Drawing, Frame
from portevoix.drawing.house import House


def _headline(job: Job, code: str, detail: str) -> Words:
    return ((job.headline or job.title).get(code, ""),)


def draw_headline(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """A band at the head of the safe zone, beside the logo's corner; the wide format has none."""
    sheet = Sheet(house, language, frame)
    if frame.name == "wide":
        return sheet.drawing()
    u, pad = sheet.u, round(2 * sheet.u)
    start, end = sheet.head()
    style = sheet.style("text", 4.4, "on_ground")
    lines = sheet.fit(words[0], style, end - start - 2 * pad - sheet.stripe, 3)
    height = round(style.size * 1.3) * len(lines) + round(2 * u)
    used = sheet.width(lines, style) + 2 * pad + sheet.stripe
    sheet.panel(start, sheet.top, used, height)
    sheet.write(lines, style, start + sheet.stripe + pad, start + used, sheet.top + round(u), 1.3)
    return sheet.drawing()


def _source(job: Job, code: str, detail: str) -> Words:
    return (job.source.get(code, ""),)


def draw_source(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """Small, at the head where reading starts: below the headline's place it would cover faces."""
    sheet = Sheet(house, language, frame)
    if not words[0]:
        return sheet.drawing()
    u, style = sheet.u, sheet.style("text", 2.7, "on_ground", "regular")
    start, end = sheet.head()
    lines = sheet.fit(words[0], style, min(end - start, (sheet.end - sheet.start) * 0.6), 2)
    width, height = sheet.width(lines, style) + round(2.4 * u), round(style.size * 1.4) * len(lines) + round(0.8 * u)
    sheet.box(start, sheet.top, width, height, "ground", SHADE, radius=min(sheet.radius, round(0.8 * u)))
    sheet.write(lines, style, start + round(1.2 * u), start + width, sheet.top + round(0.4 * u), 1.4)
    return sheet.drawing()


def _progress(job: Job, code: str, detail: str) -> Words:
    return (detail,)


def draw_progress(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """A segment for each part, full up to the one that is shown: `2/5`."""
    done, total = (int(n) for n in words[0].split("/"))
    sheet = Sheet(house, language, frame)
    u = sheet.u
    gap, height = round(0.8 * u), round(0.7 * u)
    width = (sheet.end - sheet.start - gap * (total - 1)) / total
    radius = height / 2 if sheet.radius else 0
    y = sheet.top - round(2.4 * u) if frame.name != "wide" else sheet.bottom + round(1.8 * u)
    for n in range(total):
        start = sheet.start + n * (width + gap)
        # On a white sky the empty segments are seen by the ground round them.
        sheet.box(start - 2, y - 2, width + 4, height + 4, "ground", 110, radius=radius and radius + 2)
        sheet.box(start, y, width, height, "on_ground", 110, radius=radius)
        if n < done:
            sheet.box(start, y, width, height, "accent_on_ground", 255, radius=radius)
    return sheet.drawing()


HEADLINE = Card(_headline, draw_headline)
SOURCE = Card(_source, draw_source)
PROGRESS = Card(_progress, draw_progress, wordless=True)
