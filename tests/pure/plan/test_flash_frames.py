"""A moment of another shot at the edge of a clip is found."""

from __future__ import annotations

import pytest
from marked_faces import MarkedFaces, context_of

from portevoix.drawing.artist import Artist
from portevoix.library import Library
from portevoix.plan.flash_frames import flash_frames


@pytest.mark.parametrize(
    ("shots", "found"),
    [
        ((3,), ["clip 1 shows another shot in its first 0.12 s, at 00:00:00.000; begin it later"]),
        ((297,), ["clip 1 shows another shot in its last 0.12 s, at 00:00:11.880; end it earlier"]),
        (
            (5, 150, 295),
            ["clip 1 shows another shot in its first 0.20 s", "clip 1 shows another shot in its last 0.20 s"],
        ),
        ((6, 150, 294), []),
        ((), []),
    ],
)
def test_a_clip_that_shows_another_shot_for_a_moment_is_named_with_what_to_do(
    library: Library, artist: Artist, shots: tuple[int, ...], found: list[str]
) -> None:
    context = context_of(library, artist, "wide", ())
    assert isinstance(context.faces, MarkedFaces)
    context.faces.shots = shots
    told = flash_frames(context)
    assert [one.message[: len(said)] for one, said in zip(told, found, strict=True)] == found
    assert {one.rule for one in told} <= {"flash frame"}
