"""`portevoix brand`: what a designer sees of a kit before it is used."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from portevoix.cli import DONE, WRONG_INPUT, app
from portevoix.cli.sheets import motion
from portevoix.cli.sheets.brand import PAGE, SPECIMENS, columns, load_specimen
from portevoix.drawing.cards import LOOKS, words_of
from portevoix.library import ROOT


def test_the_kits_are_listed_with_what_they_inherit() -> None:
    result = CliRunner().invoke(app, ["brand", "list"])
    assert result.exit_code == DONE
    rows = {cells[0]: cells[-1] for line in result.stdout.splitlines() if (cells := line.strip("│ ").split())}
    assert rows["aster_valdora"] == "aster" and rows["rivage"] == "Rivage"


def test_a_preview_is_drawn_for_each_language_with_all_specimens(tmp_path: Path) -> None:
    out = tmp_path / "sheets" / "kit.png"
    command = ["brand", "preview", "rivage", "--out", str(out), "--format", "square", "--language", "ar"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == DONE, result.stderr
    assert [path.name for path in out.parent.iterdir()] == ["kit-ar.png"]
    with Image.open(out.parent / "kit-ar.png") as sheet:
        width, height = sheet.size
        colours = {colour for _, colour in sheet.convert("RGB").getcolors(1 << 24) or []}
    rows = -(-len(SPECIMENS) // columns("square"))
    assert width == PAGE and height > rows * PAGE / columns("square") * 0.8
    assert {(247, 244, 236), (20, 82, 66), (18, 54, 44)} <= colours  # ground, accent, words


def test_strips_show_how_each_card_comes_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(motion, "MOVES", motion.MOVES[2:3])
    out = tmp_path / "moves.png"
    command = ["brand", "motion", "rivage", "--out", str(out), "--format", "square", "--language", "ar"]
    result = CliRunner().invoke(app, [*command, "--store", str(tmp_path / "store")])
    assert result.exit_code == DONE, result.stderr
    with Image.open(tmp_path / "moves-ar-square.png") as page:
        strips = page.convert("RGB")
    width = (motion.PAGE - 2 * motion.MARGIN - motion.GAP * 9) // 10
    y, places = motion.MARGIN + motion.LABEL, range(motion.MARGIN, motion.PAGE - motion.MARGIN, width + motion.GAP)
    frames = [np.asarray(strips.crop((x, y, x + width, y + width)), np.int16) for x in places]
    changes = [float(np.abs(one - other).mean()) for one, other in pairwise(frames)]
    assert len(frames) == 10 and min(changes[:5]) > 2 * changes[-1], "on its way, and slower and slower"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rivag"], "kit 'rivag' is not known; known: aster, aster_valdora, rivage, plain"),
        (["rivage", "--language", "hi"], "language 'hi' has no words in brand/specimen; those that have: fr, en"),
        (["rivage", "--format", "tall"], "format 'tall' is not known; known: wide, square, portrait, story"),
        (["rivage", "--out", "sheet.jpg"], "call it sheet.png"),
    ],
)
def test_a_preview_that_cannot_be_drawn_says_why(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(app, ["brand", "preview", *arguments])
    assert result.exit_code == WRONG_INPUT and message in result.stderr


def test_every_card_is_in_the_preview_and_every_language_has_all_its_words() -> None:
    shown = {type(card) for specimen in SPECIMENS for card in specimen.cards}
    assert shown == set(LOOKS)
    job, photo = load_specimen(ROOT)
    assert photo.is_file()
    for specimen in SPECIMENS:
        for card in specimen.cards:
            counts = {code: sum(map(bool, words_of(card, job, code))) for code in job.languages}
            assert len(set(counts.values())) == 1, (card, counts)
