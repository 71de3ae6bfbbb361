"""What stands over a picture for its whole time: a headline, the source of the pictures, the progress through
the points.
"""

from __future__ import annotations

from portevoix.authoring.brand import SHADE
from portevoix.authoring.job import Job
from portevoix.drawing.captions import GAP, caption_top
from portevoix.drawing.cards.sheet import Box, Look, Sheet, Words
from portevoix.drawing.frame import Drawing
from portevoix.drawing.identity import TextBlock
from portevoix.drawing.text import Style
from portevoix.timeline.cards import Headline, PictureSource, Progress

PAD, LEADING = 2, 1.3  # of the headline: at each side, in hundredths of the short side; height of a line


def _headline(card: Headline | PictureSource, job: Job, code: str) -> Words:
    return ((job.headline or job.title).get(code, ""),)


def _marks_of_headline(card: Headline) -> Words:
    return (card.place,)


def draw_headline(sheet: Sheet, card: Headline, words: Words) -> Drawing:
    """A band at the head of the safe zone, beside the logo's corner, or where no face is; the wide format has none."""
    if sheet.frame.name == "wide":
        return sheet.drawing()
    start, _ = sheet.head()
    start = sheet.start if card.place else start
    pad = round(PAD * sheet.u)
    lines, style, height = _band(sheet, words[0])
    used = sheet.width(lines, style) + 2 * pad + sheet.stripe
    foot = caption_top(sheet.language, sheet.frame) - round(GAP * sheet.u) - height
    y = {"": sheet.top, "middle": (sheet.frame.height - height) // 2, "foot": foot}[card.place]
    sheet.panel(start, y, used, height)
    sheet.write(TextBlock(lines, style, LEADING), start + sheet.stripe + pad, start + used, y + round(sheet.u))
    return sheet.drawing()


def _band(sheet: Sheet, headline: str) -> tuple[list[str], Style, int]:
    """The headline's lines, their style, and the band's height."""
    start, end = sheet.head()
    style = sheet.style("text", 4.4 * sheet.over, "on_ground")
    lines = sheet.fit(headline, style, end - start - 2 * round(PAD * sheet.u) - sheet.stripe, 3)
    return lines, style, sheet.pitch(style, LEADING) * len(lines) + round(2 * sheet.u)


def _source(card: PictureSource, job: Job, code: str) -> Words:
    return job.source.get(code, ""), *(_headline(card, job, code) if card.below_headline else ("",))


def draw_source(sheet: Sheet, card: PictureSource, words: Words) -> Drawing:
    """Small, at the head where reading starts; right below the headline where one stands there."""
    source, headline = words
    if not source:
        return sheet.drawing()
    u, style = sheet.u, sheet.style("text", 2.7 * sheet.over, "on_ground", "regular")
    start, end = sheet.head()
    y = sheet.top + (_band(sheet, headline)[2] + round(1.2 * u) if headline and sheet.frame.name != "wide" else 0)
    lines = sheet.fit(source, style, min(end - start, (sheet.end - sheet.start) * 0.6), 2)
    width, height = sheet.width(lines, style) + round(2.4 * u), sheet.pitch(style, 1.4) * len(lines) + round(0.8 * u)
    sheet.box(Box(start, y, width, height), "ground", SHADE, radius=min(sheet.radius, round(0.8 * u)))
    sheet.write(TextBlock(lines, style, 1.4), start + round(1.2 * u), start + width, y + round(0.4 * u))
    return sheet.drawing()


def _marks_of_progress(card: Progress) -> Words:
    return (card.label,)


def draw_progress(sheet: Sheet, card: Progress, words: Words) -> Drawing:
    """A segment for each point, full up to the one that is shown."""
    u, total = sheet.u, card.count
    gap, height = round(0.8 * u), round(0.5 * u)
    width = (sheet.end - sheet.start - gap * (total - 1)) / total
    radius = height / 2 if sheet.radius else 0
    y = sheet.top - round(2.7 * u) if sheet.frame.name != "wide" else sheet.bottom + round(2.4 * u)
    for n in range(total):
        start = sheet.start + n * (width + gap)
        # On a white sky the empty segments are seen by the ground round them.
        sheet.box(Box(start - 2, y - 2, width + 4, height + 4), "ground", 110, radius=radius and radius + 2)
        sheet.box(Box(start, y, width, height), "on_ground", 110, radius=radius)
        if n < card.done:
            sheet.box(Box(start, y, width, height), "accent_on_ground", 255, radius=radius)
    return sheet.drawing()


HEADLINE = Look(draw_headline, _headline, _marks_of_headline)
SOURCE = Look(draw_source, _source)
PROGRESS = Look(draw_progress, marks=_marks_of_progress, wordless=True)
