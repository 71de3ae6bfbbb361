"""The key of a step: the hash of all that goes into it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from portevoix import ffmpeg

VERSIONS = {  # raise one when its maker changes
    "mezzanine": 3,
    "chunk": 10,
    "sound": 3,
    "sound cut": 1,
    "video": 4,
    "fitted copy": 1,
    "still": 1,
    "wordless frame": 1,
    "cover": 1,
    "poster choice": 5,
    "poster": 1,
    "examination": 2,
}


def key_of(kind: str, parameters: Any) -> str:
    """The hash of a step: its kind, that kind's version, its parameters as canonical JSON, the ffmpeg build."""
    content = {"kind": kind, "version": VERSIONS[kind], "ffmpeg": ffmpeg.build(), "parameters": parameters}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and exact fractions: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if is_dataclass(value) and not isinstance(value, type):
        return {name: item for name, item in asdict(value).items() if not isinstance(item, Path)}
    if isinstance(value, Path):
        return value.name
    raise TypeError(f"{type(value).__name__} has no place in a step's parameters")
