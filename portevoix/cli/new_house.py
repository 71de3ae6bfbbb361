"""A house to fill in: an institution's own data, small and valid as it is."""

from __future__ import annotations

from pathlib import Path

from portevoix.errors import PortevoixError

README = """\
# Our house

What Portevoix knows of our institution. `portevoix house check --house .` names every fault of it.

| | |
|---|---|
| `accounts.yaml` | who receives films: language, brand kit, placements |
| `brand/` | brand kits, a folder each with a `kit.yaml` and the files that it names |
| `glossary.yaml` | names, each as every language writes it |
| `house.yaml` | where media lie that jobs name and do not bring |
| `recipes/`, `placements/`, `languages/` | a YAML file each; one with a built-in one's name replaces it |

The last three folders are made when they are needed. The page `docs/house.md` of Portevoix shows a whole house.
"""
ACCOUNTS = """\
# Who receives films, one entry for each handle. `portevoix schema accounts` describes every key;
# `portevoix languages` and `portevoix placements` list what may be named.
accounts:
  institution:
    language: en
    kit: institution
    prefix: institution   # where the files of this account go
    placements: [instagram_story, instagram_feed, x, youtube]
"""
KIT = """\
# How films look. `portevoix schema brand` describes every key; `portevoix brand preview institution` draws it.
name: institution   # as the folder
inherits: plain     # built in: it has all that is not said here
organisation:
  en: Your institution
  fr: Votre institution
# Files of this folder, PNG with transparency:
# logo: {light: logo_light.png, dark: logo_dark.png, over_pictures: light}
# colours: {ground: "#22262B", accent: "#3F5B73"}
"""
GLOSSARY = """\
# Names, each as every language writes it. A job that has a `glossary` of its own does without these.
# glossary:
#   - {en: European Union, fr: Union européenne}
glossary: []
"""
HOUSE = """\
# Folders of films, photos and sounds: what a job names and does not find in its own folder is looked for there, by
# `portevoix` on this machine. The service takes uploads alone.
# media: [/srv/media]
media: []
"""
FILES = {
    "README.md": README,
    "accounts.yaml": ACCOUNTS,
    "brand/institution/kit.yaml": KIT,
    "glossary.yaml": GLOSSARY,
    "house.yaml": HOUSE,
}


def new_house(folder: Path) -> None:
    """Write a house. Raises PortevoixError where something is in that place already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PortevoixError(f"{folder} is not empty; choose another folder")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
