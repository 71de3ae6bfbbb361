"""The doctor and the probes: what is sound is left alone, what is wrong is named with its remedy and no password."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from services import Service, kill
from worker_context import context_in

from portevoix.doctor import Diagnosis
from service.ledger import duties
from service.ledger.duties import REPAIRS, SWEEPS, WEBHOOKS
from service.settings import Settings
from workers import doctor

pytest_plugins = ("servers",)
if TYPE_CHECKING:
    from servers import Server

SUBJECTS = {REPAIRS: "reconciler", WEBHOOKS: "webhooks", SWEEPS: "sweeps"}  # where the doctor says who has a duty


def by_subject(findings: list[Diagnosis]) -> dict[str, Diagnosis]:
    return {finding.subject: finding for finding in findings}


def test_the_doctor_finds_a_sound_service_sound_and_leaves_nothing_behind(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)  # what lies in it is nobody else's by its own rights
    before = os.umask(0o077)
    try:
        context = context_in(tmp_path, broker=f"filesystem://{tmp_path / 'broker'}")
        for duty in SUBJECTS:
            assert not by_subject(doctor.examine(context.settings))[SUBJECTS[duty]].good
            duties.lead(context.ledger, duty, "here", 60)
        doctor.examine(context.settings)
    finally:
        os.umask(before)
    findings = by_subject(doctor.examine(context.settings))
    assert [f for f in findings.values() if not f.good] == []
    assert set(findings) == {
        "database",
        "tables",
        "clock",
        *SUBJECTS.values(),
        "broker",
        "store",
        "disk",
        "deliveries",
        "sandbox",
        "at rest",
    }
    assert not any(path.is_file() for path in (tmp_path / "store" / "inputs").rglob("*"))


def test_the_doctor_names_each_thing_that_is_wrong_its_remedy_and_no_password(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    given = Settings(
        database="postgresql://u:geheim@127.0.0.1:1/none",
        broker="redis://:geheim@127.0.0.1:1/0",
        store=str(tmp_path / "file" / "store"),
        deliveries=tmp_path / "file" / "deliveries",
    )
    findings = doctor.examine(given)
    assert {f.subject: f.good for f in findings} == {
        "database": False,
        "broker": False,
        "store": False,
        "deliveries": False,
        "sandbox": True,
        "at rest": True,
    }
    assert all(f.remedy and f.state for f in findings)
    assert "geheim" not in str(findings)


def test_the_doctor_sees_an_old_shape_and_a_full_disk(tmp_path: Path) -> None:
    fresh = Settings(
        database=f"sqlite:///{tmp_path / 'empty.db'}",
        broker=f"filesystem://{tmp_path / 'broker'}",
        store=str(tmp_path / "store"),
        deliveries=tmp_path / "deliveries",
        free_bytes=10**18,
    )
    for name in ("store", "deliveries"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o755)
    findings = by_subject(doctor.examine(fresh))
    assert not findings["tables"].good and not findings["disk"].good and findings["store"].good
    assert findings["at rest"].state.count(" is 0755") == 2 and str(tmp_path / "store") in findings["at rest"].remedy


def test_a_probe_blames_a_worker_that_hangs_and_not_one_whose_broker_is_away(
    tmp_path: Path, redis_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "ANSWER_S", 3.0)
    context = context_in(tmp_path, broker=redis_server.url)
    worker = Service(tmp_path, context).start(
        "celery",
        "-q",
        "-A",
        "workers.app",
        "worker",
        "-n",
        "w@%h",
        "-Q",
        "urgent",
        "-c",
        "1",
        "--without-gossip",
        "--without-mingle",
    )
    try:
        Service(tmp_path, context).until(lambda: doctor.worker_answers(context.settings, "w").state == "answers")
        assert not doctor.worker_answers(context.settings, "another").good
        os.kill(worker.pid, signal.SIGSTOP)
        assert not doctor.worker_answers(context.settings, "w").good
    finally:
        kill(worker)
    away = Settings.model_validate({**context.settings.model_dump(), "broker": "redis://127.0.0.1:1/0"})
    assert doctor.worker_answers(away, "w").good


def test_a_probe_blames_a_reconciler_that_is_silent_and_not_one_whose_database_is_away(tmp_path: Path) -> None:
    context = context_in(tmp_path)
    assert not doctor.reconciler_works(context.settings).good
    duties.lead(context.ledger, "repairs", "here", 60)
    assert doctor.reconciler_works(context.settings).good
    assert doctor.reconciler_works(Settings(database="postgresql://u@127.0.0.1:1/none")).good
