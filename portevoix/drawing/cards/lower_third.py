"""The speaker's name over the role, on the ground colour, a stripe of the accent where reading starts."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.captions import GAP, caption_top
from portevoix.drawing.cards.sheet import Card, Sheet, Words
from portevoix.drawing.frame import Drawing, Frame
from portevoix.drawing.house import House

HIGH = "high"  # above the place of captions that a player lays over the picture


def _words(job: Job, code: str, detail: str) -> Words:
    key, _, place = detail.partition("/")
    speaker = job.speakers[key]
    return speaker.name.get(code, ""), speaker.role.get(code, ""), place


def draw(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """At the foot of the safe zone, or above a player's captions."""
    name, role, place = words
    sheet = Sheet(house, language, frame)
    u = sheet.u
    most = (sheet.end - sheet.start) * (0.6 if frame.name == "wide" else 0.86)
    big, small = sheet.style("text", 4.6, "on_ground"), sheet.style("text", 3.3, "muted", "regular")
    # Two lines for a name: unlike other words it cannot be shortened.
    blocks = [(sheet.fit(name, big, most, 2), big)]
    blocks += [(sheet.fit(role, small, most, 2), small)] if role else []
    pad, stripe = round(2.2 * u), round(0.9 * u)
    width = max(sheet.width(lines, style) for lines, style in blocks) + 2 * pad + stripe
    height = sum(round(style.size * 1.3) * len(lines) for lines, style in blocks) + round(2.4 * u)
    foot = caption_top(language, frame) - round(GAP * u) if place == HIGH else sheet.bottom
    top = foot - height
    sheet.box(sheet.start, top, width, height, "ground", 240)
    sheet.box(sheet.start, top, stripe, height, "accent")
    y = top + round(1.2 * u)
    for lines, style in blocks:
        y = sheet.write(lines, style, sheet.start + pad + stripe, sheet.start + width - pad, y, 1.3)
    x = sheet.x(sheet.start, width)
    return Drawing(sheet.image.crop((x, top, x + width, top + height)), x, top)


CARD = Card(_words, draw)
