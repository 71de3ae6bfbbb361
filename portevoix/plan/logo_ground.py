"""How the logo stands on the pictures in its corner: as usual, in its other variant, or on a plate.

One of them for the whole programme: a logo that changed from shot to shot would flicker.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from PIL import Image

from portevoix.authoring.colours import luminance_contrast, relative_luminance
from portevoix.framing.pictures import Pixels
from portevoix.plan.faces import Box, FacesShown
from portevoix.plan.light_under import fields_under, region_under
from portevoix.plan.people import People
from portevoix.plan.variant import OverlayContext
from portevoix.timeline.cards import Bug, BugGround

LOOKS = 6  # of the programme: the corner of a film seldom changes its tone more often
LEAST_SEEN, LOST = 1.6, 0.5  # a contrast at which ink is lost, and the part of the corner on which it may be
BUSY = 58  # levels of 255 by which fields differ: among so many edges no outline is found
OFTEN = 0.25  # of the looks


def logo_of(context: OverlayContext) -> Bug:
    """The logo as it is seen best in its corner of a variant's pictures."""
    identity, faces = context.artist.identity, context.faces
    if faces is None or identity.kit.logo.plate:
        return Bug()
    corners = list(_corners(context.card(Bug()).box, context, faces))
    grounds: tuple[BugGround, ...] = ("", "other") if identity.other_variant else ("",)
    for ground in grounds:
        tone = identity.tone_over_pictures(other=ground == "other")
        if sum(_is_hard(corner, tone) for corner in corners) <= OFTEN * len(corners):
            return Bug(ground)
    return Bug("plate")


def _is_hard(corner: Pixels, tone: float) -> bool:
    """Whether a logo of that luminance is not seen in a corner, or not found."""
    ratios = [luminance_contrast(tone, relative_luminance((level, level, level))) for level in range(256)]
    lost = (np.array(ratios) < LEAST_SEEN)[corner]
    return float(lost.mean()) > LOST or float(corner.std()) > BUSY


def _corners(box: Box, context: OverlayContext, faces: FacesShown) -> Iterator[Pixels]:
    """What lies under a box, at moments spread over all pictures."""
    scenes = [scene for scene in context.timeline.scenes if not scene.picture.of_house]
    frames = [frame for scene in scenes for frame in range(scene.first_frame, scene.end_frame)]
    for look in range(LOOKS if frames else 0):
        frame = frames[len(frames) * (2 * look + 1) // (2 * LOOKS)]
        scene = next(s for s in scenes if frame < s.end_frame)
        for number, of_photo, looks in faces.looks(context.canvas, scene, frame, frame + 1, Fraction(1)):
            for second, part in looks:
                if region := region_under(box, part):
                    grey = _grey_photo(faces.people, number) if of_photo else faces.people.grey_picture(number, second)
                    yield from (fields_under(grey, region) for grey in ([grey] if grey is not None else []))


def _grey_photo(people: People, number: int) -> Pixels:
    with Image.open(people.store.path(people.small_photo(number), ".png")) as image:
        return np.asarray(image.convert("L"))
