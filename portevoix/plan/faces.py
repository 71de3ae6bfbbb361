"""Where people's eyes and mouths are on an output frame, and from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import hypot

from portevoix.drawing.canvas import Canvas
from portevoix.framing.path import ShotPath, pane_of
from portevoix.framing.tracks import Sighting
from portevoix.plan.people import People
from portevoix.plan.photo_move import PhotoMove
from portevoix.timeline.model import Scene, Timeline
from portevoix.timeline.pictures import AnyPicture, ClipPicture, PhotoPicture
from portevoix.timing import frame_at, frames_within, seconds_at

Box = tuple[float, float, float, float]  # left, top, right, bottom
TALL = 1.3  # of a face's box: its height in parts of its width (YuNet's, from the hair to the chin)
EYES, MOUTH = (0.14, 0.31, 0.86, 0.49), (0.27, 0.7, 0.73, 0.87)  # in a face's box: left, top, right, bottom
# Round the middles of the eyes and the corners of the mouth, in parts of the distance of the eyes, or of the eyes and
# the mouth: to each side, and up and down.
ROUND_EYES, ROUND_MOUTH = (0.25, 0.24), (0.1, 0.22)
FREE = 0.06  # of a face, from the hair to the chin: less is hair, an ear or a chin
GLIMPSE = 0.1  # of the eyes or the mouth: less is an eyebrow, a corner of the lips
LEAST_WIDE = 0.025  # of the frame's width: smaller faces are a crowd
LOOKS_OF_A_PHOTO = 6  # while it moves


@dataclass(frozen=True)
class SeenFace:
    """A face on the output at a frame of the programme; `clip` None in a photo. `pane`: the part of the frame that its
    picture fills. `features`: the boxes of its eyes and its mouth, where they are known.
    """

    frame: int
    box: Box
    clip: int | None
    pane: Box
    features: tuple[Box, Box] | None = None


@dataclass(frozen=True)
class PanePicture:
    """How a picture lies in a part of the frame: enlarged to `scaled`, moved by `shift`, seen within `pane`."""

    scaled: tuple[float, float]
    shift: tuple[float, float]
    pane: Box

    def box(self, face: Sighting) -> Box | None:
        """A face's box on the frame, also what lies beyond the pane; None where its middle is not seen."""
        x, y = face.x * self.scaled[0] + self.shift[0], face.y * self.scaled[1] + self.shift[1]
        left, top, right, bottom = self.pane
        if not (left <= x <= right and top <= y <= bottom):
            return None
        half = face.width * self.scaled[0] / 2
        return x - half, y - half * TALL, x + half, y + half * TALL

    def features(self, face: Sighting, box: Box) -> tuple[Box, Box]:
        """The boxes of a face's eyes and mouth on the frame; by its own `box` where only that is known."""
        if face.features is None:
            return eyes_and_mouth(box)
        eyes, mouth = self._hull(face.features.eyes), self._hull(face.features.mouth)
        apart = (eyes[0] + eyes[2] - mouth[0] - mouth[2]) / 2, (eyes[1] + eyes[3] - mouth[1] - mouth[3]) / 2
        unit = max(hypot(eyes[2] - eyes[0], eyes[3] - eyes[1]), hypot(*apart))  # a head from the side has near eyes
        return _grown(eyes, unit, ROUND_EYES), _grown(mouth, unit, ROUND_MOUTH)

    def _hull(self, marks: tuple[float, float, float, float]) -> Box:
        xs = [at * self.scaled[0] + self.shift[0] for at in marks[::2]]
        ys = [at * self.scaled[1] + self.shift[1] for at in marks[1::2]]
        return min(xs), min(ys), max(xs), max(ys)


# A frame of the programme, how a picture lies in its pane then, a face in it, and which clip it is (None: a photo).
Shown = tuple[int, PanePicture, Sighting, int | None]
# A picture's number, whether it is a photo, and pairs of the clip's second and of the part that shows it.
Looks = tuple[int, bool, list[tuple[Fraction, PanePicture]]]


