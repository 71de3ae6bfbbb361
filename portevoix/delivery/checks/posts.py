"""A placement's limits for what is said beside a film or a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from portevoix.authoring.placement import Counting, Placement
from portevoix.delivery.checks.verdict import POSTS, Check, judged
from portevoix.delivery.posts.compose import ComposedPost
from portevoix.delivery.posts.counting import counted

COUNTED_IN: dict[Counting, str] = {
    "characters": "characters",
    "emoji_bytes": "characters, emoji by their bytes",
    "weighted": "weighted characters",
    "utf16": "UTF-16 units",
    "bytes": "bytes",
}


def post_checks(post: ComposedPost, placement: Placement) -> list[Check]:
    """Each limit that the placement publishes, with the length as the platform counts it."""
    return [
        replace(
            check,
            source=placement.source_of(rule).title,
            read_on=placement.source_of(rule).read_on.isoformat(),
            confidence=placement.source_of(rule).confidence,
        )
        for rule, check in _judged(post, placement)
    ]


def _judged(post: ComposedPost, placement: Placement) -> Iterator[tuple[str, Check]]:
    unit = placement.post_counted_in
    limits = (
        ("max_post_characters", "text", counted(post.text, unit), COUNTED_IN[unit], "shorten it"),
        ("max_title_characters", "title", counted(post.title, "characters"), "characters", "shorten it"),
        ("max_alt_text_characters", "alt text", counted(post.alt_text, "characters"), "characters", "shorten it"),
        ("max_hashtags", "hashtags", len(post.hashtags), "hashtags", "leave some out"),
    )
    for rule, name, value, of_what, remedy in limits:
        if (limit := getattr(placement, rule)) is not None:
            check = judged(f"{POSTS}{name}", value <= limit, f"{value:,} {of_what}", f"at most {limit:,}")
            shorter = f"{remedy} at {placement.name}, by {value - limit:,}"
            yield rule, check if check.verdict == "pass" else replace(check, remedy=shorter)
    if placement.takes_post_text and not post.text:
        missing = Check(f"{POSTS}text", "warn", "none", "a text", f"write one, or one under `at: {placement.name}`")
        yield "max_post_characters", missing
