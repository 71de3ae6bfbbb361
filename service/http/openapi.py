"""What OpenAPI says of bodies and answers that no model describes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from service.http.models.jobs import NewJob
from service.http.models.problems import Problem

_WHY = {
    400: "It cannot be read",
    401: "Nobody known: no session, no valid token",
    403: "The caller lacks the right, or has it for other accounts",
    404: "There is none that the caller may know of",
    409: "It does not go with how things stand",
    410: "It was used or has expired",
    412: "It was changed meanwhile",
    413: "Too large",
    416: "The range lies outside of the file",
    422: "Every fault of what was sent",
    429: "Too many requests, unended jobs, or sign-ins; `Retry-After` says when to ask again",
    503: "A part of the service does not answer",
    507: "The disk has no room",
}


def answers(*codes: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's answers for what is not done; 401, 403, 422, 429 and 503 may always be."""
    return {code: {"model": Problem, "description": _WHY[code]} for code in (401, 403, 422, 429, 503, *codes)}


_OF_TUS = {
    410: "It has expired: begin a new one",
    412: "`Tus-Resumable: 1.0.0` was not sent",
    415: "The body is not said to be `application/offset+octet-stream`",
    460: "The bytes are not what `Upload-Checksum` says",
}


def tus_answers(*codes: int) -> dict[int | str, dict[str, Any]]:
    """The same for an operation of tus, which has meanings of its own for some codes."""
    return {
        code: {"model": Problem, "description": _OF_TUS.get(code) or _WHY[code]}
        for code in (401, 403, 412, 422, 429, 503, *codes)
    }


_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}, "example": "bytes"}}
_NEW_JOB = {"schema": {"$ref": "#/components/schemas/NewJob"}}
_IN_YAML = """name: essai
document: |
  recipe: alert
  title: {fr: Essai}
  text: {fr: Ceci est un essai.}
  formats: [square]
  languages: [fr]
"""
_AN_EVENT = (
    'id: 12\nevent: progress\ndata: {"at": 1764576000.2, "work": "square", "frames_done": 50, "frames": 250}\n\n'
)
_TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}}


def _body(content: dict[str, Any], required: bool = True) -> dict[str, Any]:
    return {"requestBody": {"required": required, "content": content}}


_PIECE = {"application/offset+octet-stream": _BINARY["application/octet-stream"]}
UPLOAD_BODY, FIRST_UPLOAD_BODY = _body(_PIECE), _body(_PIECE, required=False)
NEW_JOB_BODY = _body({"application/json": _NEW_JOB, "application/yaml": {**_NEW_JOB, "example": _IN_YAML}})
CAPTIONS_BODY = _body(
    {
        "text/vtt": {"schema": {"type": "string"}, "example": "WEBVTT\n\n00:00.500 --> 00:01.500\nBonjour\n"},
        **_BINARY,  # any other kind of caption file
    }
)
_KINDS = {
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".pdf": "application/pdf",
}
_FILE = {kind: _BINARY["application/octet-stream"] for kind in (*_BINARY, *_KINDS.values())}
FILE_ANSWERS = answers(404) | {
    200: {"description": "The file", "content": _FILE},
    206: {"description": "The bytes that `Range` asks for", "content": _FILE},
    304: {"description": "The reader has it already"},
    400: {"description": _WHY[400], **_TEXT},
    416: {"description": _WHY[416], **_TEXT},
}
PACKAGE = answers(404, 409) | {
    200: {
        "description": "The package",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}, "example": "bytes"}},
    }
}
PICTURE = answers(400, 404, 409) | {
    200: {"description": "The picture", "content": {"image/webp": _BINARY["application/octet-stream"]}}
}
_PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
METRICS = answers() | {
    200: {"description": "Numbers", "content": {"text/plain": {"example": "portevoix_store_free_bytes 2.5e+11\n"}}}
}
REDIRECT = answers(404) | {303: {"description": "Go there"}}
LINES = answers() | {
    200: {"description": "Rows", "content": {"application/x-ndjson": {"example": '{"id": 1, "what": "read"}\n'}}}
}
STREAM: dict[int | str, dict[str, Any]] = {
    # By a model, the framework would promise these as events too.
    **{code: {"description": answer["description"], "content": _PROBLEM} for code, answer in answers(404).items()},
    200: {
        "description": "Events as they happen: `state`, `progress`, `failed_try`, `variant`, `priority`, `approved`, "
        "`rejected`, `approval lost`, `comment`, `release`, `withdrawal`, `embargo`, `retention`",
        "content": {"text/event-stream": {"example": _AN_EVENT}},
    },
    204: {"description": "The job has ended and nothing is left to say"},
}


def kind_of_file(file: Path) -> str:
    """The media type of a file of a job, by its name: one of those that are described."""
    return _KINDS.get(file.suffix, "application/octet-stream")


def name_of(route: APIRoute) -> str:
    """What an operation is called, in the description and in clients that are generated from it: as in the code."""
    return route.name


def describe(app: FastAPI) -> None:
    """Add to the description what the framework cannot know: the model of a body that is read from JSON and
    YAML alike.
    """
    made = app.openapi

    def openapi() -> dict[str, Any]:
        described = made()
        model = NewJob.model_json_schema(ref_template="#/components/schemas/{model}")
        described["components"]["schemas"] |= {**model.pop("$defs", {}), "NewJob": model}
        for operation in (one for path in described["paths"].values() for one in path.values()):
            operation["responses"].setdefault("429", {"description": _WHY[429], "content": _PROBLEM})
        return described

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents
