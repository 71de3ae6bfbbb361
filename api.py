"""The HTTP service: take a model in, hand the work on, answer a model. `python -m service.http.server`

Who asks has signed in or shows a token; every operation needs a right, for the accounts that it is about. What is not
yet out (media, captions, plans) is given only to who may read it, and each such reading is recorded, refused ones
too.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

import portevoix
from service import at_rest, relay
from service.http import openapi, problems
from service.http.context import lifespan, open_context
from service.http.desk import mistakes, rendering
from service.http.known_first import KnownFirst
from service.http.matrix import rules_of
from service.http.middleware import Private
from service.http.pace import Pace, Paced
from service.http.routes import (
    approvals,
    captions,
    desk,
    health,
    jobs,
    people,
    record,
    reference,
    releases,
    review,
    sessions,
    texts,
    uploads,
)
from service.http.settings import HttpSettings
from service.http.tus import Tus

LARGEST_BODY_BYTES = 3_000_000  # a document of 2 MB, escaped, and its files


def make_app(settings: HttpSettings, send: relay.Send) -> FastAPI:
    """The application for these settings; `send` hands a message to the broker.

    Nothing is connected to before it starts.
    """
    context = open_context(settings, send)
    app = FastAPI(
        title="Portevoix",
        version=portevoix.__version__,
        description=__doc__ or "",
        lifespan=lifespan(context),
        openapi_url=None,  # `routes/reference.py` gives it, by a rule like every other
        docs_url=None,
        redoc_url=None,
        max_body_size=LARGEST_BODY_BYTES,
        generate_unique_id_function=openapi.name_of,
    )
    app.state.context = context
    for routes in (
        uploads,
        jobs,
        review,
        captions,
        texts,
        approvals,
        releases,
        people,
        sessions,
        record,
        health,
        reference,
        desk,
    ):
        app.include_router(routes.router)
    app.add_middleware(KnownFirst, context=context, opened=[r.path for r in rules_of(app) if r.right is None])
    app.add_middleware(Paced, pace=Pace(settings.requests_each))
    app.add_middleware(Private)
    app.add_middleware(Tus)
    rendering.install(app, context.library)
    problems.add_handlers(app)
    mistakes.add_handlers(app)
    openapi.describe(app)
    return app


def __getattr__(name: str) -> Any:
    """`api:app`, made when a server asks for it: importing this module opens nothing."""
    if name != "app":
        raise AttributeError(name)
    from workers.app import send

    at_rest.keep_private()
    globals()["app"] = made = make_app(HttpSettings(), send)
    return made
