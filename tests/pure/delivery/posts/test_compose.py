"""What a job says beside its film, put together for each placement."""

from __future__ import annotations

from typing import Any

from portevoix.authoring.job import Job
from portevoix.authoring.placement import Placement
from portevoix.delivery.posts.compose import ComposedPost, compose_post, transcript_of
from portevoix.library import Library
from portevoix.timeline.cues import PlacedCue

POST: dict[str, Any] = {
    "text": {"fr": "Bonjour\n", "en": "Hello"},
    "hashtags": {"fr": ["#climat", "COP_31"]},
    "handles": {"x": ["@onu"]},
    "alt_text": {"fr": "Une carte"},
    "at": {"x": {"text": {"fr": "Court"}}, "youtube_shorts": {"title": {"fr": "Bref"}}},
}


def composed(placement: Placement | None, language: str = "fr", **post: Any) -> ComposedPost | None:
    job = Job.model_validate({"recipe": "alert", "title": {"fr": "Titre"}, "languages": ["fr"], "post": POST | post})
    return compose_post(job, language, placement)


def test_handles_and_hashtags_stand_below_the_text(library: Library) -> None:
    post = composed(library.placements["instagram_feed"])
    assert post and post.text == "Bonjour\n\n#climat #COP_31" and post.alt_text == "Une carte"
    post = composed(library.placements["x"])
    assert post and post.text == "Court\n\n@onu #climat #COP_31"


def test_a_story_has_no_text_and_only_some_places_have_a_title(library: Library) -> None:
    story = composed(library.placements["instagram_story"])
    assert story and (story.text, story.title, story.hashtags) == ("", "", ())
    assert [
        post.title for name in ("x", "youtube", "youtube_shorts") if (post := composed(library.placements[name]))
    ] == [
        "",
        "Titre",
        "Bref",
    ]


def test_a_language_of_which_nothing_is_said_has_no_post(library: Library) -> None:
    assert composed(None, "de") is None
    assert (post := composed(None, "en")) and post.text == "Hello"


def test_a_transcript_has_a_paragraph_for_each_speakers_turn() -> None:
    cues = [PlacedCue(0, 9, "Un\ndeux", 1, "Ana"), PlacedCue(9, 19, "trois", 2), PlacedCue(20, 30, "Oui", 3, "Bo")]
    assert transcript_of(cues) == "Ana: Un deux trois\n\nBo: Oui"
    assert transcript_of([]) == ""
