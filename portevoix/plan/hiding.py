"""What captions hide at many places at once: other words, faces, eyes and mouths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from portevoix.plan.faces import FREE, GLIMPSE, Box, SeenFace, enlarged, eyes_and_mouth

CLASH = 10.0  # what words over other words cost: more than any face
OFTEN = 2.0  # what words on somebody's eyes or mouth all the time cost, against a whole face that they hide otherwise

Shares = npt.NDArray[np.float64]


class Hidden:
    """What a caption would hide while these faces are `seen` and these `cards` stand."""

    def __init__(self, seen: Sequence[SeenFace], cards: Sequence[Box]) -> None:
        self._faces, self._cards = [face.box for face in seen], cards
        features = [face.features or eyes_and_mouth(face.box) for face in seen]
        self._parts = [part for parts in features for part in parts]
        self._looks = [_round(*parts) for parts in features]

    def at(self, boxes: Sequence[Box], air: float) -> list[tuple[float, float]]:
        """For each place, what the caption hides there: other words before all, then eyes and mouths, then what is
        between them. And in how many of the looks, 0 to 1, it hides eyes or a mouth, or stands nearer to them than the
        `air`, in pixels.
        """
        hidden, clash = (_shares(boxes, others).max(axis=1, initial=0) for others in (self._faces, self._cards))
        near = [enlarged(box, air) for box in boxes]
        mostly, often = _mean(self._over(boxes)), _mean(self._over(near) > GLIMPSE)
        mostly = mostly + _mean(_shares(boxes, self._looks))
        price = np.where(hidden > FREE, hidden, 0) + mostly + OFTEN * often + np.where(clash > 0, CLASH + clash, 0)
        return list(zip(price.tolist(), often.tolist(), strict=True))

    def _over(self, boxes: Sequence[Box]) -> Shares:
        """The larger part of each face's eyes or mouth that each box covers."""
        found: Shares = _shares(boxes, self._parts).reshape(len(boxes), len(self._faces), 2).max(axis=2)
        return found


def _round(eyes: Box, mouth: Box) -> Box:
    """The part of a face from its eyes to its mouth: words on a chin or a forehead hide less than on a nose."""
    edges = list(zip(eyes, mouth, strict=True))
    return min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3])


def _mean(found: npt.NDArray[np.generic]) -> Shares:
    return np.asarray(found.mean(axis=1) if found.shape[1] else np.zeros(len(found)))


def _shares(boxes: Sequence[Box], others: Sequence[Box]) -> Shares:
    """The part of each of the others (columns) that lies under each box (rows)."""
    one = np.array(boxes, np.float64).reshape(-1, 1, 4)
    other = np.array(others, np.float64).reshape(1, -1, 4)
    low, high = np.maximum(one[..., :2], other[..., :2]), np.minimum(one[..., 2:], other[..., 2:])
    under = np.clip(high - low, 0, None).prod(axis=2)
    whole = (other[..., 2:] - other[..., :2]).prod(axis=2)
    found: Shares = np.divide(under, whole, out=np.zeros_like(under), where=under > 0)
    return found
