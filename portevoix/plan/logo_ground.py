"""How the logo stands on what is seen in its corner, pictures and shades over them: as usual, in its other variant, or
on a plate.

One of them for the whole programme: a logo that changed from shot to shot would flicker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from PIL import Image

from portevoix.authoring.colours import luminance_contrast, relative_luminance, rgb
from portevoix.drawing.drawn import Drawn
from portevoix.framing.pictures import Pixels
from portevoix.plan.faces import Box, FacesShown
from portevoix.plan.light_under import fields_under, region_under
from portevoix.plan.people import People
from portevoix.plan.variant import Overlay, OverlayContext
from portevoix.timeline.cards import Bug, BugGround

VERSION = 1  # raise when an opacity is measured otherwise
LOOKS = 6  # of the programme: the corner of a film seldom changes its tone more often
LEAST_SEEN, LOST = 1.6, 0.5  # a contrast without a shadow at which ink is lost, and on how much of the corner it may be
BUSY = 58  # levels of 255 by which fields differ: among so many edges no outline is found
OFTEN = 0.25  # of the looks


def logo_of(context: OverlayContext, cards: Sequence[Overlay] = ()) -> Bug:
    """The logo as it is seen best in its corner of a variant's pictures, some of them under the shade of `cards`."""
    identity, faces = context.artist.identity, context.faces
    usual = Bug(lower=context.order.recipe.progress)
    if faces is None or identity.kit.logo.plate:
        return usual
    corners = list(_corners(context.card(usual).box, context, faces, cards))
    grounds: tuple[BugGround, ...] = ("", "other") if identity.other_variant else ("",)
    for ground in grounds:
        tone = identity.tone_over_pictures(other=ground == "other")
        if sum(_is_hard(corner, tone) for corner in corners) <= OFTEN * len(corners):
            return replace(usual, ground=ground)
    return replace(usual, ground="plate")


def _is_hard(corner: Pixels, tone: float) -> bool:
    """Whether a logo of that luminance is not seen in a corner, or not found."""
    ratios = [luminance_contrast(tone, relative_luminance((level, level, level))) for level in range(256)]
    lost = (np.array(ratios) < LEAST_SEEN)[corner]
    return float(lost.mean()) > LOST or float(corner.std()) > BUSY


def _corners(box: Box, context: OverlayContext, faces: FacesShown, cards: Sequence[Overlay]) -> Iterator[Pixels]:
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
                    shades = [one for one in cards if one.first_frame <= frame < one.end_frame and not one.glide]
                    yield from (
                        _shaded(fields_under(grey, region), box, shades, context)
                        for grey in ([grey] if grey is not None else [])
                    )


def _shaded(corner: Pixels, box: Box, shades: Sequence[Overlay], context: OverlayContext) -> Pixels:
    """A corner as it is seen through the shades over it, which are of the kit's ground."""
    red, green, blue = rgb(context.artist.ground)
    ground = 0.299 * red + 0.587 * green + 0.114 * blue  # as pictures become grey
    for shade in shades:
        over = _opacity(shade.drawn, box, context)
        corner = (corner * (1 - over) + ground * over).astype(np.uint8)
    return corner


def _opacity(drawn: Drawn, box: Box, context: OverlayContext) -> float:
    """How opaque a drawing is in a box, 0 to 1; remembered."""
    if not drawn.width:
        return 0.0
    store, key = context.artist.store, f"over{VERSION}-{'-'.join(map(str, box))}-{drawn.key}"
    if not store.has(key):
        left, top, right, bottom = box
        with Image.open(store.path(drawn.key, ".png")) as image:
            alpha = image.convert("RGBA").getchannel("A")
        place = (left - drawn.x, top - drawn.y, right - drawn.x, bottom - drawn.y)
        store.put(key, {}, {"opacity": float(np.asarray(alpha.crop(place)).mean() / 255)})
    found: float = store.facts(key)["opacity"]
    return found


def _grey_photo(people: People, number: int) -> Pixels:
    with Image.open(people.store.path(people.small_photo(number), ".png")) as image:
        return np.asarray(image.convert("L"))
