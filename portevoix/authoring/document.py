"""YAML and JSON files as authors write them, each value with its line and column.

Every author's file enters here: one reader, one way to report mistakes. YAML is 1.2: `no` is Norwegian, `1:30` is text.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from portevoix.authoring.before_parsing import LARGEST_DOCUMENT_BYTES, look_before, too_large
from portevoix.errors import Fault, InvalidInput, invalid
from portevoix.files import check_regular

# JSON writes a letter beyond 16 bits as two halves, which a parser of YAML leaves as they are.
PAIR = re.compile(r"(?<!\\)\\u[dD]([89abAB][0-9a-fA-F]{2})\\u[dD]([c-fC-F][0-9a-fA-F]{2})")
MOST_FAULTS = 200  # of one file are said; more is no author's file, or one mistake made over and over
UNBROKEN = 2**20  # characters of a line: none is broken

Model = TypeVar("Model", bound=BaseModel)
Place = Sequence[str | int]


class Authored(BaseModel):
    """Base of everything authors write: values never change and unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


@dataclass(frozen=True)
class Document:
    """One file's content and the place of each of its values."""

    path: Path
    content: Any

    def fault(self, place: Place, message: str) -> Fault:
        """A fault at the value that `place` leads to, e.g. `("clips", 0, "file")`."""
        line, column = self._position(place)
        return Fault(str(self.path), line, column, message, tuple(place))

    def _position(self, place: Place) -> tuple[int | None, int | None]:
        node: Any = self.content
        found = (0, 0)
        for step in place:
            marks: Any = getattr(node, "lc", None)
            try:
                if isinstance(node, CommentedMap):
                    found = marks.key(step) or found  # an empty one has no marks
                elif isinstance(node, CommentedSeq):
                    found = marks.item(step) or found
                else:
                    break
                node = node[step]
            except (KeyError, IndexError, TypeError):
                break
        return found[0] + 1, found[1] + 1


