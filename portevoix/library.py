"""What stands beside the code as data: languages, placements, recipes, accounts, kits and fonts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portevoix.authoring.account import Account, load_accounts
from portevoix.authoring.language import Language, load_languages
from portevoix.authoring.placement import Placement, load_placements
from portevoix.authoring.recipe import Recipe, load_recipes

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Library:
    """All data that a job may name."""

    root: Path
    languages: dict[str, Language]
    placements: dict[str, Placement]
    recipes: dict[str, Recipe]
    accounts: dict[str, Account]

    @property
    def kits(self) -> list[str]:
        """Names of the brand kits in `brand/`."""
        return sorted(path.parent.name for path in (self.root / "brand").glob("*/kit.yaml"))

    def language(self, code: str) -> Language | None:
        """The profile of a language by its code or one of its other names (`zh` for `zh-Hans`)."""
        found = self.languages.get(code)
        return found or next((language for language in self.languages.values() if code in language.aliases), None)


def load_library(root: Path = ROOT) -> Library:
    """Read all data files of the installation. Raises InvalidInput."""
    package = Path(__file__).parent
    return Library(
        root=root,
        languages=load_languages(package / "languages"),
        placements=load_placements(package / "placements"),
        recipes=load_recipes(root / "recipes"),
        accounts=load_accounts(root / "accounts.yaml"),
    )
