"""The recipe's scenes on frames."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.authoring.job import Job
from portevoix.authoring.recipe import Recipe
from portevoix.errors import InvalidInput
from portevoix.laying import _placed, _shortened, _Stretch, lay_out
from portevoix.library import ROOT, Library
from portevoix.order import accept
from portevoix.produce import Selection, prepare
from portevoix.store import Store
from portevoix.timeline import Picture, Shown

EXAMPLES = [
    path for path in sorted((ROOT / "examples").glob("*/*.yaml")) if path.parent.name != "trailer"
]  # it is long
SILENT = {"name": "x", "summary": "x", "inputs": {}, "scenes": [{"show": "clips"}], "sound": {"treatment": "silent"}}


def recipe(**more: object) -> Recipe:
    return Recipe.model_validate({**SILENT, **more})


def stretches(*frames: int, kind: str = "photo") -> list[_Stretch]:
    return [_Stretch(Picture(kind, n, 0, f), f, [Shown(0, f, "point", str(n))]) for n, f in enumerate(frames)]  # type: ignore[arg-type]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_example_can_be_planned(store: Store, example: Path) -> None:
    order, plan = prepare(example, store, Selection(), draft=True)[1::2]
    assert plan.videos and order.notes is not None
    assert all(a.end_frame == b.first_frame for a, b in pairwise(plan.timeline.scenes))


@given(st.lists(st.integers(1, 400), min_size=1, max_size=12), st.integers(12, 2_000))
def test_clips_are_cut_to_one_length_and_the_short_ones_stay_whole(lengths: list[int], total: int) -> None:
    kept = _shortened(lengths, total)
    assert sum(kept) <= max(total, 0) or kept == lengths
    assert all(k <= length for k, length in zip(kept, lengths, strict=True))
    cut = [k for k, length in zip(kept, lengths, strict=True) if k < length]
    assert not cut or max(cut) - min(cut) <= 1


def test_pictures_that_go_over_into_each_other_overlap_and_the_programme_has_no_gap() -> None:
    crossfade = recipe(join={"how": "crossfade", "duration_s": 0.4})
    scenes, starts, cards = _placed(stretches(100, 80, 90), crossfade, Fraction(25))
    assert all(a.end_frame == b.first_frame for a, b in pairwise(scenes))
    assert scenes[-1].end_frame == 100 + 80 + 90 - 2 * 10
    assert starts == [0, 90, 160]
    ways = [(s.first_frame, s.frame_count, s.picture.number, s.into.number) for s in scenes if s.into]
    assert ways == [(90, 10, 0, 1), (160, 10, 1, 2)]
    # Nothing of a picture is skipped: after its way in, it goes on where the way left it.
    assert [s.picture.offset for s in scenes if not s.into] == [0, 10, 10]
    assert all(a.end_frame <= b.first_frame for a, b in pairwise(cards)), "the words of two pictures never show at once"


def test_a_picture_too_short_for_its_way_is_cut_to(library: Library) -> None:
    scenes, *_ = _placed(stretches(100, 12), recipe(join={"how": "dip", "duration_s": 0.4}), Fraction(25))
    assert [scene.into for scene in scenes] == [None, None]


def test_a_point_stands_as_long_as_its_slowest_language_needs(library: Library) -> None:
    words = {"fr": "Une phrase " * 8, "zh-Hans": "一句很长的话" * 9}
    languages = {code: library.languages[code] for code in words}
    one, other = (
        lay_out(
            Job.model_validate({"recipe": "explainer", "languages": list(chosen), "points": [{"text": words}]}),
            library.recipes["explainer"], [], {code: languages[code] for code in chosen},
        ).scenes[0].frame_count
        for chosen in (["fr"], ["fr", "zh-Hans"])
    )  # fmt: skip
    assert other > one


def test_a_recipe_says_what_it_needs_and_what_it_has_no_use_for(library: Library, tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text(
        "recipe: announcement\nlanguages: [fr]\ntitle: {fr: Forum}\nquote: {fr: Non}\n", "utf-8"
    )
    with pytest.raises(InvalidInput) as raised:
        accept(tmp_path / "job.yaml", library)
    said = str(raised.value)
    assert "job.yaml:4:1: recipe 'announcement' has no use for `quote`" in said
    assert "names no `details`; recipe 'announcement' needs it" in said


def test_a_claim_that_goes_before_its_answer_is_read_is_refused(library: Library, tmp_path: Path) -> None:
    text = (ROOT / "examples" / "sintel" / "correction.yaml").read_text("utf-8").replace("0:27.5", "0:22")
    job = tmp_path / "correction.yaml"
    job.write_text(text, "utf-8")
    (tmp_path / "media").symlink_to(ROOT / "examples" / "sintel" / "media")
    with pytest.raises(InvalidInput, match=r"claim 1 stands 2\.5 s; to be read with its answer it needs"):
        accept(job, library)
