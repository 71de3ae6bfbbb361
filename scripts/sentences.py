"""The sentences that the engine and the service may say to a person, read from their source as templates.

A page recognises a sentence by its template (`service/http/desk/sentences.py`), so each needs its French.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from portevoix.library import ROOT

# Whose sentences a user of the pages meets: in what they send, in captions, checks, approvals and releases.
SPEAKING = (
    "portevoix/errors.py",
    "portevoix/library.py",
    "portevoix/timing.py",
    "portevoix/authoring/document.py",
    "portevoix/authoring/job.py",
    "portevoix/authoring/post.py",
    "portevoix/order/*.py",
    "portevoix/captions/rules.py",
    "portevoix/captions/files/read.py",
    "portevoix/captions/files/encoding.py",
    "portevoix/captions/files/formats/cue_times.py",
    "portevoix/captions/files/formats/srt.py",
    "portevoix/captions/files/formats/webvtt.py",
    "portevoix/sources/probe.py",
    "portevoix/sources/photo.py",
    "portevoix/sources/tracks.py",
    "portevoix/sources/film_time.py",
    "portevoix/sources/damage.py",
    "portevoix/delivery/checks/*.py",
    "portevoix/delivery/deliver.py",
    "portevoix/drawing/too_long.py",
    "portevoix/drawing/captions.py",
    "portevoix/drawing/text.py",
    "portevoix/drawing/cards/*.py",
    "portevoix/timeline/*.py",
    "portevoix/plan/make.py",
    "service/approvals.py",
    "service/releases.py",
    "service/embargo.py",
    "service/passwords.py",
    "service/sessions.py",
    "service/comments.py",
    "service/ledger/jobs.py",
    "service/http/auth.py",
    "service/http/submission.py",
    "service/http/intake.py",
    "service/http/draft.py",
    "service/http/rewording.py",
    "service/http/corrections.py",
    "service/http/editing.py",
    "service/http/changes.py",
)
A_SENTENCE = re.compile(r"[^\W\d_]\S*\s+\S|^[a-z]+$")


def sentences() -> dict[str, str]:
    """Each sentence as gettext writes it (`%(name)s` for a value), with the file that says it."""
    found: dict[str, str] = {}
    for pattern in SPEAKING:
        for path in sorted(ROOT.glob(pattern)):
            for text in _said_in(path):
                found.setdefault(text, str(path.relative_to(ROOT)))
    return found


def _said_in(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    unsaid = {id(node) for node in _not_said(tree)}
    for node in ast.walk(tree):
        if id(node) not in unsaid and (text := _template(node)) and re.search(r"[^\W\d_]\S* +\S", text):
            yield text


def _not_said(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, annotations, and the parts of a template."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.FormattedValue) and node.format_spec:
            yield node.format_spec


def _template(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.replace("%", "%%")
    if not isinstance(node, ast.JoinedStr):
        return None
    text, used = "", dict[str, int]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value).replace("%", "%%")
        elif isinstance(part, ast.FormattedValue) and not text.endswith(")s"):
            name = _name(part.value)
            used[name] = used.get(name, 0) + 1
            text += f"%({name}{used[name] if used[name] > 1 else ''})s"
    return text


def _name(value: ast.expr) -> str:
    """A name for a value, from the expression that gives it."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=ast.Attribute(attr="join"), args=[inner]):
            return _name(inner)
        case ast.Call(func=ast.Name(id=name), args=[]):
            return name
        case ast.Call(func=ast.Name(id="suggestion" as name)):
            return name
        case ast.Call(args=[inner, *_rest]) | ast.BoolOp(values=[inner, *_rest]):
            return _name(inner)
        case ast.Call(func=inner) | ast.Subscript(value=inner) | ast.BinOp(left=inner) | ast.UnaryOp(operand=inner):
            return _name(inner)
        case ast.Starred(value=inner) | ast.GeneratorExp(elt=inner) | ast.ListComp(elt=inner):
            return _name(inner)
    return "value"
