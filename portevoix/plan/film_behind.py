"""The film's own pictures behind its cards, where the kit asks for them."""

from __future__ import annotations

import threading
from dataclasses import replace
from fractions import Fraction

from PIL import Image

from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.film_ground import WAY, Region, film_field
from portevoix.drawing.ground_field import GroundField, way
from portevoix.drawing.light import light_field
from portevoix.framing.pictures import View, seen_in
from portevoix.plan.faces import FacesShown, PanePicture, fitted
from portevoix.plan.people import People
from portevoix.timeline.model import Scene, Timeline
from portevoix.timeline.pictures import GroundPicture

ONE = Fraction(1)
LIGHTING = threading.Lock()  # two variants are laid out at once, and both would draw the same
LONGEST_PX = 320  # of a picture that will be out of focus


class FilmBehind:
    """What lies behind the cards of one job in one of its kits."""

    def __init__(self, people: People, timeline: Timeline) -> None:
        self.people, self.shown = people, FacesShown(people, timeline)
        self._looking = threading.Lock()  # two variants are laid out at once
        self._frames: dict[tuple[int, Fraction], Image.Image | None] = {}  # all formats look at the same

    def field(self, canvas: Canvas, ground: GroundPicture) -> GroundField | None:
        """The picture that lies behind a card; None where it stands on the kit's own ground."""
        people = self.people
        if people.artist.kit.cards.behind != "film" or ground.film is None:
            return None
        number, of_photo, looks = next(self.shown.looks(canvas, Scene(0, 1, ground.film), 0, 1, ONE))
        second, part = looks[0]
        size = canvas.width, canvas.height
        digest = people.order.photos[number].digest if of_photo else people.order.sources[number].digest
        of, made = f"{digest} {'' if of_photo else second}", (people.artist.identity, people.store)

        def look() -> Image.Image | None:
            return self._photo(number) if of_photo else self._frame(number, second)

        with self._looking:
            return film_field(of, look, _region(part, size), size, made)

    def _photo(self, number: int) -> Image.Image:
        with Image.open(self.people.store.path(self.people.small_photo(number), ".png")) as image:
            return image.convert("RGB")

    def _frame(self, number: int, second: Fraction) -> Image.Image | None:
        """A clip's picture at a second of its film; None where the film has ended there."""
        if (number, second) not in self._frames:
            stretch = replace(self.people.stretches[number], start_s=second, end_s=second + ONE)
            (shown,) = seen_in(stretch, (0, 1), [View(ONE, LONGEST_PX, "rgb24")], self.people.store)
            self._frames[number, second] = Image.fromarray(shown[0][1]) if shown else None
        return self._frames[number, second]


def moving_ground(
    ground: GroundPicture, canvas: Canvas, artist: Artist, behind: FilmBehind | None
) -> GroundField | None:
    """The picture of a ground that moves: the film's own, or the kit's light that wanders; None where it stands."""
    film = behind.field(canvas, ground) if behind else None
    if film is None and artist.kit.cards.light == "drift" and not ground.still:
        with LIGHTING:
            return light_field(artist.kit, (canvas.width, canvas.height), artist.store)
    return film


def _region(part: PanePicture, size: tuple[int, int]) -> Region:
    """What of a picture lies in a frame and on the way round it, in parts of the picture: cropped, where it was not."""
    whole = 0.0, 0.0, float(size[0]), float(size[1])
    if part.pane != whole or part.scaled[0] < size[0] or part.scaled[1] < size[1]:
        part = fitted((round(part.scaled[0]), round(part.scaled[1])), whole, "crop", (0.5, 0.5))
    (width, height), (x, y), (aside, lower) = part.scaled, part.shift, way(size, WAY)
    edges = (-aside - x) / width, (-lower - y) / height, (size[0] + aside - x) / width, (size[1] - y) / height
    left, top, right, bottom = (round(edge, 4) for edge in edges)
    return left, top, right, bottom
