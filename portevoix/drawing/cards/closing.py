"""Logo and institution name, centred or at the side where reading starts; the picture credit at the foot."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.drawing.cards.ground import band
from portevoix.drawing.cards.sheet import Look, Sheet, Words
from portevoix.drawing.frame import Drawing
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import Closing

LARGE_STEPS = 3  # at which a name stays on one line
LOGO = 24  # hundredths of the short side; more in a high frame


def _words(card: Closing, job: Job, code: str) -> Words:
    return (job.credit_in(code),)


def draw(sheet: Sheet, card: Closing, words: Words) -> Drawing:
    """The identity, and whose pictures they are."""
    (credit,) = words
    identity, frame = sheet.identity, sheet.frame
    sheet.fill()
    u, centred = sheet.u, sheet.look.closing == "centre"
    name = identity.kit.organisation_in(sheet.language.code)
    column = frame.width * 0.8 if centred else sheet.end - sheet.start
    lines, style = sheet.title(name, column, 1 if sheet.step < LARGE_STEPS else 2)
    small_colour = "muted" if sheet.look.ground != "band" else "on_accent"
    small = sheet.grown("text", 2.7, small_colour, "regular")
    below = sheet.fit(credit, small, (sheet.end - sheet.start) * 0.9, 2) if credit else []
    foot = sheet.bottom - sheet.pitch(small, 1.4) * len(below)
    if sheet.look.ground == "band":
        foot = band(sheet, sheet.pitch(small, 1.4) * max(1, len(below)))
    width, height = identity.logo_size(LOGO * sheet.growth, frame)
    gap = max(round(5 * u), identity.clear_space(height))
    total = height + gap + sheet.pitch(style, 1.2) * len(lines) + (round(4.5 * u) if sheet.rule else 0)
    end = frame.height if centred else foot
    y = (end - total) // 2 - (round(2 * u) if centred else 0)
    if not centred:
        y = max(y, sheet.top)
    sheet.logo((frame.width - width) // 2 if centred else sheet.start, y, LOGO * sheet.growth)
    left, right = (0, frame.width) if centred else (sheet.start, sheet.end)
    y = sheet.write(TextBlock(lines, style, 1.2, centred=centred), left, right, y + height + gap) + round(2.4 * u)
    sheet.accent_rule((frame.width - 9 * u) / 2 if centred else sheet.start, y)
    at = sheet.bottom - sheet.pitch(small, 1.4) * len(below)
    sheet.write(TextBlock(below, small, 1.4, centred=centred), left, right, at)
    return sheet.drawing()


def _alike(card: Closing, job: Job) -> list[Closing]:
    return [card]


LOOK = Look(draw, _words, signed=True, alike=_alike)
