"""`make chaos` in its short form: what it does is survived, and what it looks for would be found."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from proxy import Proxy
from s3 import Swift

from portevoix.library import ROOT
from service.deliveries import delivered_to
from service.ledger.database import writing
from service.ledger.tables import deliveries, events, jobs, outbox, releases

if TYPE_CHECKING:
    from chaos_deployment import Deployment
    from chaos_jobs import Desk
    from servers import Server

# What lies in benchmarks/ is imported by the tests themselves: it imports `servers`, which pytest wants to see first.
pytest_plugins = ("servers",)
sys.path.insert(0, str(ROOT / "benchmarks"))


def test_a_worker_and_the_database_die_and_nothing_is_lost_doubled_left_over_or_wrong(
    tmp_path: Path,
    postgresql_server: Server,
    postgresql_url: str,
    redis_server: Server,
    swift: Swift,
    s3_proxy: Proxy,
) -> None:
    import chaos
    from chaos_deployment import Deployment
    from chaos_jobs import Desk
    from chaos_releases import Newsroom, Readers
    from chaos_verdict import judge

    brokers = {"redis": redis_server}
    deployment = Deployment(
        tmp_path, os.urandom(8).hex(), postgresql_server, postgresql_url, brokers, swift, s3_proxy, None
    )
    (tmp_path / "media").mkdir()
    desk = Desk(deployment, tmp_path / "media")
    plan = {"redis": ["worker killed", "database killed"]}
    try:
        with Readers(deployment) as readers:
            chaos.run(chaos.Cast(desk, Newsroom(deployment), readers), plan, random.Random(1), small=True)
        verdict = judge(deployment, desk.accepted, tmp_path, readers)
        said = chaos.conclusion(deployment, desk.accepted, verdict)
        assert said == [
            "counted apart: bad 2: refused 2",
            "sent out 2: released 1, withdrawn 1",
            "accepted 6, finished 6, lost 0, duplicates 0, orphans 0, wrong bytes 0, early bytes 0",
        ]
        assert readers.whole_sets > 0
        assert _spoilt(deployment, desk) == {"lost", "duplicates", "orphans", "wrong_bytes"}
        assert _spoilt_at_the_destination(deployment, desk) == {"lost", "orphans", "wrong_bytes", "early_bytes"}
    finally:
        desk.client.http.close()
        deployment.close()
        deployment.ledger.dispose()


def _spoilt(deployment: Deployment, desk: Desk) -> set[str]:
    """What is found once a delivered byte, a stray file, an end told twice and a job nobody asked for are put there."""
    from chaos_verdict import Verdict, look_at_endings, look_at_files, look_at_records

    request = next(request for request in desk.accepted if request.is_good)
    place = delivered_to(deployment.service.context.settings.deliveries, request.id, 1)
    film = next(file for file in place.rglob("*.mp4"))
    film.write_bytes(film.read_bytes()[:-1] + b"\0")
    (place / "stray.part").touch()
    with writing(deployment.ledger) as db:
        end = db.execute(events.select().where(events.c.job == request.id).order_by(events.c.id.desc()).limit(1)).one()
        again = {"job": end.job, "at_s": end.at_s, "kind": end.kind, "detail": end.detail}
        db.execute(events.insert().values(**again))
        db.execute(outbox.delete())
    found = Verdict()
    desk.accepted[-1].id = "0" * 32  # accepted, and nowhere to be found
    look_at_endings(deployment, desk.accepted, found)
    look_at_records(deployment, desk.accepted, found)
    look_at_files(deployment, desk.accepted[:-1], found, {})
    return {name for name, sentences in vars(found).items() if sentences}


def _spoilt_at_the_destination(deployment: Deployment, desk: Desk) -> set[str]:
    """What is found once a stray file and a file of the embargoed job lie there, and its hour is far again."""
    from chaos_jobs import EMBARGOED
    from chaos_releases import Readers
    from chaos_verdict import Verdict, look_at_destination

    request = next(request for request in desk.accepted if request.kind == EMBARGOED)
    objects = deployment.destination()
    objects.add_bytes(f"files/{request.job}/000001/stray", b"x")
    with writing(deployment.ledger) as db:
        db.execute(jobs.update().where(jobs.c.id == request.id).values(embargo_s=4e9))
        db.execute(deliveries.delete().where(deliveries.c.job == request.id))
        db.execute(releases.update().where(releases.c.kind == "withdrawal").values(state="failed"))
    readers, found = Readers(deployment), Verdict()
    readers.look_for_early_bytes(request)
    assert any("stray" in sentence for sentence in readers.early)
    look_at_destination(deployment, desk.accepted, found)
    return {name for name, sentences in vars(found).items() if sentences}


def test_a_seed_is_a_list_of_faults_and_a_long_list_has_them_all() -> None:
    from chaos_faults import FAULTS, POINTS, a_list

    assert a_list(40, random.Random(7), []) == a_list(40, random.Random(7), [])
    assert a_list(8, random.Random(7), []) == a_list(40, random.Random(7), [])[:8]
    assert set(a_list(90, random.Random(7), [])) == set(FAULTS)
    assert {name for name in FAULTS if name.startswith("crash")} == {f"crash at {point}" for point in POINTS}
