import shutil
from pathlib import Path

import pytest

from portevoix.authoring.brand import load_kit, mixed
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.house import House
from portevoix.errors import InvalidInput
from portevoix.library import ROOT


def kit_with(folder: Path, old: str, new: str) -> Path:
    kit = folder / "kit"
    shutil.copytree(ROOT / "brand" / "aster", kit)
    text = (kit / "kit.yaml").read_text("utf-8")
    assert old in text
    (kit / "kit.yaml").write_text(text.replace(old, new), "utf-8")
    return kit


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('muted: "#B9C6DA"', 'muted: "#3A4A66"', r"muted on ground has a contrast of 1\.\d:1"),
        ("look: lines", "look: lines\n  opacity: 0.4", "raise captions.opacity"),
        ("look: lines", "look: lines\n  opacity: 7", "less than or equal to 1"),
        ("#FFD35C", "#203050", "captions in #203050 over a white or black picture"),
        ('highlight: "#FFD35C"', "words: highlight", "add one"),
        ("mark: mark.png", "mark: logo.png", "add it"),
        ("mark: mark.png", "mark: kit.yaml", "is not a PNG"),
        ("mark: mark.png", "mark: ../../secret.png", "lies outside"),
    ],
)
def test_a_kit_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as raised:
        load_kit(kit_with(tmp_path, old, new))
    assert all(fault.line for fault in raised.value.faults)


def test_a_family_that_is_not_in_fonts_is_named(tmp_path: Path) -> None:
    folder = kit_with(tmp_path, "Spectral", "Spektral")
    kit, _ = load_kit(folder)
    with pytest.raises(InvalidInput, match="'Spektral' is not in fonts/, which has Inter"):
        House(kit, folder, Fonts(ROOT / "fonts"))


def test_a_kit_has_another_digest_when_its_mark_changes(tmp_path: Path) -> None:
    folder = kit_with(tmp_path, "name: aster", "name: aster")
    _, before = load_kit(folder)
    (folder / "mark.png").write_bytes((folder / "mark.png").read_bytes() + b"\0")
    assert load_kit(folder)[1] != before


def test_fonts_have_another_digest_when_a_file_changes_at_the_same_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "")  # set back afterwards: making Fonts points it at the copy
    for name in ("Inter_400Regular.ttf", "Inter_700Bold.ttf"):
        shutil.copy(ROOT / "fonts" / name, tmp_path / name)
    (tmp_path / "fonts.yaml").write_text(
        "scripts: {Latn: [Inter]}\nfiles:\n- {file: Inter_400Regular.ttf, family: Inter, weight: regular}\n"
        "- {file: Inter_700Bold.ttf, family: Inter, weight: bold}\n"
    )
    before = Fonts(tmp_path).digest
    data = bytearray((tmp_path / "Inter_700Bold.ttf").read_bytes())
    data[-1] ^= 1
    (tmp_path / "Inter_700Bold.ttf").write_bytes(data)
    assert Fonts(tmp_path).digest != before


def test_a_colour_laid_over_another_is_mixed_by_its_opacity() -> None:
    assert mixed("#000000", 0.5, "#ffffff") == "#808080"
    assert mixed("#123456", 1, "#ffffff") == "#123456"
