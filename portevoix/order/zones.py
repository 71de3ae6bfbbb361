"""What an account's stories keep free of words: one zone for all placements that show the same file."""

from __future__ import annotations

from collections.abc import Mapping

from portevoix.authoring.account import Account
from portevoix.authoring.placement import STORY_ZONE, Margins, Placement


def shared_zone(account: Account, placements: Mapping[str, Placement]) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom that no story of the account puts words in; None: those that every story has.

    A story that is also a reel keeps free what either of them covers, so that both are one file.
    """
    stories = [placements[name] for name in account.placements if _is_story(account, placements[name])]
    zones = [zone for zone in (_zone(account, placement) for placement in stories) if zone]
    strict = account.safe_zone == "strict"
    zone = _union(zones if strict else [*zones, STORY_ZONE])
    if zone is None or (zone == STORY_ZONE and not strict):
        return None
    return zone.left, zone.top, zone.right, zone.bottom


def _is_story(account: Account, placement: Placement) -> bool:
    return account.formats.get(placement.name, placement.formats[0]) == "story"


def _zone(account: Account, placement: Placement) -> Margins | None:
    return placement.safe_zone_strict if account.safe_zone == "strict" else placement.safe_zone


def _union(zones: list[Margins]) -> Margins | None:
    if not zones:
        return None
    return Margins(
        top=max(zone.top for zone in zones),
        bottom=max(zone.bottom for zone in zones),
        left=max(zone.left for zone in zones),
        right=max(zone.right for zone in zones),
    )
