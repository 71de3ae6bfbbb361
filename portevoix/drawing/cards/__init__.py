"""How the cards look, each in its own file: to add a look, write one beside these and name it here.

All sizes count in hundredths of the frame's short side, so that a card looks the same in every format. A
right-to-left language has every card mirrored, except the logo itself.
"""

from typing import Any

from portevoix.authoring.job import Job
from portevoix.drawing.cards import (
    announcement,
    backdrop,
    bug,
    chapter,
    claim,
    closing,
    lower_third,
    notice,
    opening,
    part,
    point,
    quote,
    standing,
)
from portevoix.drawing.cards.sheet import Look, Sheet, Words
from portevoix.drawing.frame import Drawing
from portevoix.timeline import cards

VERSION = 14  # raise when any of the cards changes
LOOKS: dict[type[cards.Card], Look[Any]] = {
    cards.Opening: opening.LOOK,
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
    cards.Progress: standing.PROGRESS,
    cards.PartMark: part.LOOK,
}


def draw_card(sheet: Sheet, card: cards.Card, words: Words) -> Drawing:
    """A card with its words on a new sheet. Raises TextTooLong and MissingGlyph."""
    return LOOKS[type(card)].draw(sheet, card, words)


def words_of(card: cards.Card, job: Job, code: str) -> Words:
    """The job's words that a card shows in the language that the job calls `code`."""
    return LOOKS[type(card)].words(card, job, code)
