"""The title over the first seconds: on a shade of the ground from the side where reading starts, or in a panel."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.drawing.cards.shade import shade
from portevoix.drawing.cards.sheet import Look, Sheet, Words
from portevoix.drawing.frame import Drawing
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import Opening

LEADING = 1.16


def _words(card: Opening, job: Job, code: str) -> Words:
    return job.title.get(code, ""), job.kicker.get(code, "")


def draw(sheet: Sheet, card: Opening, words: Words) -> Drawing:
    """Title and kicker: below the logo, in the wide format in the middle."""
    return _on_shade(sheet, *words) if sheet.look.titles == "shade" else _in_panel(sheet, *words)


def _on_shade(sheet: Sheet, title: str, kicker: str) -> Drawing:
    u, wide = sheet.u, sheet.frame.name == "wide"
    column = (sheet.end - sheet.start) * (0.5 if wide else 1.0)
    lines, style = sheet.titles(title, column, 5 if wide else 4)[0]
    small = sheet.style("text", 3.2, "muted")
    above = sheet.fit(sheet.capitals(kicker), small, column, 1) if kicker else []
    height = sheet.pitch(style, LEADING) * len(lines) + sheet.rule + sheet.pitch(small, 1.8) * len(above)
    y = _top(sheet, height)
    widest = max(sheet.width(lines, style), sheet.width(above, small))
    shade(sheet, round(2 * u) + (sheet.start + widest if wide else y + height), "start" if wide else "top")
    sheet.accent_rule(sheet.start, y)
    y = sheet.write(TextBlock(above, small, 1.8), sheet.start, sheet.start + column, y + sheet.rule)
    sheet.write(TextBlock(lines, style, LEADING), sheet.start, sheet.start + column, y)
    return sheet.drawing()


def _in_panel(sheet: Sheet, title: str, kicker: str) -> Drawing:
    """The kicker stands on the panel's upper edge where the kit's accent is a fill, else inside."""
    u, wide = sheet.u, sheet.frame.name == "wide"
    pad = round(3.2 * u)
    column = (sheet.end - sheet.start) * (0.56 if wide else 1.0)
    lines, style = sheet.titles(title, column - 2 * pad - sheet.stripe, 5 if wide else 4)[0]
    label = sheet.label_height() if kicker else 0
    out = 0 if sheet.strokes else label // 2  # of the label, above the panel
    head = round((1.6 if sheet.strokes else -0.8) * u) + label - out if label else 0
    height = 2 * pad + head + sheet.pitch(style, LEADING) * len(lines)
    y = _top(sheet, height + out) + out
    width = max(sheet.width(lines, style) + 2 * pad + sheet.stripe, round(24 * u))
    sheet.panel(sheet.start, y, width, height)
    start = sheet.start + sheet.stripe + pad
    if kicker:
        sheet.label(kicker, start, sheet.start + column - pad, y - out if out else y + pad)
    sheet.write(TextBlock(lines, style, LEADING), start, sheet.start + width - pad, y + pad + head)
    return sheet.drawing()


def _top(sheet: Sheet, height: int) -> int:
    """Where words of that height begin."""
    if sheet.frame.name == "wide":
        return (sheet.frame.height - height) // 2 - round(4 * sheet.u)
    return sheet.top + sheet.identity.bug_size(sheet.frame)[1] + round(5 * sheet.u)


LOOK = Look(draw, _words)
