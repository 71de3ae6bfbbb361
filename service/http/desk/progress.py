"""How far a job is, step by step, for those who watch it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portevoix.plan.work import BATCH, DELIVERY, JOIN, MEZZANINE, PLANNING, SOUND, SOUND_CUT
from service.http.desk.texts import Texts
from service.ledger.records import WorkEntry
from service.ledger.states import WorkState


@dataclass(frozen=True)
class WorkStep:
    """One kind of work of a job. `state`: `waiting`, `busy`, `done` or `failed`; `done` pieces of `count` are there.

    `tries` and `error`: of a piece that has failed and is tried again.
    """

    name: str
    state: str
    done: int
    count: int
    frames: int
    frames_done: int
    tries: int
    error: str | None

    @property
    def part(self) -> float:
        """How much of it is done, 0 to 1: by its pictures where it makes some."""
        return self.frames_done / self.frames if self.frames else self.done / self.count if self.count else 0.0


def steps_of(work: Sequence[WorkEntry], round_number: int, texts: Texts) -> list[WorkStep]:
    """The steps of a job's newest round, in their order; kinds of work that it does not need are left out."""
    now = [item for item in work if item.round == round_number]
    named = {
        (PLANNING,): texts.gettext("Plan"),
        (MEZZANINE,): texts.gettext("Conform the clips"),
        (BATCH,): texts.gettext("Make the pictures"),
        (SOUND, SOUND_CUT): texts.gettext("Mix the sound"),
        (JOIN,): texts.gettext("Join the films"),
        (DELIVERY,): texts.gettext("Check and name the files"),
    }
    return [_step(name, own) for kinds, name in named.items() if (own := [i for i in now if i.kind in kinds])]


def _step(name: str, work: Sequence[WorkEntry]) -> WorkStep:
    done = [item for item in work if item.state == WorkState.DONE]
    stuck = next((item for item in work if item.error and item.state != WorkState.DONE), None)
    return WorkStep(
        name=name,
        state=_state(work, len(done)),
        done=len(done),
        count=len(work),
        frames=sum(item.frames for item in work),
        frames_done=sum(item.frames for item in done),
        tries=stuck.tries if stuck else 0,
        error=stuck.error if stuck else None,
    )


def _state(work: Sequence[WorkEntry], done: int) -> str:
    if any(item.state == WorkState.FAILED for item in work):
        return "failed"
    if done == len(work):
        return "done"
    busy = done or any(item.state in (WorkState.RUNNING, WorkState.QUEUED) for item in work)
    return "busy" if busy else "waiting"
