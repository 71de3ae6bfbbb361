"""A client that is generated from a description alone: it knows nothing of Portevoix but what its OpenAPI says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import jsonschema_rs

Described = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What was answered, as the description has it: JSON, text or bytes."""

    status: int
    headers: Mapping[str, str]
    content: Any


class Client:
    """A method for each operation, by its operationId. It takes the operation's parameters by their names, small and
    with `_`, and `body`; what the description does not allow to be sent or answered is an error.
    """

    def __init__(self, http: httpx.Client, described: Described, credentials: Mapping[str, str]) -> None:
        self._http, self._described, self._credentials = http, described, credentials
        self._operations = {
            operation["operationId"]: (method, path, operation)
            for path, methods in described["paths"].items()
            for method, operation in methods.items()
        }

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        if name not in self._operations:
            raise AttributeError(name)
        return lambda body=None, **given: self._ask(name, body, given)

    def _ask(self, name: str, body: object, given: dict[str, Any]) -> Answer:
        method, path, operation = self._operations[name]
        placed: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": self._signed(operation)}
        for place, key, value in self._parameters(operation, given):
            placed[place][key] = value
        if given:
            raise TypeError(f"{name} knows no {', '.join(given)}")
        content, kind = self._body(operation, body)
        answer = self._http.request(
            method,
            path.format(**{key: quote(value, safe="") for key, value in placed["path"].items()}),
            params=placed["query"],
            headers=placed["header"] | ({"Content-Type": kind} if kind else {}),
            content=content,
        )
        return self._read(operation, answer)

    def _parameters(self, operation: Described, given: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
        for parameter in operation.get("parameters", ()):
            word = re.sub(r"\W", "_", parameter["name"]).lower()
            if word in given:
                value = given.pop(word)
                self._check(parameter["schema"], value)
                yield parameter["in"], parameter["name"], str(value)
            elif parameter["required"]:
                raise TypeError(f"{operation['operationId']} needs {word}")

    def _signed(self, operation: Described) -> dict[str, str]:
        schemes = self._described["components"]["securitySchemes"]
        for wanted in operation.get("security", ()):
            for name in wanted:
                if name in self._credentials and schemes[name]["scheme"] == "bearer":
                    return {"Authorization": f"Bearer {self._credentials[name]}"}
        return {}

    def _body(self, operation: Described, body: object) -> tuple[bytes | None, str | None]:
        if body is None:
            return None, None
        kinds = operation["requestBody"]["content"]
        if isinstance(body, str):
            return body.encode(), next(kind for kind in kinds if kind.startswith("text/"))
        if isinstance(body, bytes):
            return body, next(kind for kind in kinds if kinds[kind]["schema"].get("format") == "binary")
        self._check(kinds["application/json"]["schema"], body)
        return httpx.Request("POST", "/", json=body).content, "application/json"

    def _read(self, operation: Described, answer: httpx.Response) -> Answer:
        known = operation["responses"][str(answer.status_code)].get("content", {})
        kind = answer.headers.get("content-type", "").partition(";")[0]
        assert kind in known or not (known or answer.content), f"{kind} is none of {list(known)}"
        if kind == "application/json":
            content = answer.json()
            self._check(known[kind].get("schema", {}), content)
            return Answer(answer.status_code, answer.headers, content)
        return Answer(answer.status_code, answer.headers, answer.text if kind.startswith("text/") else answer.content)

    def _check(self, schema: Described, value: object) -> None:
        jsonschema_rs.validate({**schema, "components": self._described["components"]}, value)
