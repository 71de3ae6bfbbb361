"""The form of a new job: a field for each input that a recipe declares, described for the script that shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from portevoix.authoring.recipe import Need, Recipe
from service.http.desk.texts import Texts

Kind = Literal["words", "time", "file", "scripts", "choice", "list", "named", "group", "flag", "hour", "number"]


@dataclass(frozen=True)
class Field:
    """One field. `files`: which it takes, of a `file`; `fields`: of each entry of a `list` or what is `named`, or of a
    `group`.

    `long`: its words may be a sentence and more. `tags`: they are single words, hashtags. `many`: what each entry is
    called.
    """

    key: str
    kind: Kind
    label: str
    help: str = ""
    need: Need = "possible"
    files: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    long: bool = False
    tags: bool = False
    many: str = ""

    def told(self) -> dict[str, Any]:
        """It as the script reads it: what is empty is left out."""
        said = {name: value for name, value in self.__dict__.items() if value}
        return said | ({"fields": [field.told() for field in self.fields]} if self.fields else {})


def fields_of(recipe: Recipe, texts: Texts) -> list[Field]:
    """The fields of a recipe, in the order in which a person thinks of them."""
    known = _known(recipe, texts)
    declared = [replace(known[key], need=recipe.inputs[key]) for key in known if key in recipe.inputs]
    return [*declared, *_sounds(recipe, texts), _post(texts)]


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
        Field("kicker", "words", _("Kicker"), _("A few words above the title.")),
        Field("text", "words", _("Text"), _("What it says, in sentences."), long=True),
        Field("issued", "group", _("Issued"), _("Is shown with an alert."), fields=_issued(texts)),
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
        Field("credit", "words", _("Credit"), _("On the closing card, or on an alert’s or announcement’s picture.")),
        Field(
            "glossary",
            "list",
            _("Names"),
            _("As each language writes them: captions are held against them."),
            fields=(Field("", "words", _("Name")),),
            many=_("Name"),
        ),
    ]
    return {field.key: field for field in found}


def _issued(texts: Texts) -> tuple[Field, ...]:
    """An alert's hour, and which version of it this is."""
    _ = texts.gettext
    return (
        Field("at", "hour", _("Date and time"), need="needed"),
        Field("update", "number", _("Number of the update"), _("From 2 on; empty for the first.")),
    )


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
    return (*found, *_seen_too(texts))


def _seen_too(texts: Texts) -> tuple[Field, ...]:
    """What is seen beside a clip, or instead of it for a while."""
    _ = texts.gettext
    picture = (
        Field("file", "file", _("Clip"), files=("clip",)),
        Field("picture", "file", _("Photo"), files=("photo",)),
    )
    start = Field("from", "time", _("From second"), _("Of what is shown there."))
    stands = (Field("at", "time", _("Seen from")), Field("until", "time", _("Seen to")))
    return (
        Field(
            "cutaways",
            "list",
            _("Cutaways"),
            _("Seen instead of the clip, which is heard on; times count from its beginning."),
            fields=(*picture, *(replace(field, need="needed") for field in stands), start),
            many=_("Cutaway"),
        ),
        Field(
            "beside",
            "group",
            _("Split screen"),
            _("Another picture beside the clip for its whole length."),
            fields=(*picture, start, Field("heard", "flag", _("Its sound is heard"))),
        ),
    )


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
    return Field("name", "words", _("Name"), need="needed"), Field("role", "words", _("Title or role"))


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
    _ = texts.gettext
    return [
        Field("music", "file", _("Music"), files=("sound",)),
        Field(
            "voice_over",
            "scripts",
            _("Voice-over"),
            _("A recording for each language that has one; the original goes down under it."),
            files=("sound",),
        ),
    ]


def _post(texts: Texts) -> Field:
    """What is said beside the film, whatever the recipe."""
    _ = texts.gettext
    return Field(
        "post",
        "group",
        _("Post"),
        _("What is said beside the film; a text that one language has, all have."),
        fields=(
            Field("text", "words", _("Text"), long=True),
            Field("title", "words", _("Title"), _("Where the platform has one.")),
            Field("hashtags", "words", _("Hashtags"), _("With spaces between."), tags=True),
            Field("alt_text", "words", _("Alt text"), _("What is seen, for people who cannot see it."), long=True),
            Field("transcript", "words", _("Transcript"), _("Where it is not the captions."), long=True),
        ),
    )
