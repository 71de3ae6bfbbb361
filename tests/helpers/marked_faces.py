"""Variants of one interview whose faces a test marks: what stands where is decided without a film."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction

from bare_orders import bare_order

from portevoix.authoring.job import Job
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.library import Library
from portevoix.plan.face_findings import over_faces
from portevoix.plan.faces import Box, FacesShown, Looks, SeenFace, covered
from portevoix.plan.overlays import overlays_of
from portevoix.plan.people import People
from portevoix.plan.variant import OverlayContext, Variant
from portevoix.timeline.cards import TimedCard
from portevoix.timeline.cues import PlacedCue
from portevoix.timeline.model import Scene, Span, Timeline
from portevoix.timeline.pictures import ClipPicture

WORDS = {"fr": "Ce qui change dès janvier", "ar": "ما الذي يتغير ابتداءً من يناير"}
HEAD, MIDDLE = (0.2, 0.1, 0.8, 0.34), (0.2, 0.44, 0.8, 0.56)


class MarkedFaces(FacesShown):
    """Faces where a test marks them: parts of the frame, from and up to a frame; in the clip that begins last."""

    marked: tuple[tuple[int, int, Box], ...] = ()
    pane: Box | None = None
    shots: tuple[int, ...] = ()
    clip_begins: tuple[int, ...] = (0,)

    def seen(self, canvas: Canvas, first: int, end: int) -> list[SeenFace]:
        whole = (0.0, 0.0, float(canvas.width), float(canvas.height))
        return [
            SeenFace(frame, scaled(box, canvas), bisect_right(self.clip_begins, frame) - 1, whole)
            for begins, ends, box in self.marked
            for frame in range(begins, ends, 5)
            if first <= frame < end
        ]

    def looks(self, canvas: Canvas, scene: Scene, first: int, end: int, per_s: Fraction) -> Iterator[Looks]:
        return iter(())

    def shots_begin(self, clip: int) -> list[int]:
        return sorted({scene.first_frame for scene in self.timeline.scenes} | set(self.shots))

    def cuts(self, first: int, last: int) -> list[int]:
        return [frame for frame in self.shots_begin(0) if first <= frame <= last]

    def pane_of_clip(self, canvas: Canvas, clip: int, first: int) -> Box:
        return scaled(self.pane or (0, 0, 1, 1), canvas)


def scaled(box: Box, canvas: Canvas) -> Box:
    return box[0] * canvas.width, box[1] * canvas.height, box[2] * canvas.width, box[3] * canvas.height


def context_of(
    library: Library,
    artist: Artist,
    frame: str,
    cards: tuple[TimedCard, ...],
    *marked: tuple[int, int, Box],
    code: str = "fr",
    cues: tuple[PlacedCue, ...] = (),
    scenes: tuple[Scene, ...] = (Scene(0, 300, ClipPicture(0)),),
) -> OverlayContext:
    claim = {"at": 0, "until": 9, "claim": {code: "Tout est fermé."}, "answer": {code: "Tout est ouvert."}}
    job = Job.model_validate(
        {
            "recipe": "interview",
            "languages": [code],
            "title": {code: WORDS[code]},
            "headline": {code: WORDS[code]},
            "speakers": {"ada": {"name": {code: "Ada"}, "role": {code: WORDS[code]}}},
            "claims": [claim],
            "source": {code: WORDS[code]},
            "clips": [{"file": "a.mp4", "title": {code: "Ada"}}],
        }
    )
    order = bare_order(job, code, library)
    timeline = Timeline(Fraction(25), scenes, cards, (Fraction(1),), (Span(0, 300),))
    faces = MarkedFaces(People(order, artist, artist.store, False, []), timeline)
    faces.marked = marked
    canvas = Canvas.of_format(frame, draft=False)
    return OverlayContext(Variant(code, True), canvas, order, timeline, cues, artist, faces)


def clear(context: OverlayContext) -> bool:
    """Whether no card or caption stands over a marked face, in the boxes that are drawn."""
    overlays = overlays_of(context)
    assert context.faces
    faces = context.faces
    return not over_faces(context, overlays) and all(
        covered(x.drawn.box, faces.seen(context.canvas, x.first_frame, x.end_frame)) <= 0.06 for x in overlays
    )
