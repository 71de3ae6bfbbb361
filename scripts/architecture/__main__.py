"""Draw docs/pictures/architecture.svg from the imports of the source tree: `make architecture`."""

from __future__ import annotations

from architecture import PICTURE, architecture

if __name__ == "__main__":
    PICTURE.write_text(architecture(), "utf-8")
