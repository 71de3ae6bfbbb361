"""What a house says of itself: one file, `house.yaml`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from portevoix.authoring.document import Authored, read_document, validate
from portevoix.authoring.folder import contained
from portevoix.files import resolved

HOUSE_FILE = "house.yaml"


def _listed(given: object) -> object:
    return [given] if isinstance(given, str) else given


def _named(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    for folder in folders:
        if folder == Path() or resolved(folder) == Path("/"):
            raise ValueError(f"{str(folder)!r} is no folder of media alone; name one")
    return folders


class HouseFile(Authored):
    """The file `house.yaml`. `media`: one folder or several in which jobs find their files, after their own folder."""

    media: Annotated[tuple[Path, ...], BeforeValidator(_listed), AfterValidator(_named)] = ()


def load_media_folders(house: Path) -> tuple[Path, ...]:
    """The house's media folders, without links; what is not absolute counts from the house. They need not be there.

    Raises InvalidInput.
    """
    path = house / HOUSE_FILE
    if not os.path.lexists(path):
        return ()
    named = validate(HouseFile, read_document(contained(path, house))).media
    return tuple(dict.fromkeys(resolved(house / folder) for folder in named))
