"""Who is in a job's pictures, and how each picture fills its frame round them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from portevoix.authoring.values import Fit
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import FULL_OVER_DRAFT, Canvas
from portevoix.framing.cuts import cuts, shot_starts
from portevoix.framing.path import CameraPath, window_of
from portevoix.framing.pictures import Pixels, Stretch
from portevoix.framing.tracks import Sighting
from portevoix.order import Order
from portevoix.plan.photo_move import Ease, PhotoMove, Window, choose_move, near_its_end
from portevoix.plan.split import Panes, halves
from portevoix.plan.words_beside import inset_panes, mirrored, photo_aside, quotation_panes
from portevoix.store import Store
from portevoix.timeline.pictures import AnyPicture, PhotoPicture


class People:
    """The people of one job. `stretches`: what it uses of each clip."""

    def __init__(self, order: Order, artist: Artist, store: Store, draft: bool, stretches: Sequence[Stretch]) -> None:
        self.order, self.artist, self.store, self.draft, self.stretches = order, artist, store, draft, stretches
        self.shots, self.photographs = order.shots, list(order.job.photographs().values())
        # Two variants are laid out at once, and ask for the same faces.
        self._looking = [threading.Lock() for _ in self.shots]
        self._looking_at_photos = threading.Lock()

    def fit_of(self, canvas: Canvas, number: int, half: bool) -> str:
        """How a clip fills its frame: as the clip says, else the job, else the recipe; in `half` a frame, the clip.

        Where the recipe follows people, half a frame does too.
        """
        clip, source = self.shots[number], self.order.sources[number]
        own = {canvas.format: clip.fit} if isinstance(clip.fit, str) else clip.fit
        by_format: dict[str, Fit] = {}
        for given in (own,) if half else (self.order.recipe.fit, self.order.job.fit, own):
            by_format.update((str(name), fit) for name, fit in given.items())
        if half and not own and "follow" in self.order.recipe.fit.values():
            return "follow"
        # Across a wide frame, an upright picture would show a third of itself, seldom the head.
        return by_format.get(canvas.format) or ("blur" if source.upright and canvas.width > canvas.height else "crop")

    def focus_of(self, number: int, fit: str, half: bool) -> tuple[float, float]:
        """The point of a clip that its frame shows if it can; of one that stands whole in it, where its middle is."""
        focus = self.shots[number].focus
        if fit == "blur":
            return 0.5, 0.5 if half else self.order.recipe.blur_at
        return focus.x, focus.y

    def path_of(self, canvas: Canvas, number: int) -> CameraPath | None:
        """Where a camera that follows looks, in this frame; None where its author holds it at a point."""
        if self._is_held(number):
            return None
        stretch = self.stretches[number]
        path = self.order.paths.get(number)
        if path is None:
            # Here: OpenCV takes a while to load, and some jobs show nobody.
            from portevoix.framing.follow import camera_path

            with self._looking[number]:
                path = camera_path(stretch, self.store)
        return path.within(window_of(stretch.size, (canvas.width, canvas.height)))

    def faces_of(self, number: int) -> list[Sighting]:
        """The faces of people in what is used of a clip, in the order of time."""
        from portevoix.framing.follow import faces_seen  # here, as above

        with self._looking[number]:
            return faces_seen(self.stretches[number], self.store, self._is_followed(number))

    def cuts_in(self, number: int) -> list[Fraction]:
        """The seconds of a clip's film at which its whole picture becomes another at once."""
        return self._within(number, cuts)

    def shots_in(self, number: int) -> list[Fraction]:
        """The seconds of a clip's film at which another shot begins."""
        return self._within(number, shot_starts)

    def _within(self, number: int, found: Callable[[Stretch, Store], tuple[Fraction, ...]]) -> list[Fraction]:
        self.faces_of(number)  # the film is decoded once, for both
        stretch = self.stretches[number]
        with self._looking[number]:
            seconds = found(stretch, self.store)
        return [second for second in seconds if stretch.start_s < second < stretch.end_s]

    def photo_focus(self, number: int, frame: tuple[int, int]) -> tuple[float, float]:
        """The point of a photo that a frame of that size keeps: its author's, else where the people in it are."""
        photograph = self.photographs[number]
        if "focus" in photograph.model_fields_set:
            return photograph.focus.x, photograph.focus.y
        from portevoix.framing.photo_faces import focus_of_photo  # here, as above

        with self._looking_at_photos:
            return focus_of_photo(self.order.photos[number], frame, self.artist.ground, self.store)

    def photo_faces(self, number: int) -> list[Sighting]:
        """The faces in a photo, the largest first."""
        from portevoix.framing.photo_faces import faces_in_photo  # here, as above

        with self._looking_at_photos:
            return faces_in_photo(self.order.photos[number], self.artist.ground, self.store)

    def photo_move(self, picture: PhotoPicture, frame: tuple[int, int], fps: Fraction) -> PhotoMove:
        """How the camera moves over a photo in a frame of that size: never away from the people whom it looks at, nor,
        where its author says nothing, from the height at which heads are.
        """
        number, frames = picture.number, picture.total
        photo = self.order.photos[number]
        full = (frame[0] * FULL_OVER_DRAFT, frame[1] * FULL_OVER_DRAFT) if self.draft else frame
        ease: Ease = "return" if picture.way == "return" else "soft"
        focus = self.photo_focus(number, frame)
        move = choose_move((photo.width, photo.height), full, focus, frames, fps, number, ease)
        if picture.aside and frame[0] > frame[1] and (stands := self._aside(number)):
            return replace(move, start=stands, end=stands)
        if picture.way == "still":
            return replace(move, start=move.end)
        if self.photo_faces(number):
            move = near_its_end(move)
        elif "focus" not in self.photographs[number].model_fields_set:
            move = near_its_end(move, across=False)
        return move

    def _aside(self, number: int) -> Window | None:
        found = photo_aside(self.order, self.artist, Canvas.of_format("wide", self.draft), number)
        return found and found[0]

    def beside(self, canvas: Canvas, picture: AnyPicture) -> AnyPicture | None:
        """What shares the frame with a picture: nothing where the words beside a photo would find no room."""
        quoted = isinstance(picture, PhotoPicture) and not picture.inset
        if quoted and quotation_panes(self.order, self.artist, canvas) is None:
            return None
        return picture.beside

    def panes(self, canvas: Canvas, picture: AnyPicture) -> Panes:
        """Where a picture lies in its frame, and what is beside it."""
        if isinstance(picture, PhotoPicture):
            found = inset_panes if picture.inset else quotation_panes
            panes = found(self.order, self.artist, canvas)
            assert panes  # or nothing would be beside it
            return panes
        return halves(canvas.width, canvas.height, mirrored(self.order))

    def grey_picture(self, number: int, second: Fraction) -> Pixels | None:
        """A clip's small grey picture at a second of its film; None where the film is too short."""
        from portevoix.framing.greys import grey_at  # here, as above

        with self._looking[number]:
            return grey_at(self.stretches[number], second, self.store)

    def small_photo(self, number: int) -> str:
        """The key of a photo as faces are looked for in it."""
        from portevoix.framing.photo_faces import small_photo  # here, as above

        return small_photo(self.order.photos[number], self.artist.ground, self.store)

    def _is_followed(self, number: int) -> bool:
        """Whether a camera follows the people of a clip in any format."""
        formats = {audience.format for audience in self.order.everybody or self.order.audiences} - {"source"}
        fits = {self.fit_of(Canvas.of_format(name, self.draft), number, False) for name in formats}
        return "follow" in fits and number not in self.order.paths and not self._is_held(number)

    def _is_held(self, number: int) -> bool:
        return number not in self.order.paths and "focus" in self.shots[number].model_fields_set
