"""What is said beside each film: the texts of a job's posts, to be copied into a platform's own form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from portevoix.delivery.manifest import Delivery
from service.deliveries import find_file
from service.http.desk.texts import Texts
from service.ledger import JobEntry

POST = "post"  # the kind of the file that has a post's texts


@dataclass(frozen=True)
class PostText:
    """One text of a post. `id`: within the page."""

    id: str
    label: str
    text: str


@dataclass(frozen=True)
class PlacementPost:
    """The texts of one placement in one language."""

    account: str | None
    placement: str | None
    language: str
    part: int | None
    texts: tuple[PostText, ...]


def posts_of(deliveries: Path, job: JobEntry, files: Sequence[Delivery], texts: Texts) -> list[PlacementPost]:
    """The posts among the finished files of a job; those whose files this machine lacks are left out."""
    return list(_read(deliveries, job, files, texts))


def _read(deliveries: Path, job: JobEntry, files: Sequence[Delivery], texts: Texts) -> Iterator[PlacementPost]:
    labels = {
        "text": texts.gettext("Post"),
        "title": texts.gettext("Title"),
        "alt_text": texts.gettext("Alt text"),
        "transcript": texts.gettext("Transcript"),
    }
    for number, file in enumerate(file for file in files if file.kind == POST):
        try:
            said = json.loads(find_file(deliveries, job.id, job.round, file).read_text("utf-8"))
        except FileNotFoundError:
            continue
        own = (PostText(f"post-{number}-{name}", label, said[name]) for name, label in labels.items() if said[name])
        yield PlacementPost(file.account, file.placement, file.language, file.part, tuple(own))
