"""What lies over the pictures of every example, in every language and format, counted from plans: nothing is rendered.

Pictures in which words or the logo stand on somebody's eyes or mouth, names over somebody else, phrases that were
parted although a line is wide enough for them, boxes outside of the safe zone. All have to be 0. `docs/framing.md`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from layers_marks import MarkedPeople, interview, marked_clips

from portevoix.captions.holding import held_in
from portevoix.captions.lines import SetLine, flattened, tidy
from portevoix.cli.console import DEFAULT_STORE
from portevoix.delivery.checks.zones import SOFT_PX
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.library import ROOT, Library, load_library
from portevoix.order import Audience, Order, accept
from portevoix.plan import placed
from portevoix.plan.artists import artist_of
from portevoix.plan.faces import FacesShown, SeenFace, over_eyes_or_mouth, share
from portevoix.plan.overlays import overlays_of
from portevoix.plan.picture import Pictures
from portevoix.plan.variant import Overlay, OverlayContext, Variant
from portevoix.store import Store, open_store
from portevoix.timeline.cards import Announcement, Backdrop, Closing, LowerThird, Notice, Progress
from portevoix.timing import clock, seconds_at

HOUSE = ROOT / "examples" / "house"
TOUCHED = 0.1  # of the eyes or the mouth: less is an eyebrow, a corner of the lips
OVER = 0.06  # of somebody else's face that a name covers: a chin
FREELY = Announcement, Backdrop, Closing, Notice, Progress  # cards that are the picture, or hold no words


@dataclass
class Counts:
    """What was found: `looked` pictures of faces in all, and a line for each thing that should not be."""

    looked: int = 0
    on_faces: list[str] = field(default_factory=list)
    over_others: list[str] = field(default_factory=list)
    parted: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def __iadd__(self, other: Counts) -> Counts:
        self.looked += other.looked
        for name, told in other.found.items():
            self.found[name].extend(told)
        return self

    @property
    def found(self) -> dict[str, list[str]]:
        """Each kind of fault by its name."""
        return {
            "pictures with words or the logo on eyes or a mouth": self.on_faces,
            "pictures with a name over somebody else": self.over_others,
            "phrases parted": self.parted,
            "boxes outside of the safe zone": self.outside,
        }


def counted(
    job: Path,
    library: Library,
    store: Store,
    formats: Sequence[str] = tuple(SIZES),
    marked: dict[str, Path] | None = None,
) -> Counts:
    """The counts of one job in all its languages, in these formats beside its own.

    By the faces that are found; where `marked` clips are given, by those that were marked by eye.
    """
    order = accept(job, library, store)
    artist, counts = artist_of(order, library, store), Counts()
    timeline, cues = placed(order, store)
    pictures = Pictures(order, artist, store, timeline, draft=False)
    faces = FacesShown(pictures.people, timeline)
    for audience in _audiences(order, formats):
        canvas = _canvas(order, audience)
        variant = Variant(audience.language, audience.burned and order.recipe.captions, audience.zone)
        said = cues[audience.language].cues if audience.language in cues else ()
        context = OverlayContext(variant, canvas, order, timeline, said, artist, faces)
        where = f"{order.name} {audience.language} {audience.format}"
        overlays = overlays_of(context)
        if marked is not None:
            judged = FacesShown(MarkedPeople(pictures.people, marked), timeline)
            counts += of_overlays(replace(context, faces=judged), overlays, where)
            continue
        counts += of_overlays(context, overlays, where)
        counts.parted += [f"{where}: {told}" for told in _parted(context, artist)]
    artist.raise_faults()
    return counts


def _audiences(order: Order, formats: Sequence[str]) -> Iterable[Audience]:
    found: dict[tuple[object, ...], Audience] = {}
    for audience in order.audiences:
        others = () if audience.format == "source" else formats
        for name in dict.fromkeys((audience.format, *others)):
            zone = audience.zone if name == audience.format else None
            found.setdefault((audience.language, name, zone), replace(audience, format=name, zone=zone))
    return found.values()


def _canvas(order: Order, audience: Audience) -> Canvas:
    if audience.format == "source":
        return Canvas.of_source(*order.sources[0].display_size)
    return Canvas.of_format(audience.format, False, audience.zone)


def of_overlays(context: OverlayContext, overlays: Sequence[Overlay], where: str) -> Counts:
    """What stands where it should not, once for each picture in which somebody was looked for, and for each box."""
    assert context.faces
    counts = Counts()
    for overlay in overlays:
        if isinstance(overlay.card, FREELY):
            continue
        seen = context.faces.seen(context.canvas, overlay.first_frame, overlay.end_frame)
        what = overlay.card.kind if overlay.card else "caption"
        counts.looked += len({face.frame for face in seen})
        for frame, faces in _by_frame(seen):
            told = f"{where}: {what} at {clock(seconds_at(frame, context.timeline.fps))}"
            if over_eyes_or_mouth(overlay.drawn.box, faces) > TOUCHED:
                counts.on_faces.append(told)
            if isinstance(overlay.card, LowerThird) and len(faces) > 1:
                counts.over_others += [told for one in faces if share(overlay.drawn.box, one.box) > OVER]
        if _outside(overlay, context.canvas):
            counts.outside.append(f"{where}: {what} at {overlay.drawn.box}")
    counts.outside = list(dict.fromkeys(counts.outside))
    return counts


def _by_frame(seen: Iterable[SeenFace]) -> Iterator[tuple[int, list[SeenFace]]]:
    frames: dict[int, list[SeenFace]] = {}
    for face in seen:
        frames.setdefault(face.frame, []).append(face)
    yield from frames.items()


def _outside(overlay: Overlay, canvas: Canvas) -> bool:
    box, scale = overlay.drawn.box, canvas.width / canvas.frame.width
    moving = overlay.glide is not None or overlay.end_frame - overlay.first_frame == 1
    if moving or not any(box):
        return False
    left, top, right, bottom = (edge * scale for edge in canvas.frame.zone)
    spare = SOFT_PX * scale
    return box[0] < left - spare or box[1] < top - spare or box[2] > right + spare or box[3] > bottom + spare


def _parted(context: OverlayContext, artist: Artist) -> Iterator[str]:
    """What holds together, is no wider than a line, and is parted all the same."""
    language, canvas = context.language, context.canvas
    style, limit = artist.captions.style(language, canvas.frame), artist.captions.limit(canvas.frame)
    for cue in context.cues:
        flat, _ = flattened(tidy(cue.text, language), language)
        lines = [line for screen in artist.cues(cue.text, language, canvas, "") for line in screen]
        for held in held_in(flat, language):
            phrase = flat[held.start : held.end]
            fits = artist.identity.type.width(phrase, style) <= limit
            if fits and any(held.start < edge < held.end for edge in _edges(lines)):
                yield f"{phrase!r} in {cue.text!r}"


def _edges(lines: Sequence[SetLine]) -> list[int]:
    return [after.start for _, after in pairwise(lines)]


def main() -> int:
    """Count over the examples, or over the jobs that are named."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("jobs", nargs="*", type=Path, default=sorted((ROOT / "examples").glob("*/*.yaml")))
    asks.add_argument("--house", type=Path, default=HOUSE)
    asks.add_argument("--store", default=DEFAULT_STORE)
    asks.add_argument("--marks", nargs="?", type=Path, const=Path(), help="judge by marked faces; a folder of clips")
    asked = asks.parse_args()
    library, store, counts = load_library(asked.house), open_store(asked.store), Counts()
    with tempfile.TemporaryDirectory() as folder:
        marked = None if asked.marks is None else marked_clips(asked.marks if asked.marks.name else None)
        made = [interview(clip, path, Path(folder, clip)) for clip, path in (marked or {}).items()]
        for job in [*asked.jobs, *made]:
            if job.parent != HOUSE:
                counts += counted(job, library, store, marked=marked)
                print(f"{job}: {counts.looked} pictures with faces so far", file=sys.stderr)
    for name, found in counts.found.items():
        print(f"{len(found):5} {name}")
        for told in found:
            print(f"        {told}")
    return 1 if any(counts.found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
