"""The reference of the API, for programs and to be read."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

from service.http import reference
from service.http.auth import Anybody
from service.http.reference_page import page

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def openapi(request: Request, caller: Anybody) -> JSONResponse:
    """What every operation takes and answers, for programs."""
    return JSONResponse(request.app.openapi())


@router.get("/docs")
def docs(request: Request, caller: Anybody) -> HTMLResponse:
    """The same to be read."""
    return page("Portevoix: the API", reference.body_of(request.app.openapi()))
