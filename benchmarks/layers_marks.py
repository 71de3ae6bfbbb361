"""What lies over faces that were marked by eye, in the plans of jobs that show these clips: no detector judges itself.

The marks are those of `tests/golden/framing/`: every 12th picture of each clip. An interview is made of the webcam, and
of those clips that a FOLDER holds, named as their tables are (`benchmarks/framing.py`); the examples show the trailer.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from portevoix.framing.tracks import Features, Sighting
from portevoix.library import ROOT
from portevoix.plan.people import People
from portevoix.sources.probe import probe

GOLDEN = ROOT / "tests" / "golden" / "framing"
TABLES = {
    "webcam": GOLDEN / "media" / "webcam.mp4",
    "sintel": ROOT / "examples" / "sintel" / "media" / "sintel.mp4",
    "prologue": ROOT / "examples" / "trailer" / "media" / "sintel_trailer.mp4",
}
USUAL_WIDE = 0.1  # of the picture's width: a face of which no width is known
Four = tuple[float, float, float, float]
EVERY_S = 4  # a caption of an interview that is made for a clip, each with two lines
SAID = {
    "fr": "Ce que nous avons décidé ce matin protège chaque foyer du pays, sans attendre la fin de l’hiver.",
    "ar": "ما قررناه هذا الصباح يحمي كل بيت في البلاد، من دون أن ننتظر نهاية الشتاء الطويل.",
}


class MarkedPeople(People):
    """The people of a job as they were marked by eye, each like the nearest face that is found.

    `given`: clips beside the project's own, by the names of their tables.
    """

    def __init__(self, people: People, given: dict[str, Path]) -> None:
        super().__init__(people.order, people.artist, people.store, people.draft, people.stretches)
        self.given = given

    def faces_of(self, number: int) -> list[Sighting]:
        """The marked faces of a clip; none of a clip without marks."""
        stretch, found = self.stretches[number], super().faces_of(number)
        left, top, width, height = stretch.area or (0, 0, *stretch.source.display_size)
        whole_width, whole_height = stretch.source.display_size
        seen = []
        for frame, whole_x, whole_y in _marks(stretch.source.digest, self.given):
            second = frame / stretch.source.fps
            x, y = (whole_x * whole_width - left) / width, (whole_y * whole_height - top) / height
            if stretch.start_s <= second < stretch.end_s:
                near = min(found, key=lambda one: _far(one, second, x, y), default=None)
                seen.append(_marked(second, x, y, near) if near else Sighting(second, x, y, USUAL_WIDE, 1.0))
        return seen


def _nose(face: Sighting) -> tuple[float, float]:
    """The middle between the eyes and the mouth, where the faces were marked; a face's box reaches up to the hair."""
    if face.features is None:
        return face.x, face.y
    marks = (*face.features.eyes, *face.features.mouth)
    return sum(marks[::2]) / 4, sum(marks[1::2]) / 4


def _far(face: Sighting, second: Fraction, x: float, y: float) -> float:
    """How far a face that is found lies from a mark: five seconds count as a picture's width."""
    across, down = _nose(face)
    return abs(float(face.second - second)) / 5 + abs(across - x) + abs(down - y)


def _marked(second: Fraction, x: float, y: float, near: Sighting) -> Sighting:
    """A face that is found near a mark, moved to it."""
    across, down = x - _nose(near)[0], y - _nose(near)[1]

    def moved(marks: Four) -> Four:
        return marks[0] + across, marks[1] + down, marks[2] + across, marks[3] + down

    features = near.features and Features(moved(near.features.eyes), moved(near.features.mouth))
    return Sighting(second, near.x + across, near.y + down, near.width, 1.0, features)


def marked_clips(folder: Path | None) -> dict[str, Path]:
    """The clips of which an interview is made: the webcam, and those of a folder that have a table of marks."""
    given = sorted(folder.iterdir()) if folder else []
    return {"webcam": TABLES["webcam"]} | {path.stem: path for path in given if (GOLDEN / f"{path.stem}.csv").exists()}


def _marks(digest: str, given: dict[str, Path]) -> Iterator[tuple[int, float, float]]:
    """Frame, and the middle of the face in parts of the whole picture, of each mark in a film."""
    for name, path in (TABLES | given).items():
        if probe(path.resolve()).digest != digest:
            continue
        for table in (GOLDEN / f"{name}.csv", GOLDEN / "held_out" / f"{name}.csv"):
            rows = csv.DictReader(table.read_text("utf-8").splitlines()) if table.exists() else ()
            for row in rows:
                if row["x"] not in ("none", "undecided"):
                    yield int(row["frame"]), float(row["x"]), float(row["y"])


def _clock(second: int, of_second: int = 0) -> str:
    return f"00:{second // 60:02}:{second % 60:02}.{of_second:03}"


def interview(clip: str, path: Path, folder: Path) -> Path:
    """A job that shows a clip with captions from its beginning to its end, in two languages."""
    folder.mkdir(parents=True)
    shutil.copy(path, folder / f"{clip}{path.suffix}")
    end = int(probe(path.resolve()).duration_s)
    for code, text in SAID.items():
        cues = [
            f"{_clock(at)} --> {_clock(at + EVERY_S - 1, 500)}\n{text}\n" for at in range(1, end - EVERY_S, EVERY_S)
        ]
        (folder / f"{code}.vtt").write_text("WEBVTT\n\n" + "\n".join(cues), "utf-8")
    (folder / "job.yaml").write_text(
        "recipe: interview\ntitle: {fr: Ce qui change, ar: ما يتغير}\n"
        f"clips: [{{file: {clip}{path.suffix}, speaker: ada}}]\n"
        "speakers: {ada: {name: {fr: Ada Martin, ar: آدا مارتان}, role: {fr: Ministre, ar: وزيرة}}}\n"
        "scripts: {fr: fr.vtt, ar: ar.vtt}\nformats: [wide]\nlanguages: [fr, ar]\nkit: aster\n",
        "utf-8",
    )
    return folder / "job.yaml"
