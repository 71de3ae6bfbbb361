"""What a subtitler finds in a job that was planned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from portevoix.library import ROOT, Library
from portevoix.order import accept
from portevoix.plan import placed
from portevoix.plan.artists import artist_of
from portevoix.plan.review import known_changes
from portevoix.store import Store


def test_a_planned_jobs_captions_are_looked_at_without_the_cuts_that_nobody_has_any_more(
    library: Library, planned_store: Store, store: Store
) -> None:
    order = accept(ROOT / "examples" / "sintel" / "subtitles.yaml", library, planned_store)
    timeline, _ = placed(order, planned_store)
    gone = replace(order, sources=tuple(replace(source, path=Path("gone.mp4")) for source in order.sources))
    assert known_changes(gone, timeline, artist_of(gone, library, store)) == []
