"""The form of a new job: a field for each input that a recipe declares, described for the script that shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from portevoix.authoring.recipe import Need, Recipe
from service.http.desk.texts import Texts

Kind = Literal["words", "text", "time", "file", "scripts", "choice", "list", "named", "flag"]


@dataclass(frozen=True)
class Field:
    """One field. `of`: which files it takes, of a `file`; the fields of each entry, of a `list` or what is `named`.

    `long`: its words may be a sentence and more. `many`: what each entry is called.
    """

    key: str
    kind: Kind
    label: str
    help: str = ""
    need: Need = "possible"
    files: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    long: bool = False
    many: str = ""

    def told(self) -> dict[str, Any]:
        """It as the script reads it: what is empty is left out."""
        said = {name: value for name, value in self.__dict__.items() if value}
        return said | ({"fields": [field.told() for field in self.fields]} if self.fields else {})


def fields_of(recipe: Recipe, texts: Texts) -> list[Field]:
    """The fields of a recipe, in the order in which a person thinks of them."""
    known = _known(recipe, texts)
    return [replace(known[key], need=recipe.inputs[key]) for key in known if key in recipe.inputs] + _sounds(
        recipe, texts
    )


def _known(recipe: Recipe, texts: Texts) -> dict[str, Field]:
    _ = texts.gettext
    found = [
        Field(
            "clips",
            "list",
            _("Clips"),
            _("In the order in which they are seen."),
            fields=_clip(recipe, texts),
            many=_("Clip"),
        ),
        Field("scripts", "scripts", _("Captions"), _("One file for each language."), files=("captions",)),
        Field("picture", "file", _("Photo"), files=("photo",)),
        Field("title", "words", _("Title")),
        Field("kicker", "words", _("Above the title"), _("A few words.")),
        Field("text", "words", _("Text"), _("What it says, in sentences."), long=True),
        Field(
            "headline", "words", _("Headline"), _("Stands at the head of the upright formats once the title has gone.")
        ),
        Field(
            "details",
            "list",
            _("Lines"),
            _("The date first, then place and people."),
            fields=(Field("", "words", _("Line")),),
            many=_("Line"),
        ),
        Field("points", "list", _("Points"), fields=_point(texts), many=_("Point")),
        Field("quote", "words", _("Quotation"), long=True),
        Field("speakers", "named", _("People on screen"), fields=_speaker(texts), many=_("Person")),
        Field("quoted", "choice", _("Who said it")),
        Field("claims", "list", _("Claims"), fields=_claim(texts), many=_("Claim")),
        Field("source", "words", _("Source of the pictures"), _("Where they are somebody else’s.")),
        Field("credit", "words", _("Credit"), _("On the closing card.")),
    ]
    return {field.key: field for field in found}


def _clip(recipe: Recipe, texts: Texts) -> tuple[Field, ...]:
    _ = texts.gettext
    found = [
        Field("file", "file", _("File"), need="needed", files=("clip",)),
        Field("from", "time", _("From"), _("1:30.5 or 90.5")),
        Field("to", "time", _("To")),
    ]
    if "speakers" in recipe.inputs:
        found.append(Field("speaker", "choice", _("Speaker")))
    if recipe.titles:
        found.append(Field("title", "words", _("Title of the clip")))
    return tuple(found)


def _point(texts: Texts) -> tuple[Field, ...]:
    _ = texts.gettext
    return (
        Field("chapter", "words", _("Chapter"), _("A card before it.")),
        Field("title", "words", _("Title")),
        Field("text", "words", _("Text"), long=True),
        Field("picture", "file", _("Photo"), files=("photo",)),
    )


def _speaker(texts: Texts) -> tuple[Field, ...]:
    _ = texts.gettext
    return Field("name", "words", _("Name"), need="needed"), Field("role", "words", _("Role"))


def _claim(texts: Texts) -> tuple[Field, ...]:
    _ = texts.gettext
    return (
        Field("at", "time", _("From"), _("Counted from the clip’s beginning."), need="needed"),
        Field("until", "time", _("To"), need="needed"),
        Field("claim", "words", _("What is said"), need="needed"),
        Field("verdict", "words", _("Verdict")),
        Field("answer", "words", _("What is true"), need="needed", long=True),
        Field("reference", "words", _("Reference")),
    )


def _sounds(recipe: Recipe, texts: Texts) -> list[Field]:
    if recipe.sound.treatment != "mix":
        return []
    return [Field("music", "file", texts.gettext("Music"), files=("sound",))]
