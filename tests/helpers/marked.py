"""How often a face marked by eye stands in the middle of a story's window: along a path, and in a plain centre crop."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from portevoix.framing.path import CameraPath, ShotPath, window_of
from portevoix.framing.pictures import Stretch
from portevoix.framing.shot_path import shot_path
from portevoix.framing.tracks import Sighting, people

HERE = Path(__file__).parents[1] / "golden" / "framing"
CLIPS = ("talk", "screencast", "webcam", "sintel")  # by these the thresholds were set
HELD_OUT = (
    "held_out/talk",
    "held_out/sintel",
    "held_out/prologue",
    "held_out/chaplin",
    "held_out/bikes",
    "held_out/carphone",
    "held_out/signing_woman",
    "held_out/signing_man",
    "held_out/five_places",
)
CENTRAL = 0.6  # of the window's width
Looks = list[list[Sighting]]


@dataclass(frozen=True)
class Share:
    """Marked faces: all, those in a shot that is followed, kept there, and kept by a centre crop (of all)."""

    marked: int
    decided: int
    kept: int
    centre: int

    def __add__(self, other: Share) -> Share:
        return Share(
            self.marked + other.marked, self.decided + other.decided, self.kept + other.kept, self.centre + other.centre
        )


@dataclass(frozen=True)
class Seen:
    """What the detector saw in a clip, shot by shot. `picture`: the part of its width that lies between black bars."""

    fps: Fraction
    size: tuple[int, int]
    left: float
    width: float
    shots: tuple[tuple[Fraction, Fraction, Looks], ...]

    def path(self) -> CameraPath:
        aspect = self.size[0] / self.size[1]
        return CameraPath(tuple(shot_path(a, b, people(looks), aspect) for a, b, looks in self.shots))


def seen_of(stretch: Stretch, shots: list[tuple[Fraction, Fraction, Looks]]) -> Seen:
    stored = stretch.source.width
    left, width = (stretch.area[0], stretch.area[2]) if stretch.area else (0, stored)
    return Seen(stretch.source.fps, stretch.size, left / stored, width / stored, tuple(shots))


def seen_file(marked: str) -> Path:
    """Where it is written what was seen in the clip of a table of marks; two tables may be of one clip."""
    return HERE / f"{Path(marked).name}.seen.json"


def record(clip: str, seen: Seen) -> None:
    shots = [
        {
            "from": str(a),
            "to": str(b),
            "looks": [
                [[str(s.second), round(s.x, 4), round(s.y, 4), round(s.width, 4), round(s.score, 3)] for s in look]
                for look in looks
            ],
        }
        for a, b, looks in seen.shots
    ]
    facts = {"fps": str(seen.fps), "size": seen.size, "left": seen.left, "width": seen.width}
    lines = ",\n".join(json.dumps(shot) for shot in shots)
    seen_file(clip).write_text(json.dumps(facts)[:-1] + f', "shots": [\n{lines}\n]}}\n')


def recorded(clip: str) -> Seen:
    facts: Any = json.loads(seen_file(clip).read_text())
    shots = tuple(
        (
            Fraction(shot["from"]),
            Fraction(shot["to"]),
            [
                [Sighting(Fraction(second), x, y, width, score) for second, x, y, width, score in look]
                for look in shot["looks"]
            ],
        )
        for shot in facts["shots"]
    )
    return Seen(Fraction(facts["fps"]), tuple(facts["size"]), facts["left"], facts["width"], shots)


def marks(marked: str) -> dict[int, float]:
    """The x of each frame with a face, in parts of the whole picture."""
    with (HERE / f"{marked}.csv").open() as file:
        return {
            int(row["frame"]): float(row["x"]) for row in csv.DictReader(file) if row["x"] not in ("none", "undecided")
        }


def share(marked: str, seen: Seen) -> Share:
    """The shares of one table of marks in the middle of a story's window."""
    window = window_of(seen.size, (1080, 1920))
    path = seen.path().within(window)
    reach = CENTRAL / 2 * window[0]
    total = Share(0, 0, 0, 0)
    for frame, whole_x in marks(marked).items():
        x, second = (whole_x - seen.left) / seen.width, frame / seen.fps
        shot = _shot_at(path, second)
        decided = shot.verdict == "follow"
        kept = decided and abs(shot.at(float(second))[0] - x) <= reach
        total += Share(1, decided, kept, abs(0.5 - x) <= reach)
    return total


def _shot_at(path: CameraPath, second: Fraction) -> ShotPath:
    return next((shot for shot in path.shots if shot.start_s <= second < shot.end_s), path.shots[-1])
