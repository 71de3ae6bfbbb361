"""The API's reference as one page, made from its OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

METHODS = ("options", "get", "head", "put", "post", "patch", "delete")

Document = Mapping[str, Any]


def body_of(described: Document) -> str:
    """Every operation under its tag, then every model, as the body of a page."""
    info = described["info"]
    head = f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{_prose(info['description'])}</p>"
    raw = '<p>The same for programs: <a href="/openapi.json">/openapi.json</a></p>'
    models = "".join(map(_model, described["components"]["schemas"].items()))
    return f"{head}{raw}{''.join(_by_tag(described))}<h2>Models</h2>{models}"


def _by_tag(described: Document) -> Iterator[str]:
    tags: dict[str, list[str]] = {}
    for path, methods in described["paths"].items():
        for method in METHODS:
            if operation := methods.get(method):
                tag = operation.get("tags", ["other"])[0]
                tags.setdefault(tag, []).append(_operation(method, path, operation))
    for tag, operations in tags.items():
        yield f"<h2>{escape(tag.capitalize())}</h2>{''.join(operations)}"


def _operation(method: str, path: str, operation: Document) -> str:
    name = f'<h3 id="{escape(operation["operationId"])}"><code><span class="method">{method.upper()}</span> '
    says = f"<p>{_prose(operation.get('description', ''))}</p>"
    parameters = "".join(map(_parameter, operation.get("parameters", [])))
    table = f"<table>{parameters}</table>" if parameters else ""
    answers = "".join(_answer(code, answer) for code, answer in operation["responses"].items())
    details = f"<details><summary>Answers</summary>{answers}</details>"
    return (
        f"{name}{escape(path)}</code></h3>{says}{table}{_contents('Body', operation.get('requestBody', {}))}{details}"
    )


def _parameter(parameter: Document) -> str:
    needed = "" if parameter.get("required") else "optional"
    says = _prose(parameter.get("description", ""))
    return (
        f"<tr><td><code>{escape(parameter['name'])}</code></td><td>{parameter['in']}</td><td>{needed}</td>"
        f"<td>{_type(parameter['schema'])}</td><td>{says}</td></tr>"
    )


def _answer(code: str, answer: Document) -> str:
    return f"<p><code>{escape(code)}</code> {escape(answer['description'])}</p>{_contents('', answer)}"


def _contents(label: str, holder: Document) -> str:
    shown = ""
    for kind, content in holder.get("content", {}).items():
        example = content.get("example")
        text = example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)
        sample = f"<pre>{escape(text)}</pre>" if example is not None else ""
        shown += f"<p>{label} <code>{escape(kind)}</code> {_type(content.get('schema', {}))}</p>{sample}"
    return shown


def _model(named: tuple[str, Document]) -> str:
    name, schema = named
    says = f"<p>{_prose(schema.get('description', ''))}</p>"
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{_type(described)}</td></tr>"
        for field, described in schema.get("properties", {}).items()
    )
    examples = "".join(
        f"<pre>{escape(json.dumps(example, indent=2, ensure_ascii=False))}</pre>"
        for example in schema.get("examples", [])
    )
    values = escape(", ".join(map(str, schema.get("enum", []))))
    return f'<h3 id="model-{escape(name)}">{escape(name)}</h3>{says}<p>{values}</p><table>{rows}</table>{examples}'


def _prose(text: str) -> str:
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _type(schema: Document) -> str:
    """What a value is, in a word or two, with a link to its model."""
    if reference := schema.get("$ref"):
        name = escape(reference.rpartition("/")[2])
        return f'<a href="#model-{name}">{name}</a>'
    if several := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return " or ".join(_type(one) for one in several)
    kind = escape(str(schema.get("type", "value")))
    return f"{kind} of {_type(schema['items'])}" if "items" in schema else kind
