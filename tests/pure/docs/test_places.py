"""The documents name files and pages that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portevoix.library import ROOT

DOCUMENTS = [*sorted((ROOT / "docs").glob("*.md")), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md"))]
MODULE = re.compile(r"`((?:[\w-]+/)*[\w-]+\.py)\b")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
TO_FILL_IN = re.compile(r"[A-Z]{4}")  # tests/PACKAGE/test_MODULE.py


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_a_document_names_modules_and_pages_that_are_there(document: Path) -> None:
    text = document.read_text("utf-8")
    there = {
        file.relative_to(ROOT).as_posix()
        for folder in ("benchmarks", "examples", "portevoix", "scripts", "service", "tests", "workers")
        for file in (ROOT / folder).rglob("*.py")
    } | {"api.py"}
    lost = [name for name in MODULE.findall(text) if not TO_FILL_IN.search(name) and not _is_end_of(name, there)]
    lost += [target for target in LINK.findall(text) if not (document.parent / target).exists()]
    assert lost == []


def _is_end_of(name: str, files: set[str]) -> bool:
    return any(file == name or file.endswith(f"/{name}") for file in files)
