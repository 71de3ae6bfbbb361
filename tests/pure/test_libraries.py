"""Each outside library enters through the modules that are named here; a new door is a decision, and is made here."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import defaultdict
from importlib.metadata import packages_distributions

from portevoix.library import ROOT

OWN = {"api", "portevoix", "service", "workers"}
# What whole layers are written in: models, commands, routes, tables, pictures, arrays.
EVERYWHERE = {"fastapi", "numpy", "PIL", "pydantic", "sqlalchemy", "starlette", "typer"}
DOORS = {
    "alembic": {"service/ledger/database.py", "service/ledger/migrations"},
    "argon2": {"service/passwords.py"},
    "authlib": {"service/sign_in.py"},
    "av": {
        "portevoix/delivery/poster/reader.py",
        "portevoix/delivery/tags.py",
        "portevoix/render/join.py",
        "portevoix/render/measure.py",
        "portevoix/render/sound/waveform.py",
        "portevoix/sources/damage.py",
        "portevoix/sources/opened.py",
        "portevoix/sources/probe.py",
        "portevoix/sources/sound_file.py",
        "portevoix/sources/time_code.py",
        "portevoix/sources/tracks.py",
    },
    "babel": {"portevoix/captions/holding.py", "service/http/desk/sentences.py", "service/http/desk/texts.py"},
    "boto3": {"portevoix/store/s3_client.py"},
    "botocore": {"portevoix/store/s3_client.py"},
    "c2pa": {"portevoix/delivery/credentials/c2pa_files.py"},
    "celery": {"workers/app.py"},
    "cryptography": {
        "portevoix/delivery/credentials/chain.py",
        "portevoix/delivery/credentials/keys.py",
        "portevoix/delivery/credentials/test_authority.py",
    },
    "cv2": {"portevoix/framing/faces.py"},
    "docx": {"portevoix/captions/files/formats/word_document.py"},
    "ffmpeg": {"portevoix/render/picture"},
    "fontTools": {"portevoix/drawing/fonts.py", "service/http/desk/assets.py"},
    "h11": {"service/http/server.py"},
    "icu4py": {"portevoix/captions/breaks.py"},
    "imageio_ffmpeg": {"portevoix/ffmpeg.py"},
    "jinja2": {"service/http/desk/rendering.py"},
    "joserfc": {"service/sign_in.py"},
    "kombu": {"workers/app.py"},
    "moviepy": {"portevoix/drawing/motion.py"},
    "openpyxl": {"portevoix/captions/files/formats/spreadsheet.py"},
    "opentimelineio": {"portevoix/delivery/cut_list.py", "portevoix/delivery/timeline_clips.py"},
    "prometheus_client": {"service/metrics.py"},
    "pydantic_settings": {"service/settings.py"},
    "pyphen": {"portevoix/captions/breaks.py"},
    "pyvips": {"portevoix/drawing/text.py", "portevoix/sources/photo.py"},
    "requests": {"service/sign_in.py"},
    "rich": {"portevoix/cli"},
    "ruamel": {"portevoix/authoring/before_parsing.py", "portevoix/authoring/document.py"},
    "scenedetect": {"portevoix/framing/shots.py"},
    "uvicorn": {"service/http/server.py"},
    "webvtt": {"portevoix/captions/files/formats/webvtt_writer.py"},
}


def imported() -> dict[str, set[str]]:
    """The outside libraries, each with the files that import it."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in sorted(OWN):
        for file in [ROOT / f"{name}.py"] if name == "api" else (ROOT / name).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                for module in _modules(node):
                    library = module.partition(".")[0]
                    if library not in OWN and library not in sys.stdlib_module_names:
                        found[library].add(file.relative_to(ROOT).as_posix())
    return found


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def test_an_outside_library_enters_through_its_own_doors() -> None:
    found = {library: files for library, files in imported().items() if library not in EVERYWHERE}
    beside = {
        library: sorted(file for file in files if not file.startswith(tuple(DOORS.get(library, ()))))
        for library, files in found.items()
    }
    assert {library: files for library, files in beside.items() if files} == {}


def test_no_door_is_named_through_which_nothing_comes() -> None:
    found = imported()
    unused = {
        library: sorted(door for door in doors if not any(file.startswith(door) for file in found.get(library, ())))
        for library, doors in DOORS.items()
    }
    assert {library: doors for library, doors in unused.items() if doors} == {}


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split(r"[<>=\[]", requirement)[0] for requirement in project["dependencies"]}
    known = packages_distributions()
    of = {library: {name.lower().replace("_", "-") for name in known.get(library, ())} for library in imported()}
    assert {library for library, names in of.items() if names and not names & declared} == set()
