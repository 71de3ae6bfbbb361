"""A caption never stands over a name or a card, whatever faces it covers where it stands instead."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import pytest
from bare_orders import bare_order

from portevoix.authoring.caption_style import CaptionWish
from portevoix.authoring.job import Job
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.library import Library
from portevoix.plan.cue_states import CLEAR_OF
from portevoix.plan.faces import Box, FacesShown, Looks, SeenFace, share
from portevoix.plan.overlays import overlays_of
from portevoix.plan.people import People
from portevoix.plan.variant import OverlayContext, Variant
from portevoix.store import Store
from portevoix.timeline.cards import Headline, LowerThird, TimedCard
from portevoix.timeline.cues import PlacedCue
from portevoix.timeline.model import Scene, Span, Timeline
from portevoix.timeline.pictures import ClipPicture

FRAMES = 120
SAID = {
    "fr": "Ce que nous avons décidé ce matin protège chaque foyer du pays, sans attendre la fin de l’hiver.",
    "ar": "ما قررناه هذا الصباح يحمي كل بيت في البلاد، من دون أن ننتظر نهاية الشتاء الطويل.",
}
NAMES = {"fr": ("Élisabeth de La Rochefoucauld", "Ministre de l’Énergie"), "ar": ("نور الهدى الخطيب", "وزيرة الطاقة")}
# Faces that drive captions from one of their places each, and one that leaves them none.
FACES: dict[str, Box] = {
    "nobody": (0, 0, 0, 0),
    "low": (200, 560, 880, 1080),
    "high": (200, 0, 880, 420),
    "large": (60, 40, 1020, 1060),
}


class Marked(FacesShown):
    """One face, seen all the time."""

    box: Box = (0, 0, 0, 0)

    def seen(self, canvas: Canvas, first: int, end: int) -> list[SeenFace]:
        whole = (0.0, 0.0, float(canvas.width), float(canvas.height))
        return [SeenFace(frame, self.box, 0, whole) for frame in range(first, end, 12) if any(self.box)]

    def shots_begin(self, clip: int) -> list[int]:
        return [0]

    def cuts(self, first: int, last: int) -> list[int]:
        return []

    def looks(self, canvas: Canvas, scene: Scene, first: int, end: int, per_s: Fraction) -> Iterator[Looks]:
        return iter(())


@pytest.mark.parametrize("position", ["bottom", "middle", "top"])
@pytest.mark.parametrize("code", SAID)
def test_no_caption_meets_a_name_or_a_headline(library: Library, store: Store, code: str, position: str) -> None:
    """In a square, where a name, two lines and a headline leave little room; the name comes while a caption stands."""
    artist = Artist(library, "aster", store, CaptionWish.model_validate({"position": position}))
    name, role = NAMES[code]
    job = Job.model_validate(
        {
            "recipe": "interview",
            "languages": [code],
            "headline": {code: SAID[code][:24]},
            "speakers": {"ada": {"name": {code: name}, "role": {code: role}}},
        }
    )
    order = bare_order(job, code, library)
    cues = (PlacedCue(0, 60, SAID[code], 1), PlacedCue(62, FRAMES, SAID[code], 2))
    for (who, box), begins in zip(FACES.items(), (20, 40, 20, 40), strict=True):
        cards = (TimedCard(0, FRAMES, Headline()), TimedCard(begins, begins + 50, LowerThird("ada")))
        scene = Scene(0, FRAMES, ClipPicture(0))
        timeline = Timeline(Fraction(25), (scene,), cards, (Fraction(1),), (Span(0, FRAMES),))
        faces = Marked(People(order, artist, store, False, []), timeline)
        faces.box = box
        canvas = Canvas.of_format("square", draft=False)
        overlays = overlays_of(OverlayContext(Variant(code, True), canvas, order, timeline, cues, artist, faces))
        captions = [one for one in overlays if one.card is None]
        beside = [one for one in overlays if isinstance(one.card, CLEAR_OF)]
        assert captions and any(isinstance(one.card, LowerThird) for one in beside)
        met = [
            (who, begins, caption.first_frame, card.card)
            for caption, card in product(captions, beside)
            if caption.first_frame < card.end_frame and card.first_frame < caption.end_frame
            if share(caption.drawn.box, card.drawn.box)
        ]
        assert not met
    artist.raise_faults()
