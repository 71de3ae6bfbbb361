"""`post.json`: one post with all its words, how long they are, and the files that belong to it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from portevoix.authoring.language import Language
from portevoix.authoring.placement import Placement
from portevoix.delivery.checks.posts import COUNTED_IN
from portevoix.delivery.job import Labels
from portevoix.delivery.manifest import Delivery
from portevoix.delivery.posts.compose import ComposedPost
from portevoix.delivery.posts.counting import counted


def post_json(
    post: ComposedPost, labels: Labels, language: Language, placement: Placement | None, files: Iterable[Delivery]
) -> str:
    """The post as `docs/delivery.md` documents it: what does not change with the hour of its making."""
    content: dict[str, Any] = {
        "schema_version": 1,
        "account": labels.account,
        "placement": labels.placement,
        "platform": placement.platform if placement else None,
        "language": labels.language,
        "locale": language.locales.get(placement.platform, language.code) if placement else language.code,
        "direction": language.direction,
        "part": labels.part,
        **vars(post),
        "counted": _lengths(post, placement),
        "files": [{"name": PurePosixPath(f.path).name, "kind": f.kind, "sha256": f.sha256} for f in files],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _lengths(post: ComposedPost, placement: Placement | None) -> dict[str, dict[str, Any]]:
    unit = placement.post_counted_in if placement else "characters"
    limits = {
        "text": (unit, placement.max_post_characters if placement else None),
        "title": ("characters", placement.max_title_characters if placement else None),
        "alt_text": ("characters", placement.max_alt_text_characters if placement else None),
    }
    return {
        name: {"length": counted(getattr(post, name), unit), "unit": COUNTED_IN[unit], "limit": limit}
        for name, (unit, limit) in limits.items()
        if getattr(post, name)
    }