def read_document(path: Path, shown_as: Path | None = None) -> Document:
    """The content of a YAML or JSON file. Raises InvalidInput for a file that is absent, too large or not YAML."""
    shown = shown_as or path
    try:
        check_regular(path)
        if path.stat().st_size > LARGEST_DOCUMENT_BYTES:
            raise too_large(shown)
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise invalid(shown, "does not exist") from None
    except IsADirectoryError:
        raise invalid(shown, "is a folder, not a file") from None
    except UnicodeDecodeError as error:
        raise invalid(shown, f"is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise invalid(shown, f"cannot be read: {error.strerror}") from None
    text = PAIR.sub(_joined, text)
    look_before(text, shown)
    try:
        content = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise invalid(shown, f"is not valid YAML: {error.problem or error.context}", *place) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise invalid(shown, f"is not valid YAML: {str(error).splitlines()[0]}") from None
    return Document(shown, content)


def _joined(halves: re.Match[str]) -> str:
    return chr(0x10000 + ((int(halves[1], 16) - 0x800) << 10) + int(halves[2], 16) - 0xC00)


def write_document(content: Any) -> str:
    """Keys and values as a YAML text. No line is broken."""
    yaml = YAML(typ="rt")
    yaml.preserve_quotes, yaml.width, yaml.allow_unicode = True, UNBROKEN, True
    written = StringIO()
    yaml.dump(content, written)
    return written.getvalue()


def with_values(text: str, values: Mapping[tuple[str | int, ...], Any]) -> str:
    """A document with other values at some places, comments and order kept. None takes a key out; folders of keys that
    are not there are added.
    """
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    content = yaml.load(text)
    for place, value in values.items():
        _put(content, place, value)
    return write_document(content)


def _put(content: Any, place: tuple[str | int, ...], value: Any) -> None:
    *steps, last = place
    nodes = [content]
    for step in steps:
        if isinstance(step, str) and step not in nodes[-1]:
            if value is None:
                return
            nodes[-1][step] = {}
        nodes.append(nodes[-1][step])
    if value is not None:
        nodes[-1][last] = value
        return
    nodes[-1].pop(last, None)
    for step, node, inner in reversed(list(zip(steps, nodes, nodes[1:], strict=False))):
        if not inner and isinstance(node, dict):
            del node[step]


def validate(model: type[Model], document: Document) -> Model:
    """The document as a `model`. Raises InvalidInput with all its faults, each at its line and column."""
    if not isinstance(document.content, dict):
        raise InvalidInput([document.fault((), f"must hold keys and values (such as {_first_key(model)}: …)")])
    try:
        return model.model_validate(_plain(document.content))
    except ValidationError as error:
        raise InvalidInput(_faults(error, model, document)) from None


def _faults(error: ValidationError, model: type[BaseModel], document: Document) -> Iterator[Fault]:
    """What is wrong, as sentences; of a great many mistakes the first."""
    found = error.errors(include_url=False)
    for one in found[:MOST_FAULTS]:
        yield document.fault(one["loc"], _sentence(one, model))
    if more := found[MOST_FAULTS:]:
        yield document.fault(more[0]["loc"], f"and {len(more):,} more mistakes from here on")


def validate_known(model: type[Model], document: Document) -> tuple[Model, list[Fault]]:
    """The document as a `model` without its unknown keys, and a fault for each of these, so that they hide none.

    A key that is like a known one is taken for it. Raises InvalidInput where a value is wrong.
    """
    try:
        return validate(model, document), []
    except InvalidInput as error:
        faults = error.faults
    if not isinstance(document.content, dict):
        raise InvalidInput(faults)
    content = _plain(document.content)
    try:
        model.model_validate(content)
    except ValidationError as error:
        for wrong in error.errors()[:MOST_FAULTS]:
            if wrong["type"] == "extra_forbidden":
                _take_for_known(model, content, wrong["loc"])
    try:
        return model.model_validate(content), faults
    except ValidationError:
        raise InvalidInput(faults) from None


def _take_for_known(model: type[BaseModel], content: Any, place: Place) -> None:
    node: Any = content
    for step in place[:-1]:
        try:
            node = node[step]
        except (KeyError, TypeError):
            return  # the name of a union's branch
    value, known = node.pop(place[-1], None), _keys_at(model, place[:-1])
    if close := difflib.get_close_matches(str(place[-1]), known, 1):
        node.setdefault(close[0], value)


def load(model: type[Model], path: Path, shown_as: Path | None = None) -> Model:
    """Read `path` and validate it as `model`. Raises InvalidInput."""
    return validate(model, read_document(path, shown_as))


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node


def _first_key(model: type[BaseModel]) -> str:
    return next(iter(model.model_fields))


def _sentence(error: Any, model: type[BaseModel]) -> str:
    place = error["loc"]
    name = ".".join(str(step) for step in place) or "the file"
    value = error.get("input")
    match error["type"]:
        case "extra_forbidden":
            known = _keys_at(model, place[:-1])
            close = difflib.get_close_matches(str(place[-1]), known, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"
            return f"unknown key {place[-1]!r}; {hint}"
        case "missing":
            return f"{name} is missing"
        case "value_error" | "assertion_error":
            return f"{name}: {error['ctx']['error']}"
        case "literal_error" | "enum":
            return f"{name}: {value!r} is not known; choose {error['ctx']['expected']}"
    shown = f" (it is {value!r})" if isinstance(value, str | int | float | bool) else ""
    return f"{name}: {error['msg'][0].lower()}{error['msg'][1:]}{shown}"


@functools.cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)


def _keys_at(model: type[BaseModel], place: Sequence[str | int]) -> list[str]:
    """Names of the keys that may stand at `place`, found in the model's JSON Schema."""
    schema = _schema(model)
    nodes: list[Any] = [schema]
    for step in place:
        nodes = [child for node in nodes for child in _children(node, step, schema)]
    options = [option for node in nodes for option in _options(node, schema)]
    return sorted({key for option in options for key in option.get("properties", {})})


def _resolve(node: Any, schema: Any) -> Any:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return node


def _options(node: Any, schema: Any) -> list[Any]:
    """What may stand at a node: itself, or one of several."""
    node = _resolve(node, schema)
    several = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    return [found for each in several for found in _options(each, schema)] or [node]


def _children(node: Any, step: str | int, schema: Any) -> list[Any]:
    found = []
    for option in _options(node, schema):
        if isinstance(step, int):
            found += [option["items"]] if isinstance(option.get("items"), dict) else []
        elif step in option.get("properties", {}):
            found.append(option["properties"][step])
        elif isinstance(option.get("additionalProperties"), dict):
            found.append(option["additionalProperties"])
        else:
            found.append(option)  # the name of a union's branch, which is no step into the file
    return found