class FacesShown:
    """The faces of a job's pictures on the frames of its programme."""

    def __init__(self, people: People, timeline: Timeline) -> None:
        self.people, self.timeline = people, timeline
        self._found: dict[tuple[str, int, int], list[SeenFace]] = {}

    def seen(self, canvas: Canvas, first: int, end: int) -> list[SeenFace]:
        """The faces seen between two frames of the programme, in pixels of the canvas, in the order of time."""
        key = canvas.format, canvas.width, canvas.height
        if key not in self._found:
            found = (face for scene in self.timeline.scenes for face in self._of_scene(canvas, scene))
            self._found[key] = sorted(found, key=lambda face: face.frame)
        return [face for face in self._found[key] if first <= face.frame < end]

    def shots_begin(self, clip: int) -> list[int]:
        """The frames at which the programme shows another scene, or a clip another shot of its film."""
        found = {scene.first_frame for scene in self.timeline.scenes}
        for scene in self.timeline.scenes:
            if isinstance(scene.picture, ClipPicture) and scene.picture.number == clip:
                found.update(self._frames(scene, scene.picture, self.people.shots_in(clip)))
        return sorted(found)

    def cuts(self, first: int, last: int) -> list[int]:
        """The frames, from `first` to `last`, at which the whole picture becomes another one at once."""
        found: set[int] = set()
        for before, scene in pairwise((None, *self.timeline.scenes)):
            if scene is None or scene.transition:
                continue
            if before and before.transition is None:
                found.add(scene.first_frame)
            if isinstance(scene.picture, ClipPicture) and scene.picture.beside is None:
                found.update(self._frames(scene, scene.picture, self.people.cuts_in(scene.picture.number)))
        return sorted(frame for frame in found if first <= frame <= last)

    def _frames(self, scene: Scene, picture: ClipPicture, seconds: Iterable[Fraction]) -> Iterator[int]:
        """The frames within a scene that show its clip's film at these seconds."""
        number, zero = picture.number, scene.first_frame - picture.offset
        start_s, tempo = self.people.shots[number].start_s, self.timeline.tempo[number]
        for second in seconds:
            frame = zero + frame_at((second - start_s) / tempo, self.timeline.fps)
            if scene.first_frame < frame < scene.end_frame:
                yield frame

    def pane_of_clip(self, canvas: Canvas, clip: int, first: int) -> Box:
        """The part of the frame that a clip fills in the scene of the programme's frame `first`."""
        scene = next(s for s in self.timeline.scenes if first < s.end_frame)
        for picture, pane in self._panes(canvas, scene.picture):
            if isinstance(picture, ClipPicture) and picture.number == clip:
                return pane
        return 0, 0, canvas.width, canvas.height

    def _of_scene(self, canvas: Canvas, scene: Scene) -> Iterator[SeenFace]:
        for picture, pane in self._panes(canvas, scene.picture):
            for frame, part, face, clip in self._of_picture(canvas, picture, scene, pane):
                whole = part.box(face)
                if whole is None:
                    continue
                box = max(whole[0], pane[0]), max(whole[1], pane[1]), min(whole[2], pane[2]), min(whole[3], pane[3])
                if box[2] - box[0] >= LEAST_WIDE * canvas.width:
                    yield SeenFace(frame, box, clip, pane, part.features(face, whole))

    def _panes(self, canvas: Canvas, picture: AnyPicture) -> Iterator[tuple[AnyPicture, Box]]:
        """A scene's picture, and the one beside it, each with its part of the frame."""
        width, height = canvas.width, canvas.height
        beside = self.people.beside(canvas, picture)
        if beside is None:
            yield picture, (0, 0, width, height)
            return
        yield from zip((picture, beside), self.people.panes(canvas, picture), strict=True)

    def _of_picture(self, canvas: Canvas, picture: AnyPicture, scene: Scene, pane: Box) -> Iterator[Shown]:
        if isinstance(picture, ClipPicture):
            yield from self._of_clip(canvas, picture, scene, pane)
        elif isinstance(picture, PhotoPicture):
            yield from self._of_photo(picture, scene, pane)

    def looks(self, canvas: Canvas, scene: Scene, first: int, end: int, per_s: Fraction) -> Iterator[Looks]:
        """How each picture of a scene lies in the frame between two frames of the programme, `per_s` times a second."""
        fps = self.timeline.fps
        count = max(1, frames_within(seconds_at(end - first, fps), per_s))
        frames = [first + frame_at(number / per_s, fps) for number in range(count)]
        for picture, pane in self._panes(canvas, scene.picture):
            if isinstance(picture, ClipPicture):
                shown = [self._clip_at(canvas, picture, scene, pane, frame) for frame in frames]
                yield picture.number, False, [(second, part) for second, parts in shown for part in parts[:1]]
            elif isinstance(picture, PhotoPicture):
                move = self._move(picture, pane)
                parts = [
                    (frame, _in_window(move, picture.offset + frame - scene.first_frame, pane)) for frame in frames
                ]
                yield picture.number, True, [(seconds_at(frame, fps), part) for frame, part in parts]

    def _move(self, picture: PhotoPicture, pane: Box) -> PhotoMove:
        frame = round(pane[2] - pane[0]), round(pane[3] - pane[1])
        return self.people.photo_move(picture, frame, self.timeline.fps)

    def _of_photo(self, picture: PhotoPicture, scene: Scene, pane: Box) -> Iterator[Shown]:
        move, faces = self._move(picture, pane), self.people.photo_faces(picture.number)
        for step in range(LOOKS_OF_A_PHOTO if faces else 0):
            ahead = scene.frame_count * step // LOOKS_OF_A_PHOTO
            for face in faces:
                yield scene.first_frame + ahead, _in_window(move, picture.offset + ahead, pane), face, None

    def _of_clip(self, canvas: Canvas, picture: ClipPicture, scene: Scene, pane: Box) -> Iterator[Shown]:
        number, fps = picture.number, self.timeline.fps
        start_s, tempo = self.people.shots[number].start_s, self.timeline.tempo[number]
        for face in self.people.faces_of(number):
            frame = scene.first_frame - picture.offset + frame_at((face.second - start_s) / tempo, fps)
            if scene.first_frame <= frame < scene.end_frame:
                _, parts = self._clip_at(canvas, picture, scene, pane, frame)
                yield from ((frame, part, face, number) for part in parts)

    def _clip_at(
        self, canvas: Canvas, picture: ClipPicture, scene: Scene, pane: Box, frame: int
    ) -> tuple[Fraction, list[PanePicture]]:
        """The clip's second at a frame of the programme, and how its picture lies in the pane then."""
        number, people = picture.number, self.people
        start_s, tempo, size = people.shots[number].start_s, self.timeline.tempo[number], people.stretches[number].size
        second = start_s + seconds_at(frame - scene.first_frame + picture.offset, self.timeline.fps) * tempo
        small = replace(canvas, width=round(pane[2] - pane[0]), height=round(pane[3] - pane[1]))
        half = pane != (0, 0, canvas.width, canvas.height)
        fit = people.fit_of(small, number, half)
        path = people.path_of(small, number) if fit == "follow" else None
        if path is None:
            focus = people.focus_of(number, fit, half)
            return second, [fitted(size, pane, "crop" if fit == "follow" else fit, focus)]
        shot = next((s for s in path.shots if second < s.end_s), path.shots[-1])
        return second, self._followed(size, pane, shot, second)

    def _followed(self, size: tuple[int, int], pane: Box, shot: ShotPath, second: Fraction) -> list[PanePicture]:
        follow = self.people.order.recipe.follow
        fit = {"follow": "crop", "nobody": follow.nobody, "apart": follow.apart}[shot.verdict]
        if fit != "split":
            return [fitted(size, pane, fit, shot.at(float(second)) if fit == "crop" else (0.5, 0.5))]
        left, top, right, bottom = pane
        if pane_of(shot.people, size, (round(right - left), round(bottom - top))) == "stack":
            middle = (top + bottom) / 2
            panes = [(left, top, right, middle), (left, middle, right, bottom)]
        else:
            middle = (left + right) / 2
            panes = [(left, top, middle, bottom), (middle, top, right, bottom)]
        return [fitted(size, one, "crop", point) for one, point in zip(panes, shot.people, strict=True)]


