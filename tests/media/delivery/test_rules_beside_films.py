"""Each rule of each placement for what is no film, broken: stills, covers, documents, captions, posts, zones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from broken_films import BREAKS, SIZES
from PIL import Image

from portevoix.authoring.placement import Placement
from portevoix.captions.files.read import read_captions
from portevoix.delivery.checks.any_file import Rules, file_checks
from portevoix.delivery.checks.placements import ShownPicture, cover_checks, items_checks
from portevoix.delivery.checks.posts import post_checks
from portevoix.delivery.checks.sidecars import sidecar_checks
from portevoix.delivery.checks.verdict import Check
from portevoix.delivery.checks.zones import zone_checks
from portevoix.delivery.posts.compose import ComposedPost
from portevoix.drawing.drawn import Drawn
from portevoix.library import ROOT, load_library
from portevoix.sources.photo import look_at_photo

LIBRARY = load_library(ROOT / "examples" / "house")
RULES = [
    (name, rule)
    for name, placement in LIBRARY.placements.items()
    for rule in placement.rules()
    if not rule.startswith("video.") and rule != "takes_post_text"  # that is left out, and nothing to refuse
]
POST = ComposedPost("Bonjour", "", (), (), "", "")
COUNTED = {"weighted": "漢" * 141, "emoji_bytes": "😷" * 126, "utf16": "😷" * 1101, "bytes": "é" * 2501}  # one too many
SBV = "0:00:00.500,0:00:02.000\nUn\n"


def picture(folder: Path, size: tuple[int, int], kind: str = "jpeg", at_least: int = 0) -> Path:
    """A plain picture, with nothing after its end but bytes that make it as large as is asked for."""
    path = folder / f"picture.{kind}"
    Image.new("RGB", size, (20, 90, 110)).save(path, kind)
    if at_least:
        with path.open("r+b") as file:
            file.truncate(at_least)
    return path


def checks_of_picture(path: Path, placement: Placement, part: str) -> list[Check]:
    if part == "still":
        return file_checks(path, Rules([placement], {}, date(2026, 11, 29)))
    photo = look_at_photo(path)
    return cover_checks(ShownPicture(photo.kind, photo.width, photo.height, path.stat().st_size), placement)


def size_that_breaks(key: str, rules: Any) -> tuple[int, int]:
    if key in ("min_width", "max_width"):
        side = getattr(rules, key) + (-2 if key == "min_width" else 2)
        return (side, side)
    width, _, height = getattr(rules, key, "1/1").partition("/") if "aspect" in key else ("1", "", "1")
    return {
        "max_pixels": (6020, 6020),
        "min_aspect": (400, round(400 * int(height) / int(width) * 1.1)),
        "max_aspect": (round(400 * int(width) / int(height) * 1.1), 400),
    }[key]


def broken_picture(placement: Placement, part: str, key: str, folder: Path) -> list[Check]:
    rules = getattr(placement, part)
    if key == "formats":
        path = picture(folder, SIZES[placement.formats[0]], "png" if rules.formats == ("jpeg",) else "webp")
    elif key == "max_bytes":
        path = picture(folder, SIZES[placement.formats[0]], at_least=rules.max_bytes + 1)
    else:
        path = picture(folder, size_that_breaks(key, rules))
    return checks_of_picture(path, placement, part)


def broken_document(placement: Placement, key: str, folder: Path) -> list[Check]:
    path = folder / "a.pdf"
    pages = placement.document.max_pages + 1 if key == "max_pages" else 1
    path.write_bytes(b"%PDF-1.7\n" + b"<< /Type /Page >> " * pages)
    if key == "max_bytes":
        with path.open("r+b") as file:
            file.truncate(placement.document.max_bytes + 1)
    if key == "formats":
        path = picture(folder, (540, 540))
    return file_checks(path, Rules([placement], {}, date(2026, 11, 29)))


def captions(folder: Path, ending: str, placement: Placement, at_least: int = 0) -> list[Check]:
    """What is said of a French caption file of an ending, `film.` and its language's code before it."""
    locale = LIBRARY.languages["fr"].locales.get(placement.platform, "fr")
    path = folder / (ending if ending.startswith("film.") else f"film.{locale}{ending}")
    text = SBV if path.suffix == ".sbv" else "1\n00:00:00,500 --> 00:00:02,000\nUn\n"
    path.write_text(text, "utf-8")
    found = read_captions(path, "fr")
    if at_least:
        with path.open("r+b") as file:
            file.truncate(at_least)
    return sidecar_checks(path, found, placement, [LIBRARY.languages["fr"]], None)


def words(placement: Placement, drawn: Drawn, rule: str) -> list[Check]:
    """What is said of a drawing in a story that lasts one chunk."""
    step = SimpleNamespace(key="k", overlays=(SimpleNamespace(drawn=drawn, glide=None),))
    plan: Any = SimpleNamespace(batches=(SimpleNamespace(steps=(step,)),))
    video: Any = SimpleNamespace(canvas=SimpleNamespace(width=1080, height=1920), chunks=("k",), format="story")
    account: Any = SimpleNamespace(safe_zone="strict" if rule == "safe_zone_strict" else "organic")
    return zone_checks(plan, video, placement, account)


