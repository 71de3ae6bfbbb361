"""How the service is."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from service.http.models.problems import Answer


class Alive(Answer):
    """The process lives."""

    alive: Literal[True] = True

    model_config = ConfigDict(json_schema_extra={"examples": [{"alive": True}]})


class Ready(Answer):
    """Whether everything that the service needs answers; each part as `ok` or a sentence."""

    ready: bool
    parts: dict[str, str]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"ready": True, "parts": {"database": "ok", "store": "ok", "disk": "ok", "reconciler": "ok"}}]
        }
    )
