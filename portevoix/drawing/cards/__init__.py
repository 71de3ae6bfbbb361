"""How the cards look, each in its own file: to add a look, write one beside these and name it here.

All sizes count in hundredths of the frame's short side; words grow with its height. A right-to-left language has every
card mirrored, except the logo itself.
"""

import contextlib
from typing import Any

from portevoix.authoring.job import Job
from portevoix.drawing.cards import (
    announcement,
    backdrop,
    bug,
    chapter,
    claim,
    closing,
    credit,
    draft,
    lower_third,
    notice,
    opening,
    part,
    point,
    quote,
    standing,
    title,
)
from portevoix.drawing.cards.ground import Afloat
from portevoix.drawing.cards.sheet import STEPS, Look, Sheet, Words
from portevoix.drawing.frame import Drawing, TextTooLong
from portevoix.timeline import cards

VERSION = 25  # raise when any of the cards changes
# What a step down in size costs, against better line breaks: in a high frame words that float small are worse.
SMALLER = {"wide": 0.25, "square": 0.4, "portrait": 0.7, "story": 0.9}
InPane = cards.Notice | cards.Announcement | cards.PictureCredit | cards.Opening | cards.Point
# Between words and a picture, in hundredths of the short side: above them or on their ground; beside them, as much as
# a wide frame has at its edge.
AIR, BESIDE = 4, 8.9
LOOKS: dict[type[cards.Card], Look[Any]] = {
    cards.Opening: opening.LOOK,
    cards.Title: title.LOOK,
    cards.LowerThird: lower_third.LOOK,
    cards.Bug: bug.LOOK,
    cards.Closing: closing.LOOK,
    cards.Notice: notice.LOOK,
    cards.Announcement: announcement.LOOK,
    cards.Backdrop: backdrop.LOOK,
    cards.Chapter: chapter.LOOK,
    cards.Quote: quote.LOOK,
    cards.Point: point.LOOK,
    cards.Claim: claim.LOOK,
    cards.Headline: standing.HEADLINE,
    cards.PictureSource: standing.SOURCE,
    cards.PictureCredit: credit.LOOK,
    cards.Progress: standing.PROGRESS,
    cards.PartMark: part.LOOK,
    cards.DraftMark: draft.LOOK,
}


def draw_card(sheet: Sheet, card: cards.Card, words: Words) -> Drawing:
    """A card with its words on a new sheet. Raises TextTooLong and MissingGlyph."""
    look, sheet = LOOKS[type(card)], _in_pane(_on_ground(sheet, card), card)
    if not look.alike:
        return look.draw(sheet, card, words)
    given: int | None = getattr(card, "step", None)
    if given is not None:  # the step of all languages suits nearly always: it is not laid out before it is drawn
        with contextlib.suppress(TextTooLong):
            return look.draw(sheet.at(given), card, words)
    return look.draw(sheet.at(step_of(sheet, card, words)), card, words)


def _on_ground(sheet: Sheet, card: cards.Card) -> Sheet:
    """The sheet for a card whose ground moves under it: without one of its own."""
    if not isinstance(card, cards.Full) or not card.afloat:
        return sheet
    return Afloat(sheet.identity, sheet.language, sheet.frame, sheet.step, sheet.measured)


def _in_pane(sheet: Sheet, card: cards.Card) -> Sheet:
    """The sheet for a card that stands beside a picture or on it: its words keep to its own part of the frame."""
    if not isinstance(card, InPane) or card.pane is None:
        return sheet
    air = round((credit.AIR if isinstance(card, cards.PictureCredit) else AIR) * sheet.u)
    beside = round(BESIDE * sheet.u) if isinstance(card, cards.Notice | cards.Announcement) else 0
    frame = sheet.frame.within(card.pane, air, beside)
    return type(sheet)(sheet.identity, sheet.language, frame, sheet.step, sheet.measured)


def step_of(sheet: Sheet, card: cards.Card, words: Words, first: int = 0) -> int:
    """The step of type, from `first` on, that suits a card's words: large, but not at the price of a broken phrase.

    A card that has a step takes it, or the next at which its words fit. Raises TextTooLong and MissingGlyph.
    """
    look, sheet = LOOKS[type(card)], _in_pane(sheet, card)
    given: int | None = getattr(card, "step", None)
    found: list[tuple[float, int]] = []
    error: TextTooLong | None = None
    for step in range(max(first, given or 0), STEPS):
        measured = sheet.at(step).unseen()
        try:
            look.draw(measured, card, words)
        except TextTooLong as too_long:
            error = too_long
            continue
        if given is not None:
            return step
        found.append((sum(measured.breaks) + SMALLER[sheet.frame.name] * step, step))
    if error and not found:
        raise error
    return min(found)[1]


def words_of(card: cards.Card, job: Job, code: str) -> Words:
    """The job's words that a card shows in the language that the job calls `code`."""
    return LOOKS[type(card)].words(card, job, code)
