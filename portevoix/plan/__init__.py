"""The plan: every step that a job needs, each under the hash of all that goes into it. Making a plan renders nothing."""

from portevoix.plan.keys import VERSIONS, key_of
from portevoix.plan.make import frames_of, make_plan, placed
from portevoix.plan.model import (
    Batch,
    ChunkStep,
    LaidIn,
    MezzanineStep,
    PhotoStill,
    Plan,
    Product,
    ReadRange,
    SoundCut,
    SoundPart,
    SoundStep,
    VideoStep,
    View,
)

__all__ = [
    "VERSIONS",
    "Batch",
    "ChunkStep",
    "LaidIn",
    "MezzanineStep",
    "PhotoStill",
    "Plan",
    "Product",
    "ReadRange",
    "SoundCut",
    "SoundPart",
    "SoundStep",
    "VideoStep",
    "View",
    "frames_of",
    "key_of",
    "make_plan",
    "placed",
]