def below_its_zone(placement: Placement, rule: str) -> list[Check]:
    return words(placement, Drawn("a", 400, 1920 - getattr(placement, rule).bottom, 200, 60), rule)


Break = Callable[[Placement, Path], list[Check]]
OTHERS: dict[str, tuple[str, Break]] = {  # what a manifest calls a rule, and a file or a post that breaks it
    "sidecars": (
        "caption format",
        lambda p, folder: [c for c in captions(folder, ".sbv", p) if "caption name" not in c.rule],
    ),
    "sidecar_names_bind": ("caption name", lambda p, folder: captions(folder, "film.french.srt", p)),
    "max_sidecar_bytes": (
        "caption bytes",
        lambda p, folder: captions(folder, ".srt", p, p.max_sidecar_bytes + 1),
    ),
    "max_items": ("pictures of a post", lambda p, folder: items_checks(p.max_items + 1, p)),
    "max_post_characters": (
        "post: text",
        lambda p, folder: post_checks(replace(POST, text="a" * (p.max_post_characters + 1)), p),
    ),
    "post_counted_in": ("post: text", lambda p, folder: post_checks(replace(POST, text=COUNTED[p.post_counted_in]), p)),
    "max_hashtags": ("post: hashtags", lambda p, folder: post_checks(replace(POST, hashtags=("a",) * 6), p)),
    "max_title_characters": ("post: title", lambda p, folder: post_checks(replace(POST, title="a" * 101), p)),
    "max_alt_text_characters": (
        "post: alt text",
        lambda p, folder: post_checks(replace(POST, alt_text="a" * (p.max_alt_text_characters + 1)), p),
    ),
    "safe_zone": ("words outside the safe zone (px)", lambda p, folder: below_its_zone(p, "safe_zone")),
    "safe_zone_strict": ("words outside the safe zone (px)", lambda p, folder: below_its_zone(p, "safe_zone_strict")),
}
NAMES = {
    "formats": "format",
    "max_bytes": "bytes",
    "max_pages": "pages",
    "max_pixels": "pixels",
    **dict.fromkeys(("min_width", "max_width"), "width"),
    **dict.fromkeys(("min_aspect", "max_aspect"), "aspect"),
}
WARNED = ("safe_zone", "safe_zone_strict")  # a platform covers words, and refuses nothing


def broken(placement: Placement, rule: str, folder: Path) -> tuple[str, list[Check]]:
    part, _, key = rule.partition(".")
    if not key:
        name, found = OTHERS[rule]
        return name, found(placement, folder)
    if part == "document":
        found_in = broken_document(placement, key, folder)
        return "kind of file" if key == "formats" else NAMES[key], found_in
    return NAMES[key], broken_picture(placement, part, key, folder)


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_what_breaks_one_rule_is_blocked_with_its_value(name: str, rule: str, tmp_path: Path) -> None:
    placement = LIBRARY.placements[name]
    called, checks = broken(placement, rule, tmp_path)
    [found] = [c for c in checks if c.verdict != "pass" and c.rule.removeprefix(f"{name}: ") == called]
    source = placement.source_of(rule)
    assert found.verdict == ("warn" if source.advice or rule in WARNED else "fail")
    assert found.measured and found.wanted and found.remedy
    if called != "kind of file":
        assert (found.source, found.read_on) == (source.title, source.read_on.isoformat())
    others = {c.rule for c in checks if c.verdict == "fail"} - {found.rule}
    assert others == set(), "nothing else is refused"


@pytest.mark.parametrize("name", LIBRARY.placements)
def test_what_keeps_every_rule_passes(name: str, tmp_path: Path) -> None:
    placement, checks = LIBRARY.placements[name], list[Check]()
    for part in ("still", "cover"):
        if getattr(placement, part):
            checks += checks_of_picture(picture(tmp_path, SIZES[placement.formats[0]]), placement, part)
    if placement.document:
        (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n<< /Type /Page >>")
        checks += file_checks(tmp_path / "a.pdf", Rules([placement], {}, date(2026, 11, 29)))
    if placement.sidecars:
        checks += captions(tmp_path, ".srt", placement)
    checks += post_checks(POST if placement.takes_post_text else replace(POST, text=""), placement)
    checks += items_checks(placement.max_items or 1, placement)
    for rule in ("safe_zone", "safe_zone_strict"):
        checks += words(placement, Drawn("a", 400, 900, 200, 60), rule)
    assert [check for check in checks if check.verdict != "pass"] == []


def test_every_rule_that_a_placement_can_have_is_broken_by_a_test() -> None:
    of_films = {rule for p in LIBRARY.placements.values() for rule in p.rules() if rule.startswith("video.")}
    assert {rule.removeprefix("video.") for rule in of_films} <= set(BREAKS)
    assert {rule for _, rule in RULES if "." not in rule} == set(OTHERS)
