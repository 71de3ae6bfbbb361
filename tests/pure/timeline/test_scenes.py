"""The recipe's scenes on frames."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_films import plain_film

from portevoix.authoring.job import Job
from portevoix.authoring.language import reading_seconds
from portevoix.authoring.recipe import Recipe
from portevoix.errors import InvalidInput
from portevoix.library import ROOT, Library
from portevoix.order import Order, accept
from portevoix.plan import make_plan
from portevoix.plan.artists import artist_of
from portevoix.produce import Selection, prepare
from portevoix.sources.probe import Source
from portevoix.store import Store
from portevoix.timeline.cards import Chapter, Headline, Opening, Point, Progress, TimedCard, Title
from portevoix.timeline.clips import shortened
from portevoix.timeline.model import Timeline
from portevoix.timeline.pictures import ClipPicture, DriftPicture, PhotoPicture, StingPicture
from portevoix.timeline.programme import UnplacedScene
from portevoix.timeline.scenes import lay_out
from portevoix.timeline.titles import titles_too_short
from portevoix.timeline.transitions import place

# The trailer is long; the others are planned in every language against what they were (tests/pure/plan/test_make.py).
ELSEWHERE = [ROOT / "examples" / name / "job.yaml" for name in ("trailer", "sintel", "notice")]
EXAMPLES = [
    path
    for path in sorted((ROOT / "examples").glob("*/*.yaml"))
    if path.parent.name != "house" and path not in ELSEWHERE
]
SELECTED = ("fr", "ar")  # one of each direction
SILENT = {"name": "x", "summary": "x", "inputs": {}, "scenes": [{"show": "clips"}], "sound": {"treatment": "silent"}}


def recipe(**more: object) -> Recipe:
    return Recipe.model_validate({**SILENT, **more})


def photos(*frames: int) -> list[UnplacedScene]:
    return [UnplacedScene(PhotoPicture(n, total=f), f, (TimedCard(0, f, Point(n)),)) for n, f in enumerate(frames)]


def one_language_in_each_format(order: Order) -> Order:
    """The languages in turn, both where there is one format alone."""
    formats = sorted({a.format for a in order.audiences})
    turns = {format: {SELECTED[number % 2]} for number, format in enumerate(formats)}
    wanted = turns if len(formats) > 1 else {format: set(SELECTED) for format in formats}
    return replace(order, audiences=tuple(a for a in order.audiences if a.language in wanted[a.format]))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_example_can_be_planned(library: Library, planned_store: Store, example: Path) -> None:
    order = one_language_in_each_format(accept(example, library, planned_store))
    plan = make_plan(order, artist_of(order, library, planned_store), planned_store, draft=True)
    assert plan.videos and order.notes is not None
    assert all(a.end_frame == b.first_frame for a, b in pairwise(plan.timeline.scenes))


@given(st.lists(st.integers(1, 400), min_size=1, max_size=12), st.integers(12, 2_000))
def test_clips_are_cut_to_one_length_and_the_short_ones_stay_whole(lengths: list[int], total: int) -> None:
    kept = shortened(lengths, total)
    assert sum(kept) <= max(total, 0) or kept == lengths
    assert all(k <= length for k, length in zip(kept, lengths, strict=True))
    cut = [k for k, length in zip(kept, lengths, strict=True) if k < length]
    assert not cut or max(cut) - min(cut) <= 1


def test_pictures_that_go_over_into_each_other_overlap_and_the_programme_has_no_gap() -> None:
    crossfade = recipe(join={"how": "crossfade", "duration_s": 0.4})
    placed = place(photos(100, 80, 90), crossfade, Fraction(25))
    scenes, cards = placed.scenes, placed.cards
    assert all(a.end_frame == b.first_frame for a, b in pairwise(scenes))
    assert scenes[-1].end_frame == 100 + 80 + 90 - 2 * 10
    assert [span.first_frame for span in placed.spans] == [0, 90, 160]
    ways = [(s.first_frame, s.frame_count, s.picture.number, s.into.number) for s in scenes if s.into]
    assert ways == [(90, 10, 0, 1), (160, 10, 1, 2)]
    # Nothing of a picture is skipped: after its way in, it goes on where the way left it.
    assert [s.picture.offset for s in scenes if not s.into] == [0, 10, 10]
    assert all(a.end_frame <= b.first_frame for a, b in pairwise(cards)), "the words of two pictures never show at once"


def test_a_picture_too_short_for_its_way_is_cut_to(library: Library) -> None:
    placed = place(photos(100, 12), recipe(join={"how": "dip", "duration_s": 0.4}), Fraction(25))
    assert [scene.into for scene in placed.scenes] == [None, None]


def test_a_point_stands_as_long_as_its_slowest_language_needs(library: Library) -> None:
    words = {"fr": "Une phrase " * 8, "zh-Hans": "一句很长的话" * 9}
    languages = {code: library.languages[code] for code in words}
    one, other = (
        lay_out(
            Job.model_validate({"recipe": "explainer", "languages": list(chosen), "points": [{"text": words}]}),
            library.recipes["explainer"],
            [],
            {code: languages[code] for code in chosen},
        )
        .scenes[0]
        .frame_count
        for chosen in (["fr"], ["fr", "zh-Hans"])
    )
    assert other > one


def test_an_explainers_title_comes_first_and_stands_until_its_slowest_language_is_read(library: Library) -> None:
    text = {"fr": "Une phrase.", "ar": "جملة."}
    languages = {code: library.languages[code] for code in text}
    long = {"fr": "Le patrimoine, les villes et tous ceux qui y vivent", "ar": "التراث والمدن"}

    def laid_out(**title: object) -> Timeline:
        given = {"recipe": "explainer", "languages": list(text), "points": [{"text": text}], **title}
        return lay_out(Job.model_validate(given), library.recipes["explainer"], [], languages)

    untitled, titled = laid_out(), laid_out(title=long)
    assert not any(isinstance(timed.card, Title) for timed in untitled.cards)
    assert [timed.card for timed in titled.cards if timed.first_frame == 0] == [Title()]
    stands_s = float(titled.scenes[0].frame_count / titled.fps)
    assert stands_s >= float(reading_seconds(long, languages)) > 3
    assert len(titled.scenes) == len(untitled.scenes) + 1


def test_an_explainers_title_is_missed_in_the_language_that_lacks_it(library: Library, tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text(
        "recipe: explainer\nlanguages: [fr, ar]\ntitle: {fr: Un titre}\npoints: [{text: {fr: Un, ar: واحد}}]\n", "utf-8"
    )
    with pytest.raises(InvalidInput, match=r"job\.yaml:3:1: the title is missing in ar"):
        accept(tmp_path / "job.yaml", library)


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


CLIPS = {"a.mp4": 8, "b.mp4": 4}


def laid(job: dict[str, object], recipe: Recipe, library: Library, stings: dict[str, int] | None = None) -> Timeline:
    asked = Job.model_validate({"recipe": "x", "languages": ["fr"], **job})
    files = [str(shot.file) for shot in asked.shots().values()] + ["b.mp4"] * len(stings or {})
    sources = [source_of(file, CLIPS[file]) for file in files]
    return lay_out(asked, recipe, sources, {"fr": library.languages["fr"]}, stings or {})


def source_of(name: str, seconds: int) -> Source:
    return plain_film(name, Fraction(seconds))


def test_a_cutaway_shows_another_picture_while_the_clip_is_heard_on(library: Library) -> None:
    cutaway = {"at": 3, "until": 5, "file": "b.mp4", "from": 1}
    clip = {"file": "a.mp4", "from": 1}
    timeline = laid({"clips": [{**clip, "cutaways": [cutaway]}]}, recipe(), library)
    assert [(s.first_frame, s.frame_count, s.picture.number) for s in timeline.scenes] == [
        (0, 50, 0),
        (50, 50, 1),
        (100, 75, 0),
    ]
    assert [s.picture.heard for s in timeline.scenes] == [0, 0, 0]
    voice = timeline.scenes[1].picture.voice
    assert voice and voice.offset == 50 and timeline.scenes[2].picture.offset == 100
    assert timeline.clips[0].frame_count == 175 and timeline.frames_of(1) == 50


def test_a_cutaway_changes_no_sample_of_the_sound(clip, store: Store, tmp_path: Path) -> None:
    clip("a.mp4", "testsrc2=s=320x180", seconds=4)
    clip("b.mp4", "color=c=red:s=320x180", seconds=4)
    job = tmp_path / "job.yaml"
    keys = []
    for cutaways in ("[]", "[{at: 1, until: 2.5, file: media/b.mp4}]"):
        job.write_text(
            f"recipe: event\ntitle: {{fr: Essai}}\nlanguages: [fr]\nclips:\n"
            f"  - {{file: media/a.mp4, cutaways: {cutaways}}}\n",
            "utf-8",
        )
        plan = prepare(job, store, Selection(formats=frozenset({"story"})))[-1]
        keys.append(([sound.key for sound in plan.sounds], [video.key for video in plan.videos]))
    assert keys[0][0] == keys[1][0] and keys[0][1] != keys[1][1]


@pytest.mark.parametrize(("heard", "number"), [(False, 0), (True, 1)])
def test_a_split_screen_hears_the_clip_that_its_author_says(library: Library, heard: bool, number: int) -> None:
    beside = {"file": "b.mp4", "heard": heard}
    (scene,) = laid({"clips": [{"file": "a.mp4", "to": 3, "beside": beside}]}, recipe(), library).scenes
    assert scene.picture.beside and scene.picture.beside.number == 1
    assert scene.picture.heard == number and scene.frame_count == 75


def test_names_and_titles_wait_until_the_programmes_title_has_gone(library: Library) -> None:
    titled = recipe(opening={"start_s": 0.4, "duration_s": 2}, titles={"start_s": 0.5, "duration_s": 3})
    clips = [{"file": "a.mp4", "title": {"fr": "Un"}}, {"file": "b.mp4", "title": {"fr": "Deux"}}]
    cards = {c.card: c for c in laid({"title": {"fr": "T"}, "clips": clips}, titled, library).cards}
    gone = cards[Opening()].end_frame
    assert cards[Chapter("clip", 0)].first_frame == gone + 4
    assert cards[Chapter("clip", 1)].first_frame == 200 + 13
    clips[0]["to"] = 3
    hurried = laid({"title": {"fr": "T"}, "clips": clips}, titled, library)
    (said,) = titles_too_short(hurried.cards, hurried.fps)
    assert "the title of clip 1 would stand for 0.4 s only" in said


def test_a_chapter_has_its_card_before_its_first_point_and_fills_no_progress(library: Library) -> None:
    points = [{"chapter": {"fr": "Un"}, "text": {"fr": "Mots"}}, {"text": {"fr": "Mots"}}]
    told = recipe(scenes=[{"show": "points"}], progress=True)
    cards = laid({"points": points}, told, library).cards
    assert [timed.card for timed in cards] == [
        Chapter("point", 0, "1"),
        Progress(0, 2),
        Point(0),
        Progress(1, 2),
        Point(1),
        Progress(2, 2),
    ]


def test_a_photo_stands_until_its_quotation_is_read(library: Library) -> None:
    quoting = recipe(scenes=[{"show": "picture"}], quote={"start_s": 0.6, "duration_s": 0})
    short, long = (
        laid({"picture": "a.jpg", "quote": {"fr": "Des mots " * n}}, quoting, library).frame_count for n in (2, 20)
    )
    assert short == 75 < long


def test_a_kits_stings_are_the_first_and_the_last_scene_and_nothing_stands_over_them(library: Library) -> None:
    scenes = [{"show": "sting", "sting": "opening"}, {"show": "clips"}, {"show": "sting", "sting": "closing"}]
    played = recipe(scenes=scenes, opening={"duration_s": 1}, headline=True)
    job = {"clips": [{"file": "a.mp4"}], "headline": {"fr": "Titre"}}
    timeline = laid(job, played, library, {"opening": 1, "closing": 2})
    assert [s.picture for s in timeline.scenes] == [StingPicture(1), ClipPicture(0), StingPicture(2)]
    assert timeline.cards == (TimedCard(100, 125, Opening()), TimedCard(125, 300, Headline()))
    without = laid(job, played, library)
    assert [s.picture for s in without.scenes] == [ClipPicture(0)], "a kit without stings has none"


def test_a_loop_drifts_there_and_back_in_its_own_length(library: Library) -> None:
    looped = recipe(scenes=[{"show": "card", "card": "announcement", "duration_s": 8, "loop": True}])
    timeline = laid({"title": {"fr": "Forum"}}, looped, library)
    (scene,) = timeline.scenes
    assert scene.picture == DriftPicture(200) and timeline.frame_count == 200


@pytest.mark.parametrize(
    ("clip_keys", "said"),
    [
        ("cutaways: [{at: 5, until: 9, file: media/b.mp4}]", r"from 5 to 9 s lies outside the part of media/a.mp4"),
        (
            "cutaways: [{at: 0, until: 3, file: media/b.mp4, from: 1}]",
            r"has 1\.00 s from its `from` on, but is seen for 3\.00 s",
        ),
        ("beside: {file: media/b.mp4}", r"has 2\.00 s from its `from` on, but is seen for 4\.00 s"),
        ("title: {fr: Un}", "recipe 'interview' shows no titles of clips"),
    ],
)
def test_what_cannot_be_seen_as_it_is_asked_is_refused(
    clip, library: Library, tmp_path: Path, clip_keys: str, said: str
) -> None:
    clip("a.mp4", "testsrc2=s=64x64", seconds=4)
    clip("b.mp4", "testsrc2=s=64x64", seconds=2)
    job = tmp_path / "job.yaml"
    job.write_text(f"recipe: interview\nlanguages: [fr]\nclips:\n  - {{file: media/a.mp4, {clip_keys}}}\n", "utf-8")
    with pytest.raises(InvalidInput, match=said):
        accept(job, library)