def fitted(size: tuple[int, int], pane: Box, fit: str, focus: tuple[float, float]) -> PanePicture:
    """A picture in its pane: cropped round `focus`, or whole, with its middle at that part of the pane if it can be."""
    frame = pane[2] - pane[0], pane[3] - pane[1]
    ratios = [shown / side for shown, side in zip(frame, size, strict=True)]
    enlarged = max(ratios) if fit == "crop" else min(ratios)
    scaled = size[0] * enlarged, size[1] * enlarged
    shift = []
    for whole, shown, at, begin in zip(scaled, frame, focus, pane[:2], strict=True):
        if fit == "crop":
            shift.append(begin - min(max(at * whole - shown / 2, 0), whole - shown))
        else:
            middle = at if fit == "blur" else 0.5
            shift.append(begin + min(max(middle * shown - whole / 2, 0), shown - whole))
    return PanePicture(scaled, (shift[0], shift[1]), pane)


def _in_window(move: PhotoMove, frame: int, pane: Box) -> PanePicture:
    window = move.at(frame)
    scaled = (pane[2] - pane[0]) / window.width, (pane[3] - pane[1]) / window.height
    return PanePicture(scaled, (pane[0] - window.x * scaled[0], pane[1] - window.y * scaled[1]), pane)


def covered(box: Box, faces: Sequence[SeenFace]) -> float:
    """How much of the faces a box covers: the largest share of any of them, 0 to 1."""
    return max((share(box, face.box) for face in faces), default=0.0)


