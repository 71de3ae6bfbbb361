"""The glossary of a house: names, each as every language writes it. One file, `glossary.yaml`."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from portevoix.authoring.document import Authored, read_document, validate
from portevoix.authoring.folder import contained
from portevoix.authoring.values import ByLanguage
from portevoix.errors import InvalidInput, suggestion

GLOSSARY = "glossary.yaml"


class Glossary(Authored):
    """The file `glossary.yaml`."""

    glossary: tuple[ByLanguage, ...]


def load_glossary(house: Path, languages: Collection[str]) -> tuple[ByLanguage, ...]:
    """A house's names, each by language; none where it has no such file.

    Raises InvalidInput with every fault, also for a language that is not known.
    """
    path = house / GLOSSARY
    if not os.path.lexists(path):
        return ()
    document = read_document(contained(path, house))
    glossary = validate(Glossary, document).glossary
    faults = [
        document.fault(("glossary", number, code), f"language {code!r} is not known; {suggestion(code, languages)}")
        for number, names in enumerate(glossary)
        for code in names
        if code not in languages
    ]
    if faults:
        raise InvalidInput(faults)
    return glossary
