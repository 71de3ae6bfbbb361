"""The pieces that a card is moved in: layers that belong together as one image, as large as what is seen of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from PIL import Image

from portevoix.drawing.frame import ImagePiece, Part

VERSION = 4  # raise when a card comes apart otherwise
ALONE: frozenset[Part] = frozenset({"line", "digit", "rule", "stripe", "strike"})  # each of them moves by itself


def together(layers: Iterable[ImagePiece]) -> Iterator[ImagePiece]:
    """A card's layers as its pieces: those of one part that follow each other are one, unless each moves by itself."""
    numbered = enumerate(layer for layer in layers if layer.image.getchannel("A").getbbox())
    for (part, turn, _), run in groupby(numbered, lambda pair: _group(*pair)):
        here = [layer for _, layer in run]
        if part == "digit":
            yield here[0]
            continue
        left, top = (min(edges) // 2 * 2 for edges in zip(*((one.x, one.y) for one in here), strict=True))
        right, bottom = (max(edges) for edges in zip(*(_end(one) for one in here), strict=True))
        whole = Image.new("RGBA", (right - left, bottom - top), _clear(here[0].image))
        for one in here:
            whole.alpha_composite(one.image, (one.x - left, one.y - top))
        yield trimmed(ImagePiece(part, whole, left, top, turn))


def trimmed(piece: ImagePiece) -> ImagePiece:
    """As much of a piece as is seen, on even places and of even size: in 4:2:0 a colour sample covers two by two
    pixels.
    """
    box = piece.image.getchannel("A").getbbox() or (0, 0, 2, 2)
    left, top = ((edge + at) // 2 * 2 - at for edge, at in zip(box, (piece.x, piece.y), strict=False))
    width, height = (-(-(end - start) // 2) * 2 for start, end in ((left, box[2]), (top, box[3])))
    grown = Image.new("RGBA", (width, height), _clear(piece.image))
    grown.paste(
        piece.image.crop((left, top, min(left + width, piece.image.width), min(top + height, piece.image.height)))
    )
    return ImagePiece(piece.part, grown, piece.x + left, piece.y + top, piece.turn)


def scaled(piece: ImagePiece, scale: float) -> ImagePiece:
    """A piece on a canvas that is `scale` times as large as what is laid out."""
    if scale == 1:
        return piece
    x, y = (int(v * scale) // 2 * 2 for v in (piece.x, piece.y))
    width, height = (max(2, 2 * round(side * scale / 2)) for side in piece.image.size)
    cell = max(2, 2 * round(piece.cell * scale / 2)) if piece.cell else 0
    height = piece.image.height // piece.cell * cell if cell else height
    image = piece.image.resize((width, height), Image.Resampling.LANCZOS)
    return ImagePiece(piece.part, image, x, y, piece.turn, cell)


def _group(number: int, layer: ImagePiece) -> tuple[Part, int, int]:
    return layer.part, layer.turn, number if layer.part in ALONE else -1


def _end(piece: ImagePiece) -> tuple[int, int]:
    return piece.x + piece.image.width, piece.y + piece.image.height


def _clear(image: Image.Image) -> tuple[int, ...]:
    """The image's own colour, unseen: scaled edges keep it."""
    red, green, blue, _ = image.getpixel((0, 0))  # type: ignore[misc]
    return red, green, blue, 0
