"""A claim of somebody else's clip: said, struck, and answered with its reference."""

from __future__ import annotations

from PIL import ImageDraw

from portevoix.authoring.brand import rgb
from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.cards.sheet import Card, Sheet, Words
from portevoix.drawing.frame import Drawing, Frame, TextTooLong
from portevoix.drawing.house import BASELINE, LINE, House
from portevoix.drawing.text import Style

SAID, STRUCK, ANSWERED = "said", "struck", "answered"
STATES = (SAID, STRUCK, ANSWERED)


def _words(job: Job, code: str, detail: str) -> Words:
    number, _, state = detail.partition("/")
    claim = job.claims[int(number)]
    texts = (claim.verdict, claim.claim, claim.answer, claim.reference)
    return (*(text.get(code, "") for text in texts), state)


def draw(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """One panel in all three states, so that nothing jumps when the answer comes."""
    verdict, claim, answer, reference, state = words
    sheet = Sheet(house, language, frame)
    u = sheet.u
    width = (sheet.end - sheet.start) * (0.66 if frame.name == "wide" else 1.0)
    pad = round(3 * u)
    inner = width - 2 * pad
    said = sheet.style("text", 4.2, "muted", "regular")
    answered = sheet.style("text", 4.8, "on_ground")
    small = sheet.style("text", 2.9, "muted", "regular")
    label = sheet.style("text", 3.4, "on_accent")
    claim_lines, answer_lines = sheet.fit(claim, said, inner, 4), sheet.fit(answer, answered, inner, 5)
    reference_lines = sheet.fit(reference, small, inner, 2) if reference else []
    verdict_lines = sheet.fit(verdict, label, inner, 1) if verdict else []
    head = round(label.size * 1.7) + round(2 * u) if verdict else 0
    gap = round(2.2 * u)
    height = (
        2 * pad + head + round(said.size * 1.36) * len(claim_lines) + gap
        + round(answered.size * 1.32) * len(answer_lines)
        + (round(1.6 * u) + round(small.size * 1.4) * len(reference_lines) if reference_lines else 0)
    )  # fmt: skip
    top = sheet.bottom - height
    if top < frame.height * 0.3:
        raise TextTooLong(
            f"the claim {claim!r} and its answer leave no room for the clip in {frame.name}; shorten them"
        )
    sheet.box(sheet.start, top, width, height, "ground", 242)
    sheet.box(sheet.start, top, round(0.9 * u), height, "accent")
    start, end, y = sheet.start + pad, sheet.start + width - pad, top + pad
    if verdict:
        if state != SAID:
            wide = sheet.width(verdict_lines, label) + round(3.2 * u)
            sheet.box(start, y, wide, round(label.size * 1.7), "accent", radius=round(0.5 * u))
            sheet.write(verdict_lines, label, start, start + wide, y, 1.7, centred=True)
        y += head
    below = sheet.write(claim_lines, said, start, end, y, 1.36)
    if state != SAID:
        _strike(sheet, claim_lines, said, start, y)
    if state == ANSWERED:
        y = sheet.write(answer_lines, answered, start, end, below + gap, 1.32)
        if reference_lines:
            sheet.write(reference_lines, small, start, end, y + round(1.6 * u), 1.4)
    return sheet.drawing()


def _strike(sheet: Sheet, lines: list[str], style: Style, start: float, y: int) -> None:
    """A line through the words, at the height of their small letters' middle."""
    draw = ImageDraw.Draw(sheet.image)
    height, thick = round(style.size * 1.36), max(3, round(style.size * 0.07))
    colour = (*rgb(sheet.house.kit.colours.accent_on_ground), 255)
    for n, line in enumerate(lines):
        baseline = y + n * height + (height - style.size * LINE) / 2 + style.size * BASELINE[sheet.language.script]
        middle = round(baseline - style.size * 0.27)
        width = sheet.width([line], style)
        x = sheet.x(start, width)
        draw.rectangle((x - thick, middle, x + width + thick, middle + thick - 1), fill=colour)


CARD = Card(_words, draw)
