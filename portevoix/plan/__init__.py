"""The plan: every step that a job needs, each under the hash of all that goes into it.

Planning encodes no output. It does look for black bars and people, prepare photos, and draw cards into the store.
"""

from portevoix.plan.keys import VERSIONS, key_of
from portevoix.plan.make import frames_of, make_plan, placed
from portevoix.plan.model import (
    Batch,
    ChunkStep,
    MezzanineStep,
    PhotoStill,
    Plan,
    Product,
    SoundCut,
    SoundStep,
    VideoStep,
)

__all__ = [
    "VERSIONS",
    "Batch",
    "ChunkStep",
    "MezzanineStep",
    "PhotoStill",
    "Plan",
    "Product",
    "SoundCut",
    "SoundStep",
    "VideoStep",
    "frames_of",
    "key_of",
    "make_plan",
    "placed",
]
