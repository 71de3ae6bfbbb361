"""A claim of somebody else's clip: said, struck, and answered with its reference."""

from __future__ import annotations

from PIL import Image

from portevoix.authoring.colours import rgb
from portevoix.authoring.job import Job
from portevoix.drawing.cards.sheet import Label, Look, Sheet, Words
from portevoix.drawing.frame import Drawing, TextTooLong
from portevoix.drawing.identity import BASELINE, LINE, TextBlock
from portevoix.drawing.text import Style
from portevoix.timeline.cards import Claim

MIDDLE = 0.26  # of the size: half the height of small letters
LABEL = 3.4  # size of the verdict, in hundredths of the short side


def _words(card: Claim, job: Job, code: str) -> Words:
    claim = job.claims[card.number]
    return tuple(text.get(code, "") for text in (claim.verdict, claim.claim, claim.answer, claim.reference))


def _marks(card: Claim) -> Words:
    return (card.state,)


def draw(sheet: Sheet, card: Claim, words: Words) -> Drawing:
    """A panel that grows by the verdict above and the answer below: what is there stays where it is."""
    verdict, claim, answer, reference = words
    u, frame, state = sheet.u, sheet.frame, card.state
    width = (sheet.end - sheet.start) * (0.66 if frame.name == "wide" else 1.0)
    pad = round(3 * u)
    inner = width - 2 * pad - sheet.stripe
    said = sheet.grown("text", 4.2, "muted", "regular")
    answered = sheet.grown("text", 4.8, "on_ground")
    small = sheet.grown("text", 2.9, "muted", "regular")
    claim_lines, answer_lines = sheet.fit(claim, said, inner, 4), sheet.fit(answer, answered, inner, 5)
    reference_lines = sheet.fit(reference, small, inner, 2) if reference else []
    if frame.name == "wide":  # elsewhere the panel ends at the margins
        written = ((claim_lines, said), (answer_lines, answered), (reference_lines, small))
        width -= inner - max(sheet.width(lines, style) for lines, style in written)
    head = sheet.label_height(LABEL) + round(2 * u) if verdict else 0
    gap = round(2.2 * u)
    answer_height = gap + sheet.pitch(answered, 1.32) * len(answer_lines)
    if reference_lines:
        answer_height += round(1.6 * u) + sheet.pitch(small, 1.4) * len(reference_lines)
    height = 2 * pad + head + sheet.pitch(said, 1.36) * len(claim_lines) + answer_height
    top = sheet.bottom - height
    if top < frame.height * 0.3:
        raise TextTooLong(
            f"the claim {claim!r} and its answer leave no room for the clip in {frame.name}; shorten them"
        )
    above = head if state == "said" else 0
    below = answer_height if state != "answered" else 0
    sheet.panel(sheet.start, top + above, width, height - above - below)
    start, end, y = sheet.start + sheet.stripe + pad, sheet.start + width - pad, top + pad
    if verdict:
        if state != "said":
            sheet.label(Label(verdict, LABEL, "urgent"), start, end, y)
        y += head
    foot = sheet.write(TextBlock(claim_lines, said, 1.36), start, end, y)
    if state != "said":
        _strike(sheet, claim_lines, said, start, y)
    if state == "answered":
        y = sheet.write(TextBlock(answer_lines, answered, 1.32), start, end, foot + gap)
        if reference_lines:
            sheet.write(TextBlock(reference_lines, small, 1.4), start, end, y + round(1.6 * u))
    return sheet.drawing()


def _strike(sheet: Sheet, lines: list[str], style: Style, start: float, y: int) -> None:
    """A line through the words, at the height of their small letters' middle."""
    height, thick = sheet.pitch(style, 1.36), max(3, round(style.size * 0.085))
    colour = (*rgb(sheet.identity.kit.colours.accent_on_ground), 255)
    for n, line in enumerate(lines):
        baseline = y + n * height + (height - style.size * LINE) / 2 + style.size * BASELINE[sheet.language.script]
        middle = round(baseline - style.size * MIDDLE - thick / 2)
        width = sheet.width([line], style)
        x = sheet.x(start, width)
        sheet.lay("strike", Image.new("RGBA", (width + 2 * thick + 1, thick), colour), x - thick, middle)


def _alike(card: Claim, job: Job) -> list[Claim]:
    return [Claim(number, "answered") for number in range(len(job.claims))]


LOOK = Look(draw, _words, _marks, alike=_alike)
