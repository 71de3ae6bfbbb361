"""How loud a programme is from moment to moment, for the eye. A module that reads files with PyAV."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from portevoix.plan.model import RATE_HZ
from portevoix.store import Store

PEAKS_A_SECOND = 50
LOUDEST = 255


def waveform(sound: str, store: Store) -> list[int]:
    """The peak of each fiftieth of a second of a stored programme's sound, 0 to 255. Remembered. Raises StoreError."""
    key = f"waveform1-{sound}"
    if not store.has(key):
        with store.workplace():
            store.put(key, {}, {"peaks": _peaks(store.path(sound, ".aac"))})
    found: list[int] = store.facts(key)["peaks"]
    return found


def _peaks(sound: Path) -> list[int]:
    with av.open(str(sound), format="aac") as container:
        loud = [np.abs(frame.to_ndarray()).max(axis=0) for frame in container.decode(audio=0)]
    if not loud:
        return []
    each = RATE_HZ // PEAKS_A_SECOND
    whole = np.concatenate(loud)
    padded = np.pad(whole, (0, -len(whole) % each)).reshape(-1, each)
    return [int(peak) for peak in np.clip(padded.max(axis=1) * LOUDEST, 0, LOUDEST)]
