"""All that a job may name: what is built in, and what an institution's house adds to it or puts in its place.

A house is a folder outside the source tree; `docs/house.md` shows one.
"""

from __future__ import annotations

import difflib
import functools
import os
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from portevoix.authoring.account import ACCOUNTS, Account, Accounts, Groups, Names, load_accounts
from portevoix.authoring.fonts import load_font_list
from portevoix.authoring.glossary import GLOSSARY, load_glossary
from portevoix.authoring.house_file import HOUSE_FILE, load_media_folders
from portevoix.authoring.kit import FILE, Kit, load_kits
from portevoix.authoring.language import Language, load_languages
from portevoix.authoring.placement import Placement, load_placements
from portevoix.authoring.recipe import Recipe, load_recipes
from portevoix.authoring.values import ByLanguage
from portevoix.errors import Fault, InvalidInput, invalid
from portevoix.files import state_of

ROOT = Path(__file__).resolve().parents[1]
SETTING = "PORTEVOIX_HOUSE"
LANGUAGES, PLACEMENTS, RECIPES, KITS = "languages", "placements", "recipes", "brand"  # a house's folders
ALIKE = 0.75  # as `recipe` and `recipes`: the one is meant for the other

Found = TypeVar("Found")


@dataclass(frozen=True)
class Library:
    """All data that a job may name. `house`: the folder that adds to what is built in, where there is one; `groups`:
    what the groups of its identity provider may do; `media`: the folders in which jobs find what is not beside them.
    """

    root: Path
    house: Path | None
    languages: dict[str, Language]
    placements: dict[str, Placement]
    recipes: dict[str, Recipe]
    kits: dict[str, Kit]
    accounts: dict[str, Account]
    glossary: tuple[ByLanguage, ...]
    groups: Groups = field(default_factory=dict)
    media: tuple[Path, ...] = ()

    @property
    def without_media(self) -> Library:
        """For jobs of strangers, which name no file that they did not bring."""
        return replace(self, media=())

    @property
    def default_kit(self) -> str:
        """The kit of a job that names neither a kit nor an account: the house's first by name, else the built-
        in one.
        """
        return next(iter(self.kits))

    @property
    def contents(self) -> str:
        """How much there is of each kind, the built-in data included."""
        counts: dict[str, Sized] = {
            "languages": self.languages,
            "placements": self.placements,
            "recipes": self.recipes,
            "brand kits": self.kits,
            "accounts": self.accounts,
            "glossary names": self.glossary,
        }
        return ", ".join(f"{len(found)} {name[: -1 if len(found) == 1 else None]}" for name, found in counts.items())

    @property
    def hint(self) -> str:
        """The end of a message about a name that is not here: where it would be looked for."""
        return "" if self.house else f"; no house was read (`--house DIR` or {SETTING} names one)"

    def language(self, code: str) -> Language | None:
        """The profile of a language by its code or one of its other names (`zh` for `zh-Hans`)."""
        found = self.languages.get(code)
        return found or next((language for language in self.languages.values() if code in language.aliases), None)


def named_house() -> Path | None:
    """The house that PORTEVOIX_HOUSE names; None where it names none."""
    named = os.environ.get(SETTING)
    return Path(named) if named else None


def load_library(house: Path | None = None, root: Path = ROOT) -> Library:
    """What is built in under `root`, and what `house` holds: without one, the house that PORTEVOIX_HOUSE names.

    It is read again where a file of it is another. Raises InvalidInput with every fault of every file.
    """
    house = house or named_house()
    folders = [folder for kind in (LANGUAGES, PLACEMENTS, RECIPES, KITS) for folder in _folders(kind, root, house)]
    own = [house / ACCOUNTS, house / GLOSSARY, house / HOUSE_FILE] if house else []
    names = tuple(sorted(path.name for path in house.iterdir())) if house and house.is_dir() else ()
    return _read(house, root, (state_of(*folders, root / "fonts", *own), names))


@functools.lru_cache(maxsize=4)
def _read(house: Path | None, root: Path, state: object) -> Library:
    """Reading takes half a second. `state`: differs where a file does."""
    faults = _Faults(_misnamed(house) if house else ())
    places = {kind: _folders(kind, root, house) for kind in (LANGUAGES, PLACEMENTS, RECIPES, KITS)}
    languages = faults.read(lambda: load_languages(*places[LANGUAGES])) or {}
    placements = faults.read(lambda: load_placements(*places[PLACEMENTS])) or {}
    recipes = faults.read(lambda: load_recipes(*places[RECIPES])) or {}
    fonts = faults.read(lambda: load_font_list(root / "fonts"))
    kits = faults.read(lambda: load_kits(reversed(places[KITS]), fonts.scripts)) if fonts else None
    names = Names(
        {*_names(places[LANGUAGES]), *(alias for language in languages.values() for alias in language.aliases)},
        _names(places[PLACEMENTS]),
        {path.parent.name for folder in places[KITS] for path in folder.glob(f"*/{FILE}")},
        {name for name, placement in placements.items() if placement.video is None},
    )
    accounts = faults.read(lambda: load_accounts(house, names)) if house else None
    glossary = faults.read(lambda: load_glossary(house, names.languages)) if house else None
    media = faults.read(lambda: load_media_folders(house)) if house else None
    if faults.found:
        raise InvalidInput(faults.found)
    own = accounts or Accounts(accounts={})
    made = (languages, placements, recipes, kits or {}, own.accounts, glossary or ())
    return Library(root, house, *made, own.groups, media or ())


class _Faults:
    """Collects the faults of all files, so that a file that is wrong hides no other."""

    def __init__(self, found: Iterable[Fault]) -> None:
        self.found = list(found)

    def read(self, load: Callable[[], Found]) -> Found | None:
        """What `load` reads; None where it raises InvalidInput, whose faults are kept."""
        try:
            return load()
        except InvalidInput as error:
            self.found += error.faults
            return None


def _folders(kind: str, root: Path, house: Path | None) -> list[Path]:
    """The built-in folder of one kind of data, then the house's, which counts more."""
    built_in = Path(__file__).parent if kind in (LANGUAGES, PLACEMENTS) else root
    return [built_in / kind, *([house / kind] if house else [])]


def _names(folders: Iterable[Path]) -> set[str]:
    """The names of files, also of wrong ones: naming one of those is not a second mistake."""
    return {path.stem for folder in folders for path in folder.glob("*.yaml")}


def _misnamed(house: Path) -> Iterator[Fault]:
    """What would be left out without a word. Raises InvalidInput where there is no such folder at all."""
    if not house.is_dir():
        raise invalid(house, "is not a folder; `portevoix new --house DIR` makes a house")
    known = {
        **dict.fromkeys((LANGUAGES, PLACEMENTS, RECIPES, KITS), True),
        **dict.fromkeys((ACCOUNTS, GLOSSARY, HOUSE_FILE), False),
    }
    for path in sorted(house.iterdir()):
        if path.name in known:
            if known[path.name] != path.is_dir():
                wanted = "a folder" if known[path.name] else "a file"
                yield Fault(str(path), None, None, f"must be {wanted}")
        elif close := difflib.get_close_matches(path.name, known, 1, ALIKE):
            yield Fault(str(path), None, None, f"is not read; call it {close[0]}")
    for folder in (house / name for name, is_folder in known.items() if is_folder):
        for path in sorted(folder.glob("*.yml")):
            yield Fault(str(path), None, None, f"is not read; call it {path.stem}.yaml")
