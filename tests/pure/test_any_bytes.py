"""Whatever reads a stranger's file gives a value or says what is wrong with the file, whatever its bytes are.

Some examples for each reader; with PORTEVOIX_LONG=1 some thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spoilt import often, spoilt
from strange_mutations import JOB, SCRIPTS, a_document, a_workbook

from portevoix.authoring.account import Names, load_accounts
from portevoix.authoring.brand import BrandKit
from portevoix.authoring.document import load
from portevoix.authoring.glossary import load_glossary
from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.authoring.placement import Placement
from portevoix.authoring.recipe import Recipe
from portevoix.captions.aligning.script import parse_script
from portevoix.captions.files.read import parse_captions
from portevoix.delivery.read_cut import read_cut
from portevoix.errors import InvalidInput
from portevoix.framing.path_file import PathFile
from portevoix.library import ROOT
from portevoix.timing import parse_rate, parse_time

TIMELINES = ROOT / "tests" / "conformance" / "timelines"
CAPTIONS = {**{name: text.encode() for name, text in SCRIPTS.items()}, "x.docx": a_document(), "y.xlsx": a_workbook()}
PATH = b"clip: '%s'\nshots:\n  - from: 0:00\n    to: 0:02\n    look:\n      - {at: 0:00, x: 0.5, y: 0.5}\n" % (
    b"0" * 64
)
ACCOUNTS = (
    b"accounts:\n  a_fr: {name: A, languages: [fr], placements: [x_post], kit: aster, room: {gb: 2, files: 5}, "
    b"destination: {to: 's3://b/c', endpoint: 'http://[::1]:9', tags: {a: b}}}\ngroups: {press: {author: [a_fr]}}\n"
)
GLOSSARY = b"glossary:\n  - {fr: Nations Unies, en: United Nations}\n  - {fr: OMS}\n"


def shipped(folder: str, name: str = "*.yaml") -> list[bytes]:
    return [file.read_bytes() for file in sorted((ROOT / folder).rglob(name))][:4]


def placed(content: bytes, folder: Path, name: str) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("name", CAPTIONS)
def test_any_caption_file_is_read_or_refused(name: str, tmp_path: Path) -> None:
    @often(25)
    @given(content=spoilt(CAPTIONS[name]))
    def holds(content: bytes) -> None:
        file = placed(content, tmp_path, name)
        try:
            assert parse_captions(file, "fr", Path(name), "").cues
        except InvalidInput as error:
            assert error.faults

    holds()


@pytest.mark.parametrize("name", ["a.txt", "x.docx"])
def test_any_script_without_times_is_read_or_refused(name: str, tmp_path: Path) -> None:
    @often(25)
    @given(content=spoilt(a_document() if name == "x.docx" else b"Bonjour \xc3\xa0 tous.\n\nAu revoir.\n"))
    def holds(content: bytes) -> None:
        try:
            parse_script(placed(content, tmp_path, name), "fr", Path(name), "")
        except InvalidInput as error:
            assert error.faults

    holds()


READERS: dict[str, tuple[list[bytes], Callable[[Path], object]]] = {
    "job.yaml": ([JOB.encode(), *shipped("examples", "job.yaml")], lambda file: load(Job, file)),
    "job.json": ([b'{"recipe": "alert", "title": {"fr": "\\ud83d\\ude00"}}'], lambda file: load(Job, file)),
    "kit.yaml": (shipped("brand", "kit.yaml"), lambda file: load(BrandKit, file)),
    "recipe.yaml": (shipped("recipes"), lambda file: load(Recipe, file)),
    "placement.yaml": (shipped("portevoix/placements"), lambda file: load(Placement, file)),
    "language.yaml": (shipped("portevoix/languages", "fr.yaml"), lambda file: load(Language, file)),
    "camera.yaml": ([PATH], lambda file: load(PathFile, file)),
    "accounts.yaml": ([ACCOUNTS], lambda file: load_accounts(file.parent, Names(["fr"], ["x_post"], ["aster"]))),
    "glossary.yaml": ([GLOSSARY], lambda file: load_glossary(file.parent, ["fr", "en"])),
    "cut.edl": (
        shipped("tests/conformance/timelines", "*.edl"),
        lambda file: read_cut(file, Fraction(25), file.parent),
    ),
    "cut.xml": (
        shipped("tests/conformance/timelines", "*.xml"),
        lambda file: read_cut(file, Fraction(25), file.parent),
    ),
    "cut.otio": (
        shipped("tests/conformance/timelines", "*.otio"),
        lambda file: read_cut(file, Fraction(25), file.parent),
    ),
}


@pytest.mark.parametrize("name", READERS)
def test_any_document_is_read_or_refused(name: str, tmp_path: Path) -> None:
    samples, read = READERS[name]

    @often(12)
    @given(content=spoilt(*samples))
    def holds(content: bytes) -> None:
        try:
            read(placed(content, tmp_path, name))
        except InvalidInput as error:
            assert error.faults

    holds()


@often(60)
@given(
    text=st.one_of(
        st.text(max_size=20), spoilt(b"1:30.5", b"30000/1001", b"00:00:10,250").map(lambda b: b.decode("latin-1"))
    )
)
def test_any_time_and_rate_is_a_number_or_a_value_error(text: str) -> None:
    for parse in (parse_time, parse_rate):
        try:
            assert isinstance(parse(text), Fraction)
        except ValueError:
            pass
