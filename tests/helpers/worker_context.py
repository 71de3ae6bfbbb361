"""A worker's context and a worker without Celery: a real ledger, store and encodes; a list in the broker's place."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from forked import forked
from ledgers import ledger_at

from portevoix import ffmpeg
from portevoix.store import FolderStore
from service import relay
from service.deliveries import delivered_to
from service.ledger import Submission, outbox, queries
from service.ledger.states import JobState, WorkState
from service.settings import Settings
from workers import runner
from workers.context import WorkerContext

DOCUMENT = """\
recipe: subtitles
title: {fr: Essai}
clips:
  - file: media/a.mp4
scripts: {fr: scripts/fr.vtt}
languages: [fr]
poster: none
"""
CUES = "WEBVTT\n\n00:00.500 --> 00:01.500\nBonjour\n\n00:02.500 --> 00:03.500\nAu revoir\n"


def context_in(folder: Path, **changes: object) -> WorkerContext:
    """A context whose ledger, store and deliveries lie in `folder`; the same ones in every process."""
    given = {
        "database": f"sqlite:///{folder / 'ledger.db'}",
        "store": str(folder / "store"),
        "deliveries": folder / "deliveries",
        "free_bytes": 0,
        "watch_s": 0.1,
        **changes,
    }
    settings = Settings.model_validate(given)
    return WorkerContext(
        ledger_at(settings.database), FolderStore(Path(settings.store)), settings, f"test:{os.getpid()}"
    )


def drain(context: WorkerContext) -> None:
    """Do all that may be done now, as a worker does it."""
    said: list[int] = []
    relay.publish(context.ledger, lambda message: said.append(message.work))
    while said:
        runner.do_next(said.pop(0), context)
        relay.publish(context.ledger, lambda message: said.append(message.work))


def worker(folder: Path, **environment: str) -> ForkServerProcess:
    """`drain` in a process of its own."""
    return forked(_drain_in, folder, **environment)


def _drain_in(folder: Path) -> None:
    drain(context_in(folder))


def a_clip(path: Path, seconds: float = 4, size: str = "320x180") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            ffmpeg.executable(),
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            f"testsrc2=s={size}:r=25:d={seconds}",
            "-f",
            "lavfi",
            "-i",
            f"sine=f=440:d={seconds}",
            "-pix_fmt",
            "yuv420p",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-c:a",
            "aac",
            str(path),
        ],
        check=True,
    )
    return path


def a_submission(
    context: WorkerContext, clip: Path, document: str = DOCUMENT, cues: str = CUES, **more: object
) -> Submission:
    script = clip.with_suffix(".vtt")
    script.write_text(cues, "utf-8")
    files = {"media/a.mp4": context.store.put_input(clip), "scripts/fr.vtt": context.store.put_input(script)}
    return Submission("desk", "essai", document, files, **more)


def encoders(parent: int) -> list[int]:
    """The living ffmpeg processes that a process has started: its sandbox's helper, if it has one, starts them."""
    helped = children(parent)
    return [one for one in [*helped, *(child for each in helped for child in encoders(each))] if _is_ffmpeg(one)]


def children(parent: int) -> list[int]:
    """The living processes that a process has started itself."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, mother = stat.read_text("ascii", "replace").rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(mother) == parent and state != "Z":
            found.append(int(stat.parent.name))
    return found


def _is_ffmpeg(process: int) -> bool:
    try:
        return "ffmpeg" in Path(f"/proc/{process}/comm").read_text("ascii", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return False


def came_out(context: WorkerContext, job: str) -> dict[str, str]:
    """What a job delivered, once it is shown that nothing else is left of it."""
    entry = queries.find_job(context.ledger, job)
    assert (entry.state, entry.failures) == (JobState.DONE, ())
    assert entry.frames_done == entry.frames
    assert outbox.unpublished(context.ledger) == []
    assert {w.state for w in queries.list_work(context.ledger, job)} == {WorkState.DONE}
    folder = delivered_to(context.settings.deliveries, job, entry.round)
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))["deliveries"]
    lying = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert lying == {d["path"] for d in listed} | {"manifest.json"}, "no file that the manifest does not list"
    context.store.sweep_work(timedelta(0))
    assert list((Path(context.settings.store) / "work").iterdir()) == [], "no working folder of a dead process"
    assert {d["path"]: d["sha256"] for d in listed} == {
        d.path: d.sha256 for d in queries.list_deliveries(context.ledger, job)
    }
    return {d.path: d.sha256 for d in queries.list_deliveries(context.ledger, job)}
