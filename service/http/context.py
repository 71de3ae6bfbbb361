"""What every request is answered with, from the start of the service to its end."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool

from portevoix.library import Library, load_library
from portevoix.store import Store
from service import logs, relay
from service.http.outbox_publisher import OutboxPublisher
from service.http.pace import Pace
from service.http.problems import NO_ANSWER
from service.http.review_copies import ReviewCopies
from service.http.settings import HttpSettings
from service.ledger import Ledger
from service.ledger.database import migrate, open_ledger
from service.metrics import Metrics

log = logging.getLogger("portevoix.api")


@dataclass(frozen=True, eq=False)
class ServiceContext:
    """What every request is answered with. There is one in a process."""

    settings: HttpSettings
    ledger: Ledger
    store: Store
    library: Library
    publisher: OutboxPublisher
    metrics: Metrics
    review_copies: ReviewCopies
    pace: Pace  # of each person or token


def open_context(settings: HttpSettings, send: relay.Send) -> ServiceContext:
    """The context for these settings. Nothing is connected to before it is asked."""
    ledger, store = open_ledger(settings.database), settings.open_store()
    library = load_library(settings.house).without_media  # what a job shows is uploaded
    copies = ReviewCopies(settings.deliveries, library.root / "fonts")
    publisher, pace = OutboxPublisher(ledger, send), Pace(settings.requests)
    return ServiceContext(settings, ledger, store, library, publisher, Metrics(ledger, store), copies, pace)


def lifespan(context: ServiceContext) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What happens when the application starts and when it ends."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        if not logging.getLogger().handlers:
            logs.set_up()
        try:
            await run_in_threadpool(migrate, context.ledger)
        except NO_ANSWER as error:  # the reconciler does it when the database is back
            log.warning("the ledger does not answer: %s", type(error).__name__)
        context.publisher.start()
        context.publisher.wake()
        yield
        context.publisher.stop()
        context.ledger.dispose()

    return life


async def _context(request: Request) -> ServiceContext:
    context: ServiceContext = request.app.state.context
    return context


Context = Annotated[ServiceContext, Depends(_context)]
