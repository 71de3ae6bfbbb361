"""Cues on the programme's frames."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from portevoix.authoring.job import Job
from portevoix.captions.cue import Cue
from portevoix.timeline.cues import place_cues
from portevoix.timeline.model import Span, Timeline

FPS = Fraction(25)


def cue(start_s: int, end_s: int, line: int) -> Cue:
    return Cue(Fraction(start_s), Fraction(end_s), f"line {line}", line)


def two_clips(*used: tuple[int, int]) -> tuple[Timeline, Job]:
    """A programme of two clips' parts, in seconds, end to end."""
    clips = [{"file": f"{n}.mp4", "from": start, "to": end} for n, (start, end) in enumerate(used)]
    job = Job.model_validate({"recipe": "interview", "clips": clips, "languages": ["fr"]})
    edges = [0, *(sum(end - start for start, end in used[: n + 1]) * 25 for n in range(len(used)))]
    spans = tuple(Span(first, last - first) for first, last in pairwise(edges))
    return Timeline(FPS, (), (), (Fraction(1),) * len(used), spans), job


def test_a_note_names_the_script_of_the_clip_that_its_cue_belongs_to() -> None:
    timeline, job = two_clips((0, 4), (2, 6))
    placed = place_cues(timeline, job, [(cue(3, 5, 2),), (cue(0, 1, 2), cue(5, 7, 6))], ["a.srt", "b.srt"])
    assert [note.split(": ")[0] for note in placed.notes] == ["a.srt:2", "b.srt:2", "b.srt:6"]
    assert [(one.first_frame, one.end_frame) for one in placed.cues] == [(75, 100), (175, 200)]
    assert "left out" in placed.notes[1] and "cut at the edge" in placed.notes[2]


def test_clips_that_share_a_script_leave_out_only_what_none_of_them_shows() -> None:
    timeline, job = two_clips((0, 4), (4, 8))
    script = (cue(1, 2, 2), cue(5, 6, 6), cue(9, 10, 10))
    placed = place_cues(timeline, job, [script, script], ["a.srt", "a.srt"])
    assert [one.line for one in placed.cues] == [2, 6]
    assert [note.split(": ")[0] for note in placed.notes] == ["a.srt:10"]


def test_cues_in_a_row_that_are_left_out_are_told_and_counted_together() -> None:
    timeline, job = two_clips((4, 8))
    script = (*(cue(n, n + 1, n) for n in range(4)), cue(5, 6, 5), cue(9, 10, 9))
    assert place_cues(timeline, job, [script], ["a.srt"]).notes == (
        "a.srt:0: 4 cues, from 'line 0' to 'line 3', lie outside the part that is used; left out",
        "a.srt:9: cue 'line 9' lies outside the part that is used; left out",
    )
