"""The post that a job gives: in every language of its audiences, for places that there are."""

from __future__ import annotations

from collections.abc import Iterable

from portevoix.authoring.job import Place
from portevoix.authoring.placement import Placement
from portevoix.authoring.post import Post
from portevoix.errors import suggestion
from portevoix.order.job_reading import JobReading
from portevoix.order.model import Audience


def check_post(reading: JobReading, audiences: Iterable[Audience]) -> None:
    """Fault any text missing in one of the receiving languages, and any unknown place or platform."""
    post, placements = reading.job.post, reading.library.placements
    if post is None:
        return
    platforms = {placement.platform for placement in placements.values()}
    for place, name, known in _names(post, platforms, {*placements, *platforms}):
        if name not in known:
            reading.fault(place, f"{name!r} is not known; {suggestion(name, known)}{reading.library.hint}")
    for key, missing in _missing(post, list(audiences), placements).items():
        reading.fault(("post", key), f"the post's {key.replace('_', ' ')} is missing in {', '.join(missing)}")


def _names(post: Post, platforms: set[str], places: set[str]) -> Iterable[tuple[Place, str, set[str]]]:
    yield from ((("post", "handles", name), name, platforms) for name in post.handles)
    yield from ((("post", "at", name), name, places) for name in post.at)


def _missing(post: Post, audiences: list[Audience], placements: dict[str, Placement]) -> dict[str, list[str]]:
    """By text: the languages that lack it, where others have it. Hashtags may differ by language, and a title too."""
    found: dict[str, list[str]] = {}
    for audience in audiences:
        placement = placements[audience.placement] if audience.placement else None
        texts = post.texts_at(audience.placement, placement.platform if placement else None)
        wanted = {"text": texts.text, "alt_text": texts.alt_text}
        if placement and not placement.takes_post_text:
            del wanted["text"]
        for key, said in wanted.items():
            if said and not said.get(audience.language, "").strip():
                found.setdefault(key, []).append(audience.language)
    return {key: list(dict.fromkeys(languages)) for key, languages in found.items()}
