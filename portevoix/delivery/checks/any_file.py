"""A file that may have been made elsewhere, held against placements: a film, a still, a caption file or a PDF."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from portevoix.authoring.language import Language
from portevoix.authoring.placement import Placement
from portevoix.captions.files.read import read_captions
from portevoix.delivery.checks.house_rules import standard_checks
from portevoix.delivery.checks.placements import (
    ShownPicture,
    age_checks,
    cover_checks,
    document_checks,
    placement_checks,
    still_checks,
)
from portevoix.delivery.checks.sidecars import language_checks, named_language, sidecar_checks
from portevoix.delivery.checks.stretches import stretch_checks
from portevoix.delivery.checks.verdict import Check, judged
from portevoix.delivery.tags import read_tags
from portevoix.render.examine import Examined, examine
from portevoix.render.measure import FILMS, Measured, measure
from portevoix.sources.photo import look_at_photo
from portevoix.sources.probe import UnusableSource
from portevoix.sources.sniff import PICTURE_ALONE, demuxer_of

PEAK_DBTP = -1.0  # above it a platform's own encoding distorts
ADVICE = {
    "video codec": "encode it as H.264 High, yuv420p",
    "colour": "convert it to BT.709, limited range, and tag it so",
    "constant frame rate": "encode it with a constant rate",
    "first picture": "write it again so that its first picture is shown at 0",
    "longest GOP": "encode it with a key frame every 2 s",
    "closed GOP": "encode it with closed GOPs (x264: open-gop=0)",
    "edit list": "write it again without an edit list",
    "moov first": "write it again with its index first",
    "rotation": "turn the pictures themselves",
    "sound": "encode its sound as AAC LC, 48000 Hz, stereo",
    "decoded to its end": "send it again, or export it again",
    "first picture is not black": "begin with a picture: it is the cover where nobody chooses one",
}
BINDING = ("decoded to its end",)


@dataclass(frozen=True)
class Rules:
    """What files are held against: placements, the languages whose names sidecars may have, and the day of today.

    `cover`: a picture stands for a film, as a poster or cover, where the placement knows both.
    """

    placements: Sequence[Placement]
    languages: Mapping[str, Language]
    today: date
    cover: bool = False


def file_checks(path: Path, rules: Rules, film: Path | None = None) -> list[Check]:
    """Everything that is found in a file. `film`: the one that a caption file belongs to.

    Raises UnusableSource for a file that is none of those kinds or cannot be read, InvalidInput for captions with
    faults.
    """
    if not path.is_file():
        raise UnusableSource("does not exist")
    head, demuxer = _head(path), demuxer_of(path)
    if head.startswith(b"%PDF"):
        found = _document_checks(path, rules)
    elif demuxer in PICTURE_ALONE:
        found = _still_checks(path, rules)
    elif demuxer in FILMS:
        found = _film_checks(path, rules, demuxer)
    else:
        found = _sidecar_checks(path, rules, film)
    return [*found, *(check for placement in rules.placements for check in age_checks(placement, rules.today))]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)


def _film_checks(path: Path, rules: Rules, demuxer: str) -> list[Check]:
    m = measure(path)
    found = [check for placement in rules.placements for check in _of_video(m, placement)]
    found += [_advised(check) for check in standard_checks(m, None, None, None)]
    found += _said_checks(path)
    if m.decoded and not m.cut_short:
        found += _stretch_checks(examine(path, m, demuxer))
    return found


def _of_video(m: Measured, placement: Placement) -> list[Check]:
    return placement_checks(m, placement) if placement.video else [_not_taken(placement, "a video")]


def _not_taken(placement: Placement, what: str) -> Check:
    kinds = [kind for kind in ("video", "still", "document") if getattr(placement, kind)]
    wanted = " or ".join(kinds) + (" with captions beside" if placement.sidecars else "")
    return Check(f"{placement.name}: kind of file", "fail", what, wanted, "choose another placement")


def _advised(check: Check) -> Check:
    """A rule of the house as advice to others: it warns, but for a file that is not whole."""
    if check.verdict == "pass":
        return check
    verdict = check.verdict if check.rule in BINDING else "warn"
    return replace(check, verdict=verdict, remedy=ADVICE[check.rule])


def _stretch_checks(found: Examined) -> list[Check]:
    checks = stretch_checks(found)
    if found.loudness:
        lufs, peak = found.loudness.integrated_lufs, found.loudness.true_peak_dbtp
        checks.append(Check("loudness", "pass", f"{lufs:.1f} LUFS", "as it is"))
        high = judged("true peak", peak <= PEAK_DBTP, f"{peak:.1f} dBTP", f"at most {PEAK_DBTP:g} dBTP", "warn")
        checks.append(high if high.verdict == "pass" else replace(high, remedy="make it quieter, or limit its peaks"))
    return checks


def _still_checks(path: Path, rules: Rules) -> list[Check]:
    photo = look_at_photo(path)
    picture = ShownPicture(photo.kind, photo.width, photo.height, path.stat().st_size)
    found = [check for placement in rules.placements for check in _of_still(picture, placement, rules.cover)]
    plain = judged(
        "colour", (photo.colour, photo.bits) == ("rgb", 8), f"{photo.colour} {photo.bits} bits", "rgb 8 bits"
    )
    if plain.verdict == "fail":
        plain = replace(plain, verdict="warn", remedy="save it as sRGB with 8 bits")
    return [*found, plain, *_said_checks(path)]


def _said_checks(path: Path) -> list[Check]:
    """What a file says of itself: for the eye, since no placement asks for it."""
    return [Check(f"{name} in the file", "pass", text, "as it is") for name, text in read_tags(path).said.items()]


def _of_still(picture: ShownPicture, placement: Placement, cover: bool) -> list[Check]:
    if placement.still and not (cover and placement.cover):
        return still_checks(picture, placement)
    return cover_checks(picture, placement) if placement.cover else [_not_taken(placement, "a still")]


def _document_checks(path: Path, rules: Rules) -> list[Check]:
    pages = len(re.findall(rb"/Type\s*/Page\b", path.read_bytes())) or None
    size, found = path.stat().st_size, []
    for placement in rules.placements:
        known = document_checks(pages, size, placement)
        found += known if placement.document else [_not_taken(placement, "a PDF")]
    return found


def _sidecar_checks(path: Path, rules: Rules, film: Path | None) -> list[Check]:
    languages = list(rules.languages.values())
    said = named_language(path, languages)
    captions = read_captions(path, said.code if said else "en")
    film_s: Fraction | None = measure(film).duration_s if film else None
    found = [
        check
        for placement in rules.placements
        for check in sidecar_checks(path, captions, placement, languages, film_s)
    ]
    return [*found, *language_checks(path, captions, languages)]
