"""The camera's path: calm, bounded, the same in ffmpeg's words, correctable by hand."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from plain_films import plain_film

from portevoix.errors import InvalidInput
from portevoix.framing.path import CameraPath, Key, ShotPath, pane_of, still, window_of
from portevoix.framing.path_expressions import x_expression
from portevoix.framing.path_file import as_text, read_path, write_path
from portevoix.framing.shot_path import LARGEST_ACCELERATION, LARGEST_SPEED, shot_path
from portevoix.framing.tracks import Sighting, Track, people
from portevoix.sources.probe import Source

WIDE = 16 / 9
STORY_OF_WIDE = window_of((1920, 1080), (1080, 1920))


def seen(second: float, x: float, width: float = 0.15, y: float = 0.3) -> Sighting:
    return Sighting(Fraction(second), x, y, width, 0.9)


def path_of(*xs: float, rate: int = 2) -> ShotPath:
    track = Track(tuple(seen(n / rate, x) for n, x in enumerate(xs)))
    return shot_path(Fraction(0), Fraction(len(xs), rate), [track], WIDE)


def source(digest: str = "a" * 64) -> Source:
    return plain_film(digest, Fraction(10), Fraction(24), (1280, 720))


WALKS = {
    "across": [0.1 + 0.8 * n / 19 for n in range(20)],
    "there and back": [0.2] * 8 + [0.8] * 8 + [0.2] * 8,
    "a short shot": [0.2, 0.5, 0.8],
    "restless": [0.5 + 0.2 * (-1) ** (n // 3) for n in range(24)],
}


@pytest.mark.parametrize("xs", WALKS.values(), ids=WALKS)
def test_the_camera_never_moves_faster_nor_starts_harder_than_it_says(xs: list[float]) -> None:
    shot, step = path_of(*xs), 1 / 100
    way = [shot.at(n * step)[0] for n in range(round(float(shot.end_s) / step))]
    speed = [(b - a) / step for a, b in pairwise(way)]
    assert max(map(abs, speed)) <= LARGEST_SPEED * 1.001
    # A smoothstep begins and ends with its largest acceleration: one step of time reaches it, none passes it.
    assert max(abs(b - a) / step for a, b in pairwise(speed)) <= LARGEST_ACCELERATION * 1.001


def test_a_face_that_moves_within_the_dead_zone_moves_no_camera() -> None:
    assert len(path_of(0.5, 0.55, 0.45, 0.52, 0.48, 0.5).keys) == 1


def test_one_sighting_gone_astray_moves_no_camera() -> None:
    assert path_of(0.3, 0.3, 0.3, 0.9, 0.3, 0.3, 0.3) == path_of(*[0.3] * 7)


def test_a_walk_across_is_one_pan_that_keeps_the_face() -> None:
    xs = WALKS["across"]
    shot = path_of(*xs)
    assert len(shot.keys) == 2
    assert all(abs(shot.at(n / 2)[0] - x) <= 0.3 * STORY_OF_WIDE[0] for n, x in enumerate(xs))


def test_a_person_who_moves_to_another_place_is_followed_there_and_back() -> None:
    shot = path_of(*WALKS["there and back"])
    assert [round(shot.at(second)[0], 2) for second in (1, 6, 11)] == [0.2, 0.8, 0.2]


@pytest.mark.parametrize("distance, verdict", [(0.1, "follow"), (0.6, "apart")])
def test_two_people_are_apart_where_no_story_holds_both(distance: float, verdict: str) -> None:
    two = [Track(tuple(seen(n, x) for n in range(5))) for x in (0.2, 0.2 + distance)]
    shot = shot_path(Fraction(0), Fraction(5), two, WIDE)
    assert shot.verdict == verdict
    assert [round(x, 2) for x, _ in shot.people] == ([0.2, 0.8] if verdict == "apart" else [])


def test_two_people_side_by_side_are_both_held() -> None:
    two = [Track(tuple(seen(n, x) for n in range(5))) for x in (0.4, 0.55)]
    shot = shot_path(Fraction(0), Fraction(5), two, WIDE)
    assert shot.at(2)[0] == pytest.approx(0.475)


def test_somebody_small_in_the_background_moves_nothing() -> None:
    speaker = Track(tuple(seen(n, 0.3) for n in range(5)))
    behind = Track(tuple(seen(n, 0.7, width=0.06) for n in range(5)))
    assert shot_path(Fraction(0), Fraction(5), [speaker, behind], WIDE) == path_of(*[0.3] * 5, rate=1)


def test_two_people_apart_in_a_story_are_together_in_a_frame_that_holds_both() -> None:
    two = ((0.2, 0.3), (0.6, 0.4))
    path = CameraPath((ShotPath(Fraction(0), Fraction(5), "apart", (Key(0, 0.2, 0.3),), two),))
    assert path.within(STORY_OF_WIDE).shots[0].verdict == "apart"
    (wide,) = path.within((0.8, 1.0)).shots
    assert (wide.verdict, wide.at(1)) == ("follow", (0.4, 0.5))


@pytest.mark.parametrize(
    "frame, distance, panes",
    [((1080, 1920), 0.5, "stack"), ((1080, 1920), 0.3, "beside"), ((1080, 1080), 0.5, "beside")],
)
def test_no_pane_shows_the_other_face_too(frame: tuple[int, int], distance: float, panes: str) -> None:
    people = ((0.2, 0.3), (0.2 + distance, 0.3))
    assert pane_of(people, (1920, 1080), frame) == panes
    width, height = frame
    shown = window_of((1920, 1080), (width, height // 2) if panes == "stack" else (width // 2, height))[0]
    assert distance > shown / 2


def test_nobody_is_a_verdict_and_not_a_guess() -> None:
    assert shot_path(Fraction(0), Fraction(5), [], WIDE).verdict == "nobody"


def test_who_passes_by_a_person_does_not_part_the_picture() -> None:
    stays = Track(tuple(seen(n, 0.2) for n in range(10)))
    passes = Track(tuple(seen(n, 0.8) for n in range(4)))
    assert shot_path(Fraction(0), Fraction(10), [stays, passes], WIDE).verdict == "follow"


def test_a_turn_too_quick_for_a_calm_camera_is_waited_out_where_the_face_stays_longest() -> None:
    shot = path_of(0.07, 0.3, 0.36, 0.37, 0.35, 0.36, rate=5)
    assert len(shot.keys) == 1
    assert abs(shot.at(1)[0] - 0.35) < 0.05


def test_who_leans_in_and_stays_is_met_by_one_short_pan() -> None:
    shot = path_of(0.76, 0.73, 0.7, 0.67, *[0.65] * 16, rate=5)
    assert len(shot.keys) == 2
    assert abs(shot.at(3)[0] - 0.65) < 0.02


def test_what_is_seen_in_passing_is_no_person() -> None:
    assert people([[seen(n / 5, 0.3)] if n in (3, 4, 5) else [] for n in range(20)]) == []
    assert len(people([[seen(n / 5, 0.3)] for n in range(20)])) == 1


def test_somebody_who_is_there_for_two_seconds_of_a_long_shot_is_a_person() -> None:
    assert len(people([[seen(n / 5, 0.3)] if n < 11 else [] for n in range(200)])) == 1


def test_the_person_to_keep_is_the_largest_and_longest_seen() -> None:
    looks = [[seen(n, 0.2, 0.1), seen(n, 0.7, 0.18), seen(n, 0.45, 0.03, y=0.9)] for n in range(8)]
    assert [round(track.x, 1) for track in people(looks)] == [0.7, 0.2]


def test_two_faces_that_stand_side_by_side_stay_two_tracks() -> None:
    found = people([[seen(n / 5, 0.4), seen(n / 5, 0.52)] for n in range(20)])
    assert sorted(round(track.x, 2) for track in found) == [0.4, 0.52]


def test_a_window_never_reaches_over_the_edge() -> None:
    path = still(Fraction(0), Fraction(5), 0.02, 0.99).within((0.3, 1.0))
    assert path.shots[0].at(2) == (0.15, 0.5)


def test_a_face_stands_a_little_above_the_middle_of_a_window_lower_than_the_picture() -> None:
    path = still(Fraction(0), Fraction(5), 0.5, 0.3).within((1.0, 0.4))
    assert path.shots[0].at(2) == (0.5, pytest.approx(0.34))


@pytest.mark.parametrize(
    "frame, window", [((1080, 1920), (0.3164, 1)), ((1080, 1080), (0.5625, 1)), ((1920, 800), (1, 0.7407))]
)
def test_a_window_is_the_part_of_the_picture_that_a_frame_shows(
    frame: tuple[int, int], window: tuple[float, float]
) -> None:
    assert window_of((1920, 1080), frame) == pytest.approx(window, abs=1e-4)


def test_a_chunk_says_only_what_moves_in_it() -> None:
    shot = ShotPath(Fraction(0), Fraction(20), "follow", (Key(4, 0.2, 0.5), Key(6, 0.8, 0.5)))
    path = CameraPath((shot,))
    assert x_expression(path, Fraction(0), Fraction(24), 48) == "0.200000"
    assert x_expression(path, Fraction(8), Fraction(24), 48) == "0.800000"
    assert len(x_expression(path, Fraction(4), Fraction(24), 48)) < 120


def test_a_path_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    shots = (
        ShotPath(Fraction(0), Fraction(5, 2), "follow", (Key(0.5, 0.2, 0.4), Key(2, 0.75, 0.4))),
        ShotPath(Fraction(5, 2), Fraction(6), "apart", (Key(2.5, 0.2, 0.3),), ((0.2, 0.3), (0.8, 0.35))),
        ShotPath(Fraction(6), Fraction(10), "nobody", (Key(6, 0.5, 0.5),)),
    )
    write_path(CameraPath(shots), source(), tmp_path / "minister.path.yaml")
    assert read_path(tmp_path / "minister.path.yaml", source()) == CameraPath(shots)
    assert [file.name for file in tmp_path.iterdir()] == ["minister.path.yaml"]


@pytest.mark.parametrize(
    "before, after, place, words",
    [
        ("x: 0.200", "x: 1.5", ":11:", "less than or equal to 1 (it is 1.5)"),
        (
            "from: 00:00:02.500",
            "from: 00:00:03",
            ":13:5:",
            "from: 00:00:03.000 is not where the shot before it ends (00:00:02.500)",
        ),
        ("to: 00:00:10.000", "to: 0:02", ":14:5:", "to: 00:00:02.000 is not after `from` (00:00:02.500)"),
        ("at: 00:00:02.000", "at: 0.5", ":12:", "at: 00:00:00.500 is not after the point before it"),
        ("person: nobody", "person: apart", ":15:5:", "apart needs two `people`, not 0"),
        ("person: nobody", "person: none", ":15:5:", "choose 'follow', 'nobody' or 'apart'"),
        ("clip: a", "clip: b", ":5:1:", "the path was made for another clip"),
    ],
)
def test_a_mistake_in_a_path_file_has_its_line(tmp_path: Path, before: str, after: str, place: str, words: str) -> None:
    path = CameraPath(
        (
            ShotPath(Fraction(0), Fraction(5, 2), "follow", (Key(0.5, 0.2, 0.4), Key(2, 0.75, 0.4))),
            ShotPath(Fraction(5, 2), Fraction(10), "nobody", (Key(2.5, 0.5, 0.5),)),
        )
    )
    text = as_text(path, source())
    assert before in text
    (tmp_path / "p.yaml").write_text(text.replace(before, after))
    with pytest.raises(InvalidInput) as caught:
        read_path(tmp_path / "p.yaml", source(), Path("p.yaml"))
    assert f"p.yaml{place}" in str(caught.value)
    assert words in str(caught.value)
