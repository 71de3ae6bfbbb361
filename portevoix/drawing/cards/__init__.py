"""The cards, each in its own file: to add a look, write one beside these and name it here.

One grid for all: sizes in hundredths of the frame's short side, so that the hand is the same everywhere. Everything
mirrors for a right-to-left language, except the logo itself.
"""

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

VERSION = 12  # raise when any of the cards changes
CARDS = {
    "opening": opening.CARD,
    "lower_third": lower_third.CARD,
    "bug": bug.CARD,
    "closing": closing.CARD,
    "notice": notice.CARD,
    "announcement": announcement.CARD,
    "backdrop": backdrop.CARD,
    "chapter": chapter.CARD,
    "quote": quote.CARD,
    "point": point.CARD,
    "claim": claim.CARD,
    "headline": standing.HEADLINE,
    "source": standing.SOURCE,
    "progress": standing.PROGRESS,
    "part": part.CARD,
}
