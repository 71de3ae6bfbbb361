"""What the pages say in English and the French catalogue lacks, written as entries to be filled in: `make words`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract
from sentences import sentences

from portevoix.library import ROOT
from service.http.desk.texts import CATALOGUES, PLURALS

Message = str | tuple[str, ...]
SOURCES = ((ROOT / "service" / "http" / "desk", "*.py"), (ROOT / "service" / "http" / "routes" / "desk", "*.py"))
TEMPLATES = ROOT / "web" / "templates"
OPTIONS = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}


def said() -> dict[Message, str]:
    """Every text that a page may show, with the file that says it: its own, and the engine's sentences."""
    found: dict[Message, str] = {**sentences()}
    for path, method in _files():
        for _, message, _, _ in extract_from_file(method, path, options=OPTIONS):
            found.setdefault(message, str(path.relative_to(ROOT)))
    return found


def _files() -> Iterator[tuple[object, object]]:
    for folder, pattern in SOURCES:
        yield from ((path, "python") for path in sorted(folder.rglob(pattern)))
    yield from ((path, babel_extract) for path in sorted(TEMPLATES.rglob("*.html")))


def french() -> dict[Message, tuple[str, ...]]:
    """What the French catalogue holds: each text and its translations, one for each number."""
    found = {}
    for path in sorted((CATALOGUES / "fr").rglob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="fr"):
                if message.id:
                    translated = message.string if isinstance(message.string, tuple) else (message.string,)
                    found[message.id] = tuple(map(str, translated))
    return found


def missing() -> dict[Message, str]:
    """What a page says that has no French, or not for every number."""
    known = french()
    return {text: place for text, place in said().items() if not all(known.get(text, ("",)))}


def main() -> None:
    catalogue = Catalog("fr", fuzzy=False)
    catalogue.mime_headers = [("Plural-Forms", PLURALS["fr"])]
    for text, place in missing().items():
        catalogue.add(text, locations=[(place, None)])
    write_po(sys.stdout.buffer, catalogue, omit_header=True)
    for text in french().keys() - said().keys():
        print(f"# said nowhere any more: {text!r}")


if __name__ == "__main__":
    main()
