"""The picture of docs/architecture.md, drawn from what the code imports."""

from __future__ import annotations

from pathlib import Path

from architecture.facts import storeys
from architecture.letters import Letters
from architecture.picture import Type, draw

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
FONTS = ROOT / "fonts"


def architecture() -> str:
    """The picture as SVG text. Raises ImportCircle."""
    return draw(storeys(ROOT), Type(Letters(FONTS / "Inter_400Regular.ttf"), Letters(FONTS / "Inter_700Bold.ttf")))
