"""The sound of a programme: folded to stereo, mixed, levelled and encoded once, measured on what was encoded.

In the order of the work: `mix` (what it consists of), `fold` and `hum` (a recording's channels and its mains hum),
`prepare` (each recording ready for the mix), `graph` (the mix), `loudness` (measured and met), `make` (the whole of
it).
"""

from portevoix.plan.model import RATE_HZ
from portevoix.render.sound.loudness import Target
from portevoix.render.sound.make import LEVELLED, SOUND, cut_sound, make_draft_sound, make_sound
from portevoix.render.sound.mix import Ducking, Mix, Music, Recording, Voice, VoiceOver

__all__ = [
    "LEVELLED",
    "RATE_HZ",
    "SOUND",
    "Ducking",
    "Mix",
    "Music",
    "Recording",
    "Target",
    "Voice",
    "VoiceOver",
    "cut_sound",
    "make_draft_sound",
    "make_sound",
]
