"""The service under faults: `python benchmarks/chaos.py --rounds 8 --seed 1`

Each round hands in a mix of jobs over HTTP, strikes with one fault, and waits until every job has ended. The same seed
strikes with the same faults in the same order. At the end everything that is left is looked through. Ends with 1 where
anything was lost, doubled, left over or wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import chaos_faults as faults
from chaos_deployment import Deployment, open_deployment, wait
from chaos_jobs import Bane, Desk, Request, a_mix
from chaos_releases import Newsroom, Readers, end_of
from chaos_round import Round
from chaos_verdict import Verdict, judge
from sqlalchemy.exc import DBAPIError

from service.ledger import outbox, queries
from service.ledger.states import UNENDED

HEAD = """\
| servers | fault | what was done | until it was over, s | jobs | tries lost | mean delay, s | worst delay, s | load |
|---|---|---|---|---|---|---|---|---|"""
MOST_S = 300.0  # for a round; a job that has not ended then counts as lost


@dataclass(frozen=True)
class Row:
    """A round as the table shows it. `took_s`: each good job, from the first time that it was asked for to its end;
    `load`: how many processes of the whole machine wanted a processor, over the last minute: where it changes, so does
    every time.
    """

    broker: str  # and the kind of store
    fault: str
    did: str
    lasted_s: float
    jobs: int
    tries: int
    took_s: dict[str, float]
    load: float


@dataclass(frozen=True)
class Cast:
    """Whoever takes part in a round: the client who hands in, those who bring out, those who read what is out."""

    desk: Desk
    newsroom: Newsroom
    readers: Readers


def play(cast: Cast, number: int, fault: str, dice: random.Random, small: bool) -> Row:
    """One round: jobs, a fault ("" for none), and the end of them all, of those that are released at their
    destination.
    """
    desk, deployment = cast.desk, cast.desk.deployment
    mix = a_mix(number, small)
    cast.readers.watched[:] = [request for request in mix if request.is_for_an_account]
    for request in mix:
        request.files(desk.folder)  # made beforehand, so that making them delays nobody
    called_off_after_s = dice.uniform(0.2, 6)
    banes = [Bane(deployment, request) for request in mix if request.kind == "poison"]

    def hand_in() -> None:
        desk.hand_in(mix)
        for request in mix:
            if request.kind == "cancelled":
                time.sleep(called_off_after_s)
                desk.call_off(request)

    client = threading.Thread(target=hand_in, daemon=True)
    leaving = [cast.newsroom.begin(request) for request in cast.readers.watched]

    def begin() -> None:
        for thread in (client, *banes):
            thread.start()

    struck = time.monotonic()
    did = (faults.FAULTS[fault] if fault else faults.nothing)(Round(deployment, desk, mix, dice, begin))
    lasted_s = time.monotonic() - struck
    client.join()

    def ended() -> bool:
        try:
            again = [request for request in mix if request.id and request.kind != "poison" and desk.send_again(request)]
            states = [queries.find_job(deployment.ledger, request.id).state for request in mix]
            return not again and all(state not in UNENDED for state in states)
        except DBAPIError:
            return False

    wait(ended, MOST_S)
    for way_out in leaving:
        way_out.join(MOST_S)
    for bane in banes:
        bane.end()
    desk.read_back(request for request in desk.accepted if request.store == deployment.store_kind)
    wait(lambda: not outbox.unpublished(deployment.ledger) and all(m.is_ready() for m in deployment.machines), 30)
    took = {r.name: _end_s(deployment, r) - r.asked_s for r in mix if r.is_good}
    tries = sum(
        max(0, entry.tries - 1) for r in mix if r.is_good for entry in queries.list_work(deployment.ledger, r.id)
    )
    broker = f"{deployment.broker.name}, {deployment.store_kind}"
    return Row(broker, fault or "none", did, lasted_s, len(mix), tries, took, os.getloadavg()[0])


def _end_s(deployment: Deployment, request: Request) -> float:
    return max(event.at_s for event in queries.list_events(deployment.ledger, 0, request.id) if event.kind == "state")


def show(row: Row, quiet: Row | None) -> str:
    late = [took - quiet.took_s[name] for name, took in row.took_s.items() if name in quiet.took_s] if quiet else []
    delay = f"{mean(late):.1f} | {max(late):.1f}" if late else "- | -"
    did = row.did or f"{mean(row.took_s.values()):.1f} s for a job on average"
    took = f"{row.lasted_s:.1f} | {row.jobs} | {row.tries} | {delay} | {row.load:.0f}"
    return f"| {row.broker} | {row.fault} | {did} | {took} |"


def run(cast: Cast, plan: dict[str, list[str]], dice: random.Random, small: bool) -> None:
    """Play every round with the broker that it is planned for, and print its row; first a quiet one, unless they are
    `small`.
    """
    deployment = cast.desk.deployment
    quiet: Row | None = None
    number = 0
    opened = ("", "")
    for broker, listed in plan.items():
        for fault in listed if small or quiet else ["", *listed]:
            wanted = (broker, faults.store_for(fault, number))
            if opened != wanted:
                deployment.close()
                deployment.open(*wanted)
                opened = wanted
            row = play(cast, number, fault, random.Random(dice.random()), small)
            print(show(row, quiet), flush=True)
            number += 1
            if not fault:
                quiet = row


def conclusion(deployment: Deployment, accepted: list[Request], verdict: Verdict) -> list[str]:
    """What a run ends with: everything that is wrong, the jobs that should not be done, and the last line."""
    ends = {request.id: queries.find_job(deployment.ledger, request.id).state for request in accepted}
    lines = verdict.sentences()
    for kind in ("poison", "bad", "cancelled"):
        if these := [ends[request.id] for request in accepted if request.kind == kind]:
            counts = ", ".join(f"{state} {these.count(state)}" for state in sorted(set(these)))
            lines.append(f"counted apart: {kind} {len(these)}: {counts}")
    sent_out = [end_of(deployment, request) for request in accepted if request.is_for_an_account]
    states = [str(end.state) if end else "never asked for" for end in sent_out]
    lines.append(f"sent out {len(states)}: " + ", ".join(f"{s} {states.count(s)}" for s in sorted(set(states))))
    good = [request for request in accepted if request.is_good]
    finished = sum(ends[request.id] in request.wanted for request in good)
    return [
        *lines,
        f"accepted {len(good)}, finished {finished}, lost {len(verdict.lost)}, duplicates {len(verdict.duplicates)}, "
        f"orphans {len(verdict.orphans)}, wrong bytes {len(verdict.wrong_bytes)}, "
        f"early bytes {len(verdict.early_bytes)}",
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--fault", action="append", default=[], choices=faults.FAULTS, help="only this one; may be repeated"
    )
    given = parser.parse_args()
    dice = random.Random(given.seed)
    chosen = faults.a_list(given.rounds, dice, given.fault)
    half = -(-len(chosen) // 2)
    plan = {broker: listed for broker, listed in (("redis", chosen[:half]), ("rabbitmq", chosen[half:])) if listed}
    print(f"seed {given.seed}, {given.rounds} rounds")
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "media").mkdir()
        with open_deployment(folder, list(plan)) as deployment:
            desk = Desk(deployment, folder / "media")
            with Readers(deployment) as readers:
                run(Cast(desk, Newsroom(deployment), readers), plan, dice, small=False)
            verdict = judge(deployment, desk.accepted, folder, readers)
            print("\n".join(conclusion(deployment, desk.accepted, verdict)))
            print(f"readers looked {readers.looks} times and read {readers.whole_sets} whole sets")
    return 1 if verdict.sentences() else 0


if __name__ == "__main__":
    sys.exit(main())
