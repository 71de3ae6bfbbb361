"""How the service is."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response

from portevoix.errors import PortevoixError
from service.http.auth import OPEN, Operator
from service.http.context import Context, ServiceContext
from service.http.models.health import Alive, Ready
from service.http.openapi import METRICS
from service.http.problems import NO_ANSWER
from service.ledger.duties import REPAIRS, SILENT_S, is_held
from service.metrics import CONTENT_TYPE

router = APIRouter(tags=["health"])


@router.get("/healthz", dependencies=[OPEN])
async def healthz() -> Alive:
    """Whether the process lives."""
    return Alive()


@router.get("/metrics", response_class=Response, responses=METRICS)
def metrics(context: Context, caller: Operator) -> Response:
    """The service's numbers, for Prometheus. They show how much there is to do, so they need a right too."""
    return Response(context.metrics.exposition(), media_type=CONTENT_TYPE)


@router.get("/readyz", dependencies=[OPEN], responses={503: {"model": Ready, "description": "A part does not answer"}})
def readyz(context: Context, response: Response) -> Ready:
    """Whether everything that the service needs answers."""
    parts = {name: _state(look, context) for name, look in PARTS.items()}
    ready = set(parts.values()) == {"ok"}
    response.status_code = 200 if ready else 503
    return Ready(ready=ready, parts=parts)


def _disk(context: ServiceContext) -> str | None:
    free, needed = context.store.free_bytes(), context.settings.free_bytes
    return None if free >= needed else f"{free:,} bytes are free; work begins at {needed:,}"


def _reconciler(context: ServiceContext) -> str | None:
    return None if is_held(context.ledger, REPAIRS, SILENT_S) else f"none was seen for {SILENT_S:.0f} s"


def _database(context: ServiceContext) -> None:
    is_held(context.ledger, REPAIRS, SILENT_S)


def _store(context: ServiceContext) -> None:
    context.store.has_input("0" * 64)


# Each look says what is wrong, or nothing.
PARTS: dict[str, Callable[[ServiceContext], str | None]] = {
    "database": _database,
    "store": _store,
    "disk": _disk,
    "reconciler": _reconciler,
}


def _state(look: Callable[[ServiceContext], str | None], context: ServiceContext) -> str:
    try:
        return look(context) or "ok"
    except NO_ANSWER:
        return "the database does not answer"
    except (PortevoixError, OSError) as error:
        return str(error)
