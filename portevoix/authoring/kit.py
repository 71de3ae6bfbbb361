"""A brand kit read from its folder and from those that it inherits, with every fault of it; and the files that it
names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portevoix.authoring.brand import LOGO_VARIANTS, SHADE, BrandKit, LogoVariant, for_every_format
from portevoix.authoring.colours import (
    LEAST_CONTRAST,
    LEAST_LOGO_CONTRAST,
    contrast,
    luminance,
    luminance_contrast,
    mixed,
)
from portevoix.authoring.document import Document, Place, read_document, validate
from portevoix.authoring.logo import LogoFile, look_at_logo
from portevoix.errors import Fault, InvalidInput, invalid

NARROWEST_MARGIN = 5.5  # of the formats' safe zones, in hundredths of the short side: 60 pixels of 1080
STING_ENDINGS = (".mov", ".webm")  # files that may carry transparency
# Keys that change no drawing by themselves.
NOT_DRAWN = {"name", "inherits", "organisation", "motion", "stings", "music"}


@dataclass(frozen=True)
class _Chain(Document):
    """A kit's file with those that it inherits, nearest first; `content` is all of them merged."""

    files: tuple[Document, ...]

    def fault(self, place: Place, message: str) -> Fault:
        """A fault in the file whose value it is."""
        owner = max(self.files, key=lambda file: _depth(file.content, place))  # the nearest of those that go as deep
        return owner.fault(place, message)

    def nearest(self, *places: Place) -> Place:
        """The one of some values that the nearest kit has written: where two do not go together, it is to be changed."""
        return next((p for file in self.files for p in places if _depth(file.content, p) == len(p)), places[0])

    @property
    def folders(self) -> list[Path]:
        return [file.path.parent for file in self.files]


def load_kit(folder: Path, serving: Mapping[str, Collection[str]] | None = None) -> tuple[BrandKit, str]:
    """The kit and the digest of all that its drawings show. Raises InvalidInput with every fault.

    `serving`: the families that set each script, where they are to be looked at as well.
    """
    chain = _read_chain(folder)
    faults = [
        file.fault(("name",), f"{file.content.get('name')!r} is not its folder's name; call it {file.path.parent.name}")
        for file in chain.files
        if isinstance(file.content, dict) and file.content.get("name") != file.path.parent.name
    ]
    try:
        kit = validate(BrandKit, chain)
    except InvalidInput as error:
        raise InvalidInput([*faults, *error.faults]) from None
    logos, found = _logos(kit, chain)
    named = [*found, *_file_faults(kit, chain), *_contrast_faults(kit, chain), *_logo_faults(kit, logos, chain)]
    named += _font_faults(kit, serving) if serving is not None else []
    faults += [chain.fault(place, message) for place, message in named]
    if faults:
        raise InvalidInput(faults)
    drawn = kit.model_dump(mode="json", exclude=NOT_DRAWN)
    drawn["logo"] |= {name: logo.digest for name, logo in logos.items()}
    return kit, hashlib.sha256(json.dumps(drawn, sort_keys=True).encode()).hexdigest()


def kit_file(folder: Path, name: str | Path) -> Path:
    """A file that the kit in `folder` names: its own, else that of the nearest kit it inherits. Raises InvalidInput."""
    chain = _read_chain(folder)
    found = _found(chain, name)
    if isinstance(found, str):
        raise invalid(chain.path, found)
    return found


def _read_chain(folder: Path) -> _Chain:
    files = [read_document(folder / "kit.yaml")]
    while isinstance(files[-1].content, dict) and (parent := files[-1].content.get("inherits")) is not None:
        known = sorted(path.parent.name for path in folder.parent.glob("*/kit.yaml"))
        if not isinstance(parent, str) or parent not in known:
            raise InvalidInput(
                [files[-1].fault(("inherits",), f"kit {parent!r} is not in {folder.parent}; known: {', '.join(known)}")]
            )
        names = [file.path.parent.name for file in files]
        if parent in names:
            circle = " → ".join([*names[names.index(parent) :], parent])
            raise InvalidInput([files[-1].fault(("inherits",), f"kits inherit in a circle: {circle}; end it at one")])
        files.append(read_document(folder.parent / parent / "kit.yaml"))
    content = _placed(files[-1].content)
    for file in files[-2::-1]:
        content = _merged(_placed(file.content), content)
    return _Chain(files[0].path, content, tuple(files))


def _placed(content: Any) -> Any:
    """Places by format, so that a kit may change one of them."""
    if not (isinstance(content, dict) and isinstance(content.get("placing"), dict)):
        return content
    return {**content, "placing": {key: for_every_format(value) for key, value in content["placing"].items()}}


def _merged(own: Any, inherited: Any) -> Any:
    if not (isinstance(own, dict) and isinstance(inherited, dict)):
        return own
    return {**inherited, **{key: _merged(value, inherited.get(key)) for key, value in own.items()}}


def _depth(content: Any, place: Place) -> int:
    """How many steps of `place` lead on in a file."""
    for depth, step in enumerate(place):
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            return depth
    return len(place)


def _found(chain: _Chain, name: str | Path) -> Path | str:
    """A file of the kit, or what is wrong with it."""
    for folder in chain.folders:
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            return f"{name} lies outside {folder}; put the file into the kit"
        if path.is_file():
            return path
    return f"{name} is not in {' or '.join(str(folder) for folder in chain.folders)}; add it"


