"""How many characters of each language fit a caption's line: `.venv/bin/python fonts/line_length.py [CODE …]`.

Measured on each profile's own sample sentence, in the demonstration kit's caption style, within the safe zone. Beside
it what the profile plans for: at most 92 % of it, since a line may hold more wide letters than the sentence does.
"""

import sys
import tempfile
from pathlib import Path

from portevoix.authoring.language import FORMATS
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.library import ROOT, load_library
from portevoix.store import FolderStore


def main(codes: list[str]) -> None:
    """Print a line for each language: code, a character's width in parts of the size, then fit and plan by format."""
    with tempfile.TemporaryDirectory() as folder:
        library = load_library(ROOT / "examples" / "house")
        captions = Artist(library, "aster", FolderStore(Path(folder))).captions
        for code, language in library.languages.items():
            if codes and code not in codes:
                continue
            row = []
            for name in FORMATS:
                frame = Canvas.of_format(name, draft=False).frame
                style = captions.style(language, frame)
                each = captions.identity.type.width(language.sample, style) / language.length(language.sample)
                row.append(f"{name} {captions.limit(frame) / each:.1f}/{language.characters_per_line[name]}")
            print(f"{code:8} {each / style.size:.3f}  " + "  ".join(row))


if __name__ == "__main__":
    main(sys.argv[1:])
