"""Brand kits read from their folders, each with those that it inherits, and the files that they name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from portevoix.authoring.brand import BrandKit, LogoVariant
from portevoix.authoring.document import Document, read_document, validate
from portevoix.authoring.folder import contained
from portevoix.authoring.kit_chain import chain_of, found_in
from portevoix.authoring.kit_checks import faults_of, logos_of
from portevoix.authoring.logo import LogoFile
from portevoix.errors import Fault, InvalidInput, invalid

FILE = "kit.yaml"
# Keys that change no drawing by themselves.
NOT_DRAWN = {"name", "inherits", "organisation", "motion", "stings", "music"}


@dataclass(frozen=True)
class Kit:
    """A brand kit that was found sound, with its logos. `digest`: of all that its drawings show.

    `folders`: its own and those that it inherits, nearest first.
    """

    values: BrandKit
    digest: str
    logos: Mapping[LogoVariant, LogoFile]
    folders: tuple[Path, ...]

    def file(self, name: str | Path) -> Path:
        """A file that the kit names: its own, else that of the nearest kit it inherits; its whole path, since ffmpeg
        works elsewhere. Raises InvalidInput.
        """
        found = found_in(self.folders, name)
        if isinstance(found, str):
            raise invalid(self.folders[0] / FILE, found)
        return found.absolute()


def load_kits(shelves: Iterable[Path], serving: Mapping[str, Collection[str]]) -> dict[str, Kit]:
    """Every kit of some folders of kits, by name. A kit takes the place of one of the same name in a later folder.

    `serving`: the families that set each script. Raises InvalidInput with the faults of all kits.
    """
    documents: dict[str, Document] = {}
    kits: dict[str, Kit] = {}
    faults: list[Fault] = []
    faults_by_kit: dict[Path, list[Fault]] = {}
    for path in (path for shelf in shelves for path in sorted(shelf.glob(f"*/{FILE}"))):
        if path.parent.name not in documents:
            try:
                documents[path.parent.name] = read_document(contained(path, path.parents[2]))
            except InvalidInput as error:
                faults += error.faults
    for name, document in documents.items():
        try:
            kits[name] = _load(name, documents, serving)
        except InvalidInput as error:
            faults_by_kit[document.path] = error.faults
    if faults or faults_by_kit:
        raise InvalidInput([*faults, *_each_once(faults_by_kit)])
    return kits


def _each_once(found: Mapping[Path, list[Fault]]) -> Iterator[Fault]:
    """Faults by the file of the kit that has them: not again in every kit that inherits it."""
    own = {str(path) for path, faults in found.items() if any(fault.file == str(path) for fault in faults)}
    for path, faults in found.items():
        yield from (fault for fault in faults if fault.file == str(path) or fault.file not in own)


def _load(name: str, documents: Mapping[str, Document], serving: Mapping[str, Collection[str]]) -> Kit:
    chain = chain_of(name, documents)
    faults = [
        file.fault(("name",), f"{file.content.get('name')!r} is not its folder's name; call it {file.path.parent.name}")
        for file in chain.files
        if isinstance(file.content, dict) and file.content.get("name") != file.path.parent.name
    ]
    try:
        values = validate(BrandKit, chain)
    except InvalidInput as error:
        raise InvalidInput([*faults, *error.faults]) from None
    logos, unusable = logos_of(values, chain)
    named = [*unusable, *faults_of(values, logos, chain, serving)]
    if faults := [*faults, *(chain.fault(place, message) for place, message in named)]:
        raise InvalidInput(faults)
    drawn = values.model_dump(mode="json", exclude=NOT_DRAWN)
    if values.colours.alert is None:  # a kit without it is drawn as it always was
        del drawn["colours"]["alert"], drawn["colours"]["on_alert"]
    if values.cards.light == "none":  # so is one without light
        del drawn["cards"]["light"]
    del drawn["cards"]["behind"]  # a card over the film is drawn as over any ground that moves
    drawn["logo"] |= {variant: logo.digest for variant, logo in logos.items()}
    digest = hashlib.sha256(json.dumps(drawn, sort_keys=True).encode()).hexdigest()
    return Kit(values, digest, logos, chain.folders)
