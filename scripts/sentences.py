"""The sentences that the engine and the service may say to a person, read from their source as templates.

A page recognises a sentence by its template (`service/http/desk/sentences.py`), so each needs its French.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from portevoix.library import ROOT
from portevoix.timeline.card_names import ANSWERED, NAMES, OF_A_CLIP

# Whose sentences a user of the pages meets: in what they send, in captions, checks, approvals and releases.
SPEAKING = (
    "portevoix/errors.py",
    "portevoix/timing.py",
    "portevoix/authoring/before_parsing.py",
    "portevoix/authoring/document.py",
    "portevoix/authoring/job.py",
    "portevoix/authoring/pictures.py",
    "portevoix/authoring/post.py",
    "portevoix/order/*.py",
    "portevoix/captions/rules.py",
    "portevoix/captions/files/read.py",
    "portevoix/captions/files/encoding.py",
    "portevoix/captions/files/formats/cue_times.py",
    "portevoix/captions/files/formats/srt.py",
    "portevoix/captions/files/formats/webvtt.py",
    "portevoix/sandbox/calls.py",
    "portevoix/sources/probe.py",
    "portevoix/sources/sound_file.py",
    "portevoix/sources/photo.py",
    "portevoix/sources/tracks.py",
    "portevoix/sources/film_time.py",
    "portevoix/sources/damage.py",
    "portevoix/delivery/checks/agreement.py",
    "portevoix/delivery/checks/placements.py",
    "portevoix/delivery/checks/posts.py",
    "portevoix/delivery/checks/house_rules.py",
    "portevoix/delivery/checks/sidecars.py",
    "portevoix/delivery/checks/stretches.py",
    "portevoix/delivery/checks/verdict.py",
    "portevoix/delivery/checks/zones.py",
    "portevoix/delivery/deliver.py",
    "portevoix/drawing/artist.py",
    "portevoix/drawing/too_long.py",
    "portevoix/drawing/captions.py",
    "portevoix/drawing/cards/*.py",
    "portevoix/timeline/cues.py",
    "portevoix/timeline/parts.py",
    "portevoix/timeline/titles.py",
    "portevoix/plan/budget.py",
    "portevoix/plan/logo_scenes.py",
    "portevoix/plan/make.py",
    "portevoix/plan/face_findings.py",
    "portevoix/plan/flash_frames.py",
    "portevoix/plan/pulse.py",
    "portevoix/plan/reading_time.py",
    "portevoix/plan/title_times.py",
    "service/approvals.py",
    "service/releases.py",
    "service/embargo.py",
    "service/passwords.py",
    "service/sessions.py",
    "service/comments.py",
    "service/ledger/jobs.py",
    "service/ledger/waiting.py",
    "service/http/auth.py",
    "service/http/pace.py",
    "service/http/submission.py",
    "service/http/intake.py",
    "service/http/draft.py",
    "service/http/rewording.py",
    "service/http/corrections.py",
    "service/http/editing.py",
    "service/http/changes.py",
)
# Single words of rules, of what they measured, and of kinds.
TERMS = (
    *(
        "account",
        "alt_text",
        "answer",
        "aspect",
        "bytes",
        "captions",
        "chapter",
        "characters",
        "chroma",
        "claim",
        "codec",
    ),
    *(
        "colour",
        "container",
        "document",
        "format",
        "frames",
        "gap",
        "hashtags",
        "headline",
        "height",
        "loudness",
        "name",
    ),
    *("no", "none", "overlap", "pages", "pixels", "placement", "portrait", "post", "quote", "recipe", "reference"),
    *(
        "cover",
        "release",
        "rotation",
        "scan",
        "sound",
        "source",
        "square",
        "still",
        "story",
        "text",
        "title",
        "untranslated",
    ),
    *("verdict", "video", "wide", "width", "withdrawal", "yes"),
    *(
        "received",
        "planning",
        "planned",
        "rendering",
        "checking",
        "done",
        "failed",
        "refused",
        "cancelling",
        "cancelled",
    ),
    *("waiting", "released", "withdrawn"),
)
CARDS = (*NAMES.values(), OF_A_CLIP, ANSWERED)
# How findings are listed, and what pydantic says of values of the wrong kind.
OTHERS = (
    "%(path)s: %(rule)s is %(measured)s, %(wanted)s",
    "%(rule)s (warning)",
    "%(rule)s (error)",
    "at least %(low)s, at most %(high)s",
    "input should be a valid string",
    "input should be a valid list",
    "input should be a valid tuple",
    "input should be a valid dictionary",
    "input should be a valid integer",
    "input should be a valid number",
    "input should be a valid boolean",
    "input should be greater than or equal to %(least)s",
    "input should be less than or equal to %(most)s",
    "input should have timezone info",
)
WORDS = re.compile(r"[^\W\d_]\S* +\S")
LEAST = 4  # letters beside the values: fewer are found in sentences of others too
HOLE = re.compile(r"%\(\w+\)s")
NO_SENTENCE = re.compile(
    r"\(\?|<span|\\w|-->\n|^names no `\(|^unexpected end|^approval lost"
    r"|^A \w+: |%%[sd]|^%\(\w+\)s of %\(\w+\)s$|^(?:name|address) %"
)


def sentences() -> dict[str, str]:
    """Each sentence as gettext writes it (`%(name)s` for a value), with the file that says it."""
    found = dict.fromkeys((*TERMS, *CARDS, *OTHERS), "scripts/sentences.py")
    for pattern in SPEAKING:
        for path in sorted(ROOT.glob(pattern)):
            for text in _said_in(path):
                found.setdefault(text, str(path.relative_to(ROOT)))
    return found


def _said_in(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    unsaid = {id(node) for node in _not_said(tree)}
    for node in ast.walk(tree):
        if id(node) not in unsaid and (text := _template(node)) and _is_sentence(text):
            yield text


def _is_sentence(text: str) -> bool:
    """Whether a text has words of its own beside its values."""
    own = HOLE.sub("", text)
    return bool(WORDS.search(text) and len(re.findall(r"[^\W\d_]", own)) >= LEAST and not NO_SENTENCE.search(text))


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
