"""The picture as a graph of filters. All of ffmpeg-python is here.

In the order of the work: `footage` (what is read), `framing` (how it fills its frame), `pairs` (two pictures as one),
`overlays` (the images over it), `graph` (what these have in common, and the outputs).
"""

from portevoix.render.picture.footage import Decoded, Footage, MovingGround, Still, decoded, footage_of, raw_bytes
from portevoix.render.picture.framing import composed
from portevoix.render.picture.graph import TAGS, arguments, encoded
from portevoix.render.picture.overlays import ImageOverlay, branches
from portevoix.render.picture.pairs import blended, side_by_side

__all__ = [
    "TAGS",
    "Decoded",
    "Footage",
    "ImageOverlay",
    "MovingGround",
    "Still",
    "arguments",
    "blended",
    "branches",
    "composed",
    "decoded",
    "encoded",
    "footage_of",
    "raw_bytes",
    "side_by_side",
]
