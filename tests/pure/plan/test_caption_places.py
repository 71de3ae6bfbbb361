"""A caption that hides somebody at each of its places changes its place at a cut, once at most."""

from __future__ import annotations

import pytest
from marked_faces import MarkedFaces, clear, context_of

from portevoix.drawing.artist import Artist
from portevoix.library import Library
from portevoix.plan.faces import FREE, GLIMPSE, over_eyes_or_mouth, share
from portevoix.plan.overlays import overlays_of
from portevoix.plan.variant import Overlay, OverlayContext
from portevoix.timeline.cues import PlacedCue

LOW, HIGH = (0.05, 0.44, 0.95, 1.0), (0.05, -0.06, 0.95, 0.56)  # faces that leave captions one half alone
SAID = {"fr": "Je suis seule du plus loin que je me souvienne.", "ar": "أنا وحيدة منذ زمن بعيد لا أذكر بدايته."}


def captions(context: OverlayContext) -> list[Overlay]:
    return [one for one in overlays_of(context) if one.card is None]


def placed(context: OverlayContext) -> list[tuple[int, int, bool]]:
    """When captions stand, and whether at the foot; a change of the drawing at one place is none."""
    found: list[tuple[int, int, bool]] = []
    for one in captions(context):
        foot = one.drawn.box[1] > context.canvas.height / 2
        if found and found[-1][2] == foot and found[-1][1] == one.first_frame:
            found[-1] = found[-1][0], one.end_frame, foot
        else:
            found.append((one.first_frame, one.end_frame, foot))
    return found


def told(
    library: Library, artist: Artist, frame: str, code: str, cut: int, *faces: tuple[int, int, tuple[float, ...]]
) -> OverlayContext:
    cue = PlacedCue(0, 100, SAID[code], 1)
    context = context_of(library, artist, frame, (), *faces, code=code, cues=(cue,))
    assert isinstance(context.faces, MarkedFaces)
    context.faces.shots = (cut,)
    return context


@pytest.mark.parametrize("code", SAID)
@pytest.mark.parametrize("frame", ["wide", "square", "portrait", "story"])
def test_a_caption_that_is_free_at_no_place_all_the_time_changes_it_at_the_cut(
    library: Library, artist: Artist, frame: str, code: str
) -> None:
    context = told(library, artist, frame, code, 40, (0, 40, LOW), (40, 100, HIGH))
    assert clear(context)
    assert placed(context) == [(0, 40, False), (40, 100, True)]


@pytest.mark.parametrize("frame", ["wide", "story"])
@pytest.mark.parametrize(
    ("cut", "faces"),
    [
        (40, [(0, 100, LOW)]),  # the other place is free all the time
        (10, [(0, 10, LOW), (10, 100, HIGH)]),  # too short to be read before the cut
        (90, [(0, 90, LOW), (90, 100, HIGH)]),  # or after it
        (200, [(0, 60, LOW), (60, 100, HIGH)]),  # somebody moves: nothing jumps within a shot
        (40, [(0, 100, LOW), (0, 100, HIGH)]),  # no place is free on either side
    ],
)
def test_a_caption_stays_where_a_change_would_not_help(
    library: Library, artist: Artist, frame: str, cut: int, faces: list[tuple[int, int, tuple[float, ...]]]
) -> None:
    assert len(placed(told(library, artist, frame, "fr", cut, *faces))) == 1


@pytest.mark.parametrize("code", SAID)
@pytest.mark.parametrize(("left", "right"), [(0.02, 0.5), (0.5, 0.98)])
def test_a_caption_stands_aside_of_a_face_that_moves_through_both_of_its_places(
    library: Library, artist: Artist, code: str, left: float, right: float
) -> None:
    faces = [(first, end, (left, face[1], right, face[3])) for first, end, face in ((0, 60, LOW), (60, 100, HIGH))]
    context = told(library, artist, "wide", code, 200, *faces)
    assert clear(context)
    assert len({one.drawn.box for one in captions(context)}) == 1


def test_a_caption_that_stands_aside_meets_no_card_and_no_logo(library: Library, artist: Artist) -> None:
    context = told(library, artist, "story", "fr", 200, (0, 60, LOW), (60, 100, HIGH))
    boxes = [one.drawn.box for one in overlays_of(context) if one.card and any(one.drawn.box)]
    assert boxes and not any(share(one.drawn.box, box) for one in captions(context) for box in boxes)


def test_a_caption_has_a_line_less_at_once_where_all_of_them_would_hide_somebody(
    library: Library, artist: Artist
) -> None:
    faces = [(0, 100, (0.02, low - 0.5, 0.98, low)) for low in (0.75, 0.65, 0.55, 0.45, 0.35)]  # the foot alone is free
    text = "Plus de quinze pour cent des gens naviguent sur le web avec le clavier seul."
    context = context_of(library, artist, "story", (), *faces, cues=(PlacedCue(0, 100, text, 1),))
    assert context.faces
    seen = context.faces.seen(context.canvas, 0, 100)
    shown = captions(context)
    assert len(artist.cues(text, library.languages["fr"], context.canvas, "here")) == 1 < len(shown)
    assert not any(over_eyes_or_mouth(one.drawn.box, seen) for one in shown)
    assert [one.end_frame for one in shown[:-1]] == [one.first_frame for one in shown[1:]]
    assert all(one.end_frame - one.first_frame >= 25 for one in shown)


def test_a_caption_that_its_file_has_at_the_top_stays_there(library: Library, artist: Artist) -> None:
    cue = PlacedCue(0, 100, SAID["fr"], 1, top=True)
    context = context_of(library, artist, "story", (), (0, 40, HIGH), (40, 100, LOW), cues=(cue,))
    assert isinstance(context.faces, MarkedFaces)
    context.faces.shots = (40,)
    assert placed(context) == [(0, 100, False)]


def test_a_caption_leaves_a_chin_for_a_free_place_beside_it(library: Library, artist: Artist) -> None:
    alone = told(library, artist, "wide", "ar", 200)
    box, height = captions(alone)[0].drawn.box, alone.canvas.height
    chin, side = (box[1] + 60) / height, (box[0] + 600) / alone.canvas.width
    context = told(library, artist, "wide", "ar", 200, (0, 100, (side, chin - 0.6, side + 0.2, chin)))
    assert context.faces
    seen = context.faces.seen(context.canvas, 0, 100)
    assert share(box, seen[0].box) > FREE and not over_eyes_or_mouth(box, seen) > GLIMPSE
    assert not any(share(one.drawn.box, seen[0].box) > FREE for one in captions(context))
