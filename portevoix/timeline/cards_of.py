"""Which card a recipe or a job means: those that recipes name, and those of a job's points and chapters."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.timeline.cards import Announcement, AnyCard, Chapter, Closing, Notice, Point, Title

FULL_CARDS: dict[str, AnyCard] = {
    "title": Title(),
    "closing": Closing(),
    "notice": Notice(),
    "announcement": Announcement(),
}


def beside_picture(name: str | None) -> Notice | Announcement | None:
    """The card that a recipe names, where it may stand beside a picture."""
    card = FULL_CARDS.get(str(name))
    return card if isinstance(card, Notice | Announcement) else None


def full_card(name: str, bare: bool = False) -> AnyCard:
    """The card that a recipe names. `bare`: its words alone, where it can do without its ground."""
    return Announcement(bare=True) if bare and name == "announcement" else FULL_CARDS[name]


def point_card(job: Job, number: int) -> Point:
    """The card of a point. Points that are alone on the ground are counted, unless the chapters are."""
    point = job.points[number]
    chaptered = any(before.chapter for before in job.points[: number + 1])
    counted = len(job.points) > 1 and point.title and not point.picture and not chaptered
    return Point(number, over_picture=bool(point.picture), figure=f"{number + 1}" if counted else "")


def chapter_card(job: Job, number: int) -> Chapter:
    """The card of the chapter that begins with a point, with the chapter's own number."""
    chapters = sum(bool(point.chapter) for point in job.points[: number + 1])
    return Chapter("point", number, str(chapters))
