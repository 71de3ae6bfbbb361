"""What lies over the pictures, counted from plans: what is wrong is counted, and an interview has none of it."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from portevoix.authoring.job import Job
from portevoix.drawing.artist import Artist, Drawn
from portevoix.drawing.canvas import Canvas
from portevoix.library import ROOT, Library
from portevoix.order import Order
from portevoix.plan.faces import FacesShown, SeenFace
from portevoix.plan.people import People
from portevoix.plan.variant import Overlay, OverlayContext, Variant
from portevoix.store import Store
from portevoix.timeline.cards import LowerThird, Opening
from portevoix.timeline.model import Scene, Span, Timeline
from portevoix.timeline.pictures import ClipPicture

sys.path.insert(0, str(ROOT / "benchmarks"))
from layers import counted, of_overlays

FACE = SeenFace(10, (300, 400, 700, 920), 0, (0, 0, 1080, 1920))

INTERVIEW = """\
recipe: interview
title: {fr: "Ce qui change", ar: "ما يتغير"}
clips: [{file: media/webcam.mp4, from: 0, to: 7, speaker: ada}]
speakers: {ada: {name: {fr: Ada Martin, ar: آدا مارتان}, role: {fr: Ministre, ar: وزيرة}}}
scripts: {fr: fr.vtt, ar: ar.vtt}
formats: [wide, story]
languages: [fr, ar]
"""


class OneFace(FacesShown):
    """A face on the left, and another beside it where a test asks for one."""

    faces: tuple[SeenFace, ...] = (FACE,)

    def seen(self, canvas: Canvas, first: int, end: int) -> list[SeenFace]:
        return [face for face in self.faces if first <= face.frame < end]


def context(library: Library, artist: Artist, *faces: SeenFace) -> OverlayContext:
    job = Job.model_validate({"recipe": "interview", "languages": ["fr"]})
    rest = {"sources": [], "photos": [], "scripts": {}, "audiences": (), "notes": ()}
    languages = {"fr": library.languages["fr"]}
    recipe = library.recipes["interview"]
    order = Order(name="a", folder=Path(), job=job, recipe=recipe, kit="aster", languages=languages, **rest)
    timeline = Timeline(Fraction(25), (Scene(0, 50, ClipPicture(0)),), (), (Fraction(1),), (Span(0, 50),))
    shown = OneFace(People(order, artist, artist.store, False, []), timeline)
    shown.faces = faces or (FACE,)
    return OverlayContext(Variant("fr", True), Canvas.of_format("story", False), order, timeline, (), artist, shown)


def test_words_on_a_mouth_over_somebody_else_and_outside_of_the_zone_are_counted(
    library: Library, artist: Artist
) -> None:
    mouth, brow = Drawn("a", 300, 780, 400, 60), Drawn("b", 300, 410, 400, 40)
    found = of_overlays(context(library, artist), [Overlay(0, 20, mouth), Overlay(0, 20, brow)], "here")
    assert [len(told) for told in found.found.values()] == [1, 0, 0, 0]
    other = replace(FACE, box=(720, 400, 1020, 790))
    name = Overlay(0, 20, Drawn("c", 740, 480, 280, 160), LowerThird("ada"))
    assert len(of_overlays(context(library, artist, FACE, other), [name], "here").over_others) == 1
    low = Overlay(0, 20, Drawn("d", 65, 1700, 400, 100), Opening())
    assert len(of_overlays(context(library, artist), [low], "here").outside) == 1


def test_in_an_interview_nothing_stands_where_it_should_not(library: Library, store: Store, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    shutil.copy(ROOT / "tests" / "golden" / "framing" / "media" / "webcam.mp4", tmp_path / "media")
    (tmp_path / "job.yaml").write_text(INTERVIEW, "utf-8")
    for code, text in {"fr": "Appelez le +33 1 53 55 01 20.", "ar": "اتصلوا بالرقم 01 53 55 01 20."}.items():
        (tmp_path / f"{code}.vtt").write_text(f"WEBVTT\n\n00:04.200 --> 00:06.800\n{text}\n", "utf-8")
    found = counted(tmp_path / "job.yaml", library, store, ())
    assert found.looked > 50
    assert not any(found.found.values()), found.found
    by_marks = counted(tmp_path / "job.yaml", library, store, (), marked={})
    assert 10 < by_marks.looked < found.looked, "every 12th picture is marked"
    assert not any(by_marks.found.values()), by_marks.found
