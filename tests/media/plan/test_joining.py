"""A job in several brand kits: one plan, in which what they share stands once."""

from pathlib import Path

import pytest

from portevoix.errors import InvalidInput
from portevoix.library import Library
from portevoix.order import Order, accept
from portevoix.plan import Plan, make_plan
from portevoix.plan.artists import artist_of
from portevoix.produce import Selection, select
from portevoix.store import Store

JOB = """\
recipe: interview
title: {fr: "Essai"}
clips:
  - file: media/a.mp4
scripts: {fr: scripts/fr.vtt}
accounts: [ministere, ambassade_valdore]
"""


@pytest.fixture
def job(clip, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    clip("a.mp4", "testsrc2=s=320x180", seconds=4)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "fr.vtt").write_text("WEBVTT\n\n00:02.500 --> 00:03.800\nBonjour.\n", "utf-8")
    (tmp_path / "job.yaml").write_text(JOB, "utf-8")
    return tmp_path / "job.yaml"


def planned(job: Path, library: Library, store: Store) -> tuple[Order, Plan]:
    """In one format, which both accounts have."""
    order = select(accept(job, library, store), Selection(formats=frozenset({"story"})))
    return order, make_plan(order, artist_of(order, library, store), store, reviewed=False)


def test_an_embassy_and_its_ministry_share_all_that_bears_no_name(job: Path, library: Library, store: Store) -> None:
    order, plan = planned(job, library, store)
    assert order.kits == ("aster", "aster_valdora")
    assert len(plan.sounds) == 1
    assert [product.audience for product in plan.products] == list(order.audiences)
    stories = {p.audience.account: p.video for p in plan.products if p.audience.placement == "instagram_story"}
    ministry, embassy = stories["ministere"], stories["ambassade_valdore"]
    alike = [one == other for one, other in zip(ministry.chunks, embassy.chunks, strict=True)]
    assert not alike[-1]  # the closing card has the name
    assert alike[0]  # the title under the same logo; the closing card begins over the second
    keys = [step.key for batch in plan.batches for step in batch.steps]
    assert len(keys) == len(set(keys))
    footage = [batch.chunk.first_frame for batch in plan.batches if batch.clean]
    assert len(footage) == len(set(footage))
    assert {key for video in plan.videos for key in video.chunks} <= set(keys)


def test_formats_beside_accounts_are_in_their_languages_and_their_looks(job: Path, library: Library) -> None:
    job.write_text(JOB.replace("[ministere, ambassade_valdore]", "[ambassade_valdore]\nformats: [portrait]"), "utf-8")
    (more,) = [audience for audience in accept(job, library).audiences if audience.account is None]
    assert (more.language, more.format, more.kit) == ("fr", "portrait", "aster_valdora")


def test_kits_with_other_stings_cannot_share_a_programme(job: Path, library: Library, store: Store) -> None:
    with_stings = next(name for name, one in library.recipes.items() if any(scene.sting for scene in one.scenes))
    text = JOB.replace("recipe: interview", f"recipe: {with_stings}").replace("ambassade_valdore", "rivage")
    job.write_text(text, "utf-8")
    with pytest.raises(InvalidInput) as caught:
        accept(job, library, store)
    assert any("rivage has others than aster" in str(fault) for fault in caught.value.faults)