def _logos(kit: BrandKit, chain: _Chain) -> tuple[dict[LogoVariant, LogoFile], list[tuple[Place, str]]]:
    logos: dict[LogoVariant, LogoFile] = {}
    faults: list[tuple[Place, str]] = []
    for variant, name in kit.logo.files().items():
        path = _found(chain, name)
        logo = path if isinstance(path, str) else look_at_logo(path)
        if isinstance(logo, str):
            faults.append((("logo", variant), logo if isinstance(path, str) else f"{name} {logo}"))
        else:
            logos[variant] = logo
    shapes = {variant: logo.shape for variant, logo in logos.items()}
    if shapes and max(shapes.values()) > min(shapes.values()) * 1.03:
        told = ", ".join(f"{variant} {shape:.2f}" for variant, shape in shapes.items())
        faults.append((("logo",), f"its files are not of one shape (width by height: {told}); cut them alike"))
    return logos, faults


def _file_faults(kit: BrandKit, chain: _Chain) -> Iterator[tuple[Place, str]]:
    for key in ("opening", "closing"):
        sting = getattr(kit.stings, key, None)
        if sting is None:
            continue
        if isinstance(found := _found(chain, sting), str):
            yield ("stings", key), found
        elif found.suffix.lower() not in STING_ENDINGS:
            yield ("stings", key), f"{sting} cannot carry transparency; export it as {', '.join(STING_ENDINGS)}"
    if kit.music and isinstance(found := _found(chain, kit.music), str):
        yield ("music",), found


def _font_faults(kit: BrandKit, serving: Mapping[str, Collection[str]]) -> Iterator[tuple[Place, str]]:
    known = list(dict.fromkeys(family for row in serving.values() for family in row))
    for role in ("title", "text"):
        for script, family in kit.fonts.of(role).items():
            if family not in known:
                yield ("fonts", role, script), f"the family {family!r} is not in fonts/, which has {', '.join(known)}"
            elif family not in serving[script]:
                able = ", ".join(serving[script])
                yield ("fonts", role, script), f"the family {family!r} does not serve {script}; choose {able}"


def _logo_faults(kit: BrandKit, logos: Mapping[LogoVariant, LogoFile], chain: _Chain) -> Iterator[tuple[Place, str]]:
    logo = kit.logo
    if not logo.files():
        yield ("logo",), f"names no file; give at least one of {', '.join(LOGO_VARIANTS)}"
    elif not logo.plate and logo.over_pictures not in logo.files():
        yield (
            ("logo", "over_pictures"),
            f"over_pictures is {logo.over_pictures!r}, but there is no such file (there is {', '.join(logo.files())}); "
            "add it, or choose another",
        )
    if logo.size < logo.min_size:
        yield (
            chain.nearest(("logo", "size"), ("logo", "min_size")),
            f"size {logo.size:g} is below min_size {logo.min_size:g}; raise size",
        )
    if logo.size * logo.clear_space > NARROWEST_MARGIN:
        yield (
            chain.nearest(("logo", "clear_space"), ("logo", "size")),
            f"clear_space {logo.clear_space:g} of size {logo.size:g} is {logo.size * logo.clear_space:.1f} hundredths of the "
            f"frame, whose edge is {NARROWEST_MARGIN:g} away; lower one of them",
        )
    # It must stand out where cards put it; a monochrome one takes a colour that does.
    if not logos or "monochrome" in logos:
        return
    for ground in ("ground", *(["accent"] if kit.cards.ground == "band" else [])):
        colour = getattr(kit.colours, ground)
        ratios = {name: luminance_contrast(file.luminance, luminance(colour)) for name, file in logos.items()}
        best = max(ratios, key=lambda name: ratios[name])
        if ratios[best] < LEAST_LOGO_CONTRAST:
            yield (
                ("logo",),
                f"none of its files stands out on colours.{ground} (best: {best}, {ratios[best]:.1f}:1; at least "
                f"{LEAST_LOGO_CONTRAST:g}:1 is seen); add another variant, or `monochrome`",
            )


def _contrast_faults(kit: BrandKit, chain: _Chain) -> Iterator[tuple[Place, str]]:
    pairs = (
        ("on_ground", "ground"),
        ("on_accent", "accent"),
        ("muted", "ground"),
        ("accent_on_ground", "ground"),
        ("caption_text", "caption_box"),
    )
    for front, back in pairs:
        ratio = contrast(getattr(kit.colours, front), getattr(kit.colours, back))
        place = chain.nearest(("colours", front), ("colours", back))
        if ratio < LEAST_CONTRAST:
            yield (
                place,
                f"{front} on {back} has a contrast of {ratio:.1f}:1; at least {LEAST_CONTRAST}:1 can be read",
            )
            continue
        if back != "ground" or front == "accent_on_ground":
            continue
        # Words over a picture stand on a shade of the ground: what counts is the ground over the brightest and the
        # darkest.
        worst = min(contrast(getattr(kit.colours, front), g) for g in _over_anything(kit.colours.ground, SHADE / 255))
        if worst < LEAST_CONTRAST:
            yield (
                place,
                f"{front} on a shade of ground over a white or black picture has a contrast of {worst:.1f}:1; "
                "choose one further from ground",
            )
    look = kit.captions
    grounds = _over_anything(kit.colours.caption_box, look.opacity)
    text = chain.nearest(("captions", "opacity"), ("colours", "caption_text"), ("colours", "caption_box"))
    colours: list[tuple[Place, str]] = [(text, kit.colours.caption_text)]
    colours += [(("captions", "speakers"), colour) for colour in look.speakers]
    colours += [(("captions", "highlight"), look.highlight)] if look.highlight else []
    for place, colour in colours:
        worst = min(contrast(colour, ground) for ground in grounds)
        if worst < LEAST_CONTRAST:
            yield (
                place,
                f"captions in {colour} over a white or black picture have a contrast of {worst:.1f}:1; "
                "raise captions.opacity or choose another colour",
            )


def _over_anything(colour: str, opacity: float) -> list[str]:
    return [mixed(colour, opacity, video) for video in ("#ffffff", "#000000")]
