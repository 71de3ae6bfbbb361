"""Every picture of a draft says so, outside the place of words, and no draft is dearer for it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from bare_orders import bare_order

from portevoix.authoring.job import Job
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.library import ROOT, Library
from portevoix.plan.draft_mark import draft_mark
from portevoix.plan.faces import Box, FacesShown, SeenFace, share
from portevoix.plan.people import People
from portevoix.plan.variant import Overlay, OverlayContext, Variant
from portevoix.produce import Selection, prepare
from portevoix.store import Store
from portevoix.timeline.cards import Bug, DraftMark, Headline, Progress
from portevoix.timeline.model import Scene, Span, Timeline
from portevoix.timeline.pictures import ClipPicture

FILM = ROOT / "examples" / "sintel" / "media" / "sintel.mp4"
WORDS = {"fr": "Partons.", "en": "Let’s go.", "ar": "هيا بنا."}
SQUARE = Selection(formats=frozenset({"square"}))


class Held(FacesShown):
    """One face that never moves."""

    box: Box = (0, 0, 0, 0)

    def seen(self, canvas: Canvas, first: int, end: int) -> list[SeenFace]:
        return [SeenFace(0, self.box, None, (0, 0, canvas.width, canvas.height))]


def context_of(library: Library, artist: Artist, name: str, code: str = "fr") -> OverlayContext:
    job = Job.model_validate({"recipe": "interview", "languages": [code], "headline": {code: "Climat"}})
    order = bare_order(job, code, library)
    timeline = Timeline(Fraction(25), (Scene(0, 50, ClipPicture(0)),), (), (Fraction(1),), (Span(0, 50),))
    faces = Held(People(order, artist, artist.store, True, []), timeline)
    return OverlayContext(Variant(code, False), Canvas.of_format(name, True), order, timeline, (), artist, faces)


@pytest.mark.parametrize("code", ["fr", "ar", "th"])
@pytest.mark.parametrize("name", SIZES)
def test_the_mark_meets_no_words_no_logo_and_no_progress(
    library: Library, artist: Artist, name: str, code: str
) -> None:
    context = context_of(library, artist, name, code)
    others = [Overlay(0, 50, context.card(card), card) for card in (Bug(), Headline(), Progress(1, 3))]
    mark = draft_mark(context, others)
    artist.raise_faults()
    assert (mark.first_frame, mark.end_frame) == (0, 50)
    assert not any(share(mark.drawn.box, other.drawn.box) for other in others)
    left, top, right, bottom = (edge / 2 for edge in context.canvas.frame.zone)
    assert not share(mark.drawn.box, (left, top + 1, right, bottom - 1))
    assert mark.drawn.x >= 0 and mark.drawn.y + mark.drawn.height <= context.canvas.height


def test_the_mark_leaves_the_place_where_a_face_is(library: Library, artist: Artist) -> None:
    context = context_of(library, artist, "wide")
    assert isinstance(context.faces, Held) and context.card(DraftMark("ÉPREUVE")) == draft_mark(context, ()).drawn
    context.faces.box = (300, 0, 660, 400)
    moved = draft_mark(context, ())
    assert not share(moved.drawn.box, context.faces.box)


def test_a_draft_is_marked_in_every_picture_and_encodes_no_more_for_it_and_a_final_is_not(
    store: Store, tmp_path: Path
) -> None:
    """All three languages and the master share the pictures without words as they did."""
    job = tmp_path / "job.yaml"
    shutil.copyfile(FILM, tmp_path / "film.mp4")
    for code in ("fr", "en", "ar"):
        (tmp_path / f"{code}.vtt").write_text(f"WEBVTT\n\n00:02.100 --> 00:02.500\n{WORDS[code]}\n", "utf-8")
    job.write_text(
        "recipe: subtitles\nkit: aster\nclips: [{file: film.mp4, to: 2.6}]\nformats: [square]\nmasters: true\n"
        "scripts: {fr: fr.vtt, en: en.vtt, ar: ar.vtt}\nlanguages: [fr, en, ar]\n",
        "utf-8",
    )
    final, draft = (prepare(job, store, SQUARE, draft)[-1] for draft in (False, True))
    marks, shared = set(), 0
    for batch in draft.batches:
        for step in batch.steps:
            mark = step.overlays[-1]
            assert (mark.first, mark.end) == (0, batch.chunk.frame_count)
            marks.add(mark.drawn.key)
            shared += len(step.languages) == 3
        without = {str([one.identity for one in step.overlays[:-1]]) for step in batch.branches}
        assert len(without) == len(batch.branches)
    assert len(marks) == 1 and shared
    assert not marks & {one.drawn.key for batch in final.batches for step in batch.steps for one in step.overlays}


def test_the_word_of_a_draft_changes_no_drawing_of_a_final(library: Library, artist: Artist) -> None:
    context = context_of(library, artist, "square")
    renamed = context.language.model_copy(update={"draft": "BROUILLON"})
    order = replace(context.order, languages={"fr": renamed})
    other = replace(context, order=order)
    assert other.card(Headline()).key == context.card(Headline()).key
    assert draft_mark(other, ()).drawn.key != draft_mark(context, ()).drawn.key