def over_eyes_or_mouth(box: Box, faces: Sequence[SeenFace]) -> float:
    """The largest part of anybody's eyes or mouth that a box covers, 0 to 1."""
    return max((share(box, part) for face in faces for part in face.features or eyes_and_mouth(face.box)), default=0.0)


def mostly_over_eyes_or_mouth(box: Box, faces: Sequence[SeenFace]) -> float:
    """The part of people's eyes or mouths that a box covers on average over the time: a moment weighs little."""
    return sum(over_eyes_or_mouth(box, [face]) for face in faces) / len(faces) if faces else 0.0


def eyes_and_mouth(face: Box) -> tuple[Box, Box]:
    """Where the eyes and the mouth of a face are in its box."""
    left, top, right, bottom = face
    width, height = right - left, bottom - top
    eyes, mouth = (
        (left + a * width, top + b * height, left + c * width, top + d * height) for a, b, c, d in (EYES, MOUTH)
    )
    return eyes, mouth


def _grown(box: Box, unit: float, by: tuple[float, float]) -> Box:
    x, y = by[0] * unit, by[1] * unit
    return box[0] - x, box[1] - y, box[2] + x, box[3] + y


def share(box: Box, of: Box) -> float:
    """The part of the box `of` that lies under the other one."""
    width = min(box[2], of[2]) - max(box[0], of[0])
    height = min(box[3], of[3]) - max(box[1], of[1])
    return width * height / ((of[2] - of[0]) * (of[3] - of[1])) if width > 0 and height > 0 else 0.0


def enlarged(box: Box, by: float) -> Box:
    """The box with so many pixels more on each side."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by
