"""How soon a corrected caption plays: `python benchmarks/correction.py [--times N]`

A story of a minute in two languages, by the whole service on this machine: the API, a worker with two processes, files
for everything. From the `PUT` of a corrected Arabic caption to the last byte of the new file, read over HTTP.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

from portevoix.library import ROOT

sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from http_service import HttpService
from services import Service

from service import relay
from service.ledger import Submission, jobs, queries
from workers.context import WorkerContext

FILM = ROOT / "examples" / "trailer"
FILES = {
    "media/sintel_trailer.mp4": FILM / "media" / "sintel_trailer.mp4",
    "scripts/fr.vtt": FILM / "scripts" / "fr.vtt",
    "scripts/ar.vtt": FILM / "scripts" / "ar.vtt",
}
DOCUMENT = """\
recipe: interview
title: {fr: "Sintel : une quête solitaire", ar: "سينتل: رحلة بحث وحيدة"}
clips: [{file: media/sintel_trailer.mp4}]
scripts: {fr: scripts/fr.vtt, ar: scripts/ar.vtt}
formats: [story]
languages: [fr, ar]
kit: aster
"""
AIM_S, LIMIT_S, LONGEST_S = 4.0, 10.0, 900.0


def corrected(text: str, number: int) -> str:
    """The captions with one more word at the end of the cue of this number."""
    blocks = re.split(r"\n\n+", text.strip())
    cues = [place for place, block in enumerate(blocks) if "-->" in block]
    blocks[cues[number % len(cues)]] += f" {number + 1}"
    return "\n\n".join(blocks) + "\n"


def submitted(context: WorkerContext) -> str:
    """The story's job, with its files in the store."""
    files = {name: context.store.put_input(file) for name, file in FILES.items()}
    return jobs.submit(context.ledger, Submission("desk", "histoire", DOCUMENT, files))


def film_of(desk: httpx.Client, job: str) -> dict[str, object] | None:
    """The Arabic film as the service lists it."""
    listed = desk.get(f"/jobs/{job}/deliveries").json()["deliveries"]
    return next((d for d in listed if d["kind"] == "video" and d["language"] == "ar"), None)


def seconds_of_a_correction(desk: httpx.Client, job: str, number: int) -> float:
    """Seconds from the `PUT` to the last byte of the new film."""
    before, text = film_of(desk, job), desk.get(f"/jobs/{job}/captions/ar").text
    began_s = time.monotonic()
    desk.put(f"/jobs/{job}/captions/ar", content=corrected(text, number).encode()).raise_for_status()
    while (film := film_of(desk, job)) is None or film["sha256"] == before["sha256"]:  # type: ignore[index]
        if time.monotonic() - began_s > LONGEST_S:
            raise SystemExit(f"no new film within {LONGEST_S:g} s: {desk.get(f'/jobs/{job}').text}")
        time.sleep(0.05)
    desk.get(f"/jobs/{job}/deliveries/{film['path']}").raise_for_status()
    return time.monotonic() - began_s


def measure(folder: Path, times: int) -> list[float]:
    """The seconds of so many corrections, one after the other; each but the first is made by a warm service."""
    front = HttpService(
        folder, broker=f"filesystem://{folder / 'broker'}", repair_s=1, house=ROOT / "examples" / "house"
    )
    service = Service(folder, WorkerContext(front.context.ledger, front.context.store, front.settings, "bench:0"))
    front.context.publisher._send = service.send
    with front.open(), service.worker(processes=2), service.reconciler(), front.client() as desk:
        job = submitted(service.context)
        relay.publish(front.context.ledger, service.send)
        service.until(lambda: service.ended(job), LONGEST_S)
        entry = queries.find_job(front.context.ledger, job)
        if entry.state != "done":
            raise SystemExit(f"{entry.faults} {entry.failures}")
        print(f"first: {entry.state}, {entry.changed_s - entry.created_s:.1f} s", flush=True)
        found = []
        for number in range(times):
            found.append(seconds_of_a_correction(desk, job, number))
            print(f"correction {number + 1}: {found[-1]:.2f} s, load {os.getloadavg()[0]:.1f}", flush=True)
            service.until(lambda: service.ended(job), LONGEST_S)
            if os.environ.get("EVENTS"):
                events = queries.list_events(front.context.ledger, 0, job, 10_000)
                last = max(n for n, e in enumerate(events) if e.detail.get("state") == "received")
                for e in events[last:]:
                    print(f"  {e.at_s - events[last].at_s:6.2f} {e.kind} {json.dumps(e.detail)[:100]}")
        return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), given.times)
    median = statistics.median(found)
    print(f"median {median:.2f} s, longest {max(found):.2f} s (aim {AIM_S:g} s, limit {LIMIT_S:g} s)")
    return int(median > AIM_S or max(found) > LIMIT_S)


if __name__ == "__main__":
    sys.exit(main())
