"""Photos as cameras, agencies and phones send them, brought to one shape. All of pyvips that reads a file is here.

A loader is forced by our own look at the first bytes, as for video, and nothing else is asked to read the file.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from portevoix.accepted import LARGEST_PICTURE_PX, LEAST_SIDE_PX
from portevoix.authoring.colours import rgb
from portevoix.errors import RenderFailed
from portevoix.files import check_regular
from portevoix.sources.probe import UnusableSource, digest_of
from portevoix.sources.reading import PHOTO, read
from portevoix.store import Store

LARGEST_PHOTO_PX = 200_000_000  # the largest cameras sold give 150; one more picture of such a size is a bomb
LARGEST_UNSCALED_PX = 110_000_000  # where a decoder must hold the picture whole: progressive JPEG, interlaced PNG, AVIF
SHAPED = "photo.png"
LOOKED_AT_PX = 256  # to find out whether a file is whole, its pixels are read and thrown away
READ_AS = {"jpeg": "JPEG", "png": "PNG", "webp": "WebP", "tiff": "TIFF", "avif": "AVIF"}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"}
AVIF_BRANDS = {b"avif", b"avis"}
AS_JPEG = "export it as JPEG and send that"
REFUSED = (  # what a file begins with, what it is, what to do
    (b"GIF8", "is a GIF", "send a photo as JPEG or PNG, and what moves as a clip"),
    (b"%PDF", "is a PDF", "export its page as PNG"),
    (b"8BPS", "is a Photoshop document", "export it as JPEG or PNG"),
    (b"BM", "is a BMP", "save it as PNG"),
    (b"\x00\x00\x00\x0cJXL ", "is a JPEG XL", AS_JPEG),
    (b"\xff\x0a", "is a JPEG XL", AS_JPEG),
    (b"\x00\x00\x00\x0cjP  ", "is a JPEG 2000", AS_JPEG),
    (b"<svg", "is an SVG drawing", "export it as PNG, at least 2,000 pixels wide"),
    (b"<?xml", "is an XML file, perhaps an SVG drawing", "export the drawing as PNG, at least 2,000 pixels wide"),
)
# Decoded with any damage as an error: a grey lower half is not for a ministry's film.
STRICT: Mapping[str, Any] = {"access": "sequential", "fail_on": "error"}


@dataclass(frozen=True)
class Photo:
    """A photo as a viewer sees it: `width` by `height` pixels after its orientation is applied.

    `colour`: rgb, grey or cmyk. `bits`: of a sample, 8 or 16. `profile`: whether it says which colours its numbers are.
    """

    path: Path
    digest: str
    kind: str
    width: int
    height: int
    colour: str
    bits: int
    alpha: bool
    profile: bool


def look_at_photo(path: Path) -> Photo:
    """The facts of a photo, all of whose pixels can be read. Raises UnusableSource with a sentence for its author.

    Every pixel is decoded once: a file that was cut short is refused here and not when its film is made.
    """
    return replace(read(look_at_pixels, path, _kind(path), reading=PHOTO), path=path)


def look_at_pixels(path: Path, kind: str) -> Photo:
    """The same in this very process."""
    pyvips = _library()
    try:
        header = _opened(path, kind)
        _refuse_by_header(header, kind)
        photo = Photo(
            path=path,
            digest=digest_of(path),
            kind=kind,
            width=header.height if _lies_on_its_side(header) else header.width,
            height=header.width if _lies_on_its_side(header) else header.height,
            colour=_colour(header),
            bits=16 if header.format == "ushort" else 8,
            alpha=bool(header.hasalpha()),
            profile=bool(header.get_typeof("icc-profile-data")),
        )
        _reduced(photo, LOOKED_AT_PX).avg()
    except pyvips.Error as error:
        raise UnusableSource(_reason(str(error), kind)) from None
    return photo


def prepare_photo(photo: Photo, longest_side_px: int, ground: str, store: Store) -> str:
    """Bring a photo into shape as a PNG in the store. Returns its key; its facts hold `width` and `height`.

    Upright, sRGB, 8 bits, what is transparent over `ground` (#rrggbb), no metadata, at most `longest_side_px` (2 to
    `longest_prepared_px`) long and never enlarged. Raises RenderFailed where the file has changed since it was looked
    at.
    """
    pyvips = _library()
    longest = longest_prepared_px((photo.width, photo.height))
    if not 2 <= longest_side_px <= longest:
        raise ValueError(f"{photo.path.name} is prepared 2 to {longest} pixels long, not {longest_side_px}")
    build = "".join(str(pyvips.version(part)) for part in range(3))
    key = f"photo1-{build}-{longest_side_px}-{ground.lstrip('#').lower()}-{photo.digest}"
    if store.has(key):
        return key
    with store.workplace() as folder:
        given = replace(photo, path=photo.path.resolve()), longest_side_px, ground, folder.resolve()
        width, height = read(
            shape_photo, photo.path, *given, refusal=_not_shaped(photo.path.name), writes=folder, reading=PHOTO
        )
        store.put(key, {".png": folder / SHAPED}, {"width": width, "height": height})
    return key


def _not_shaped(name: str) -> Callable[[str], RenderFailed]:
    return lambda said: RenderFailed(f"{name} {said}")


def shape_photo(path: Path, photo: Photo, longest_side_px: int, ground: str, folder: Path) -> tuple[int, int]:
    """Write the photo in its shape to `folder`, in this very process; `path` is the photo's. Returns its size."""
    pyvips = _library()
    try:
        image = _reduced(photo, longest_side_px)
        if image.hasalpha():
            image = image.flatten(background=list(rgb(ground)))
        image.pngsave(str(folder / SHAPED), compression=1, keep="none")
    except pyvips.Error as error:
        raise UnusableSource(_reason(str(error), photo.kind)) from None
    return int(image.width), int(image.height)


def longest_prepared_px(size: tuple[int, int]) -> int:
    """The longest side a photo of this width and height may have to stay under ffmpeg's picture limit."""
    return math.isqrt(LARGEST_PICTURE_PX * max(size) // min(size))


def _library() -> Any:
    import pyvips  # here, as for words: not before the fonts' folder is known

    pyvips.cache_set_max(0)  # it would keep the last decoders, and with a progressive JPEG its whole picture
    return pyvips


def _kind(path: Path) -> str:
    """The kind of photo that the file's first bytes show. Raises UnusableSource."""
    try:
        check_regular(path)
        with path.open("rb") as file:
            head = file.read(1 << 16)
    except FileNotFoundError:
        raise UnusableSource("does not exist; check the name and the folder") from None
    except OSError as error:
        raise UnusableSource(f"cannot be read: {error.strerror}") from None
    if not head:
        raise UnusableSource("is empty (0 bytes); send it again")
    for begin, what, advice in REFUSED:
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(begin):
            raise UnusableSource(f"{what}, which is not read here; {advice}")
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        if b"acTL" in head[: head.find(b"IDAT")]:
            raise UnusableSource("is an animated PNG; send one picture as PNG, and what moves as a clip")
        return "png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head[:4] in {b"II*\x00", b"MM\x00*"}:
        return "tiff"
    if head[4:8] == b"ftyp":
        return _kind_of_brands(head)
    raise UnusableSource("is no photo that is known here; send JPEG, PNG, WebP, TIFF or AVIF")


def _kind_of_brands(head: bytes) -> str:
    length = min(struct.unpack(">I", head[:4])[0], len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}
    if brands & HEIC_BRANDS:
        raise UnusableSource(
            "is a HEIC photo, which is not read here; export it as JPEG "
            "(on an iPhone: Settings, Camera, Formats, Most Compatible)"
        )
    if head[8:12] == b"avis":
        raise UnusableSource("is an animated AVIF; send one picture, and what moves as a clip")
    if brands & AVIF_BRANDS:
        return "avif"
    raise UnusableSource("is a film and no photo; name it under `clips`")


def _opened(path: Path, kind: str, **options: Any) -> Any:
    loader = "heifload" if kind == "avif" else f"{kind}load"
    return getattr(_library().Image, loader)(str(path), **STRICT, **options)


def _refuse_by_header(header: Any, kind: str) -> None:
    pages = header.get("n-pages") if header.get_typeof("n-pages") else 1
    if pages > 1 and kind == "webp":
        raise UnusableSource(f"is an animated WebP of {pages} pictures; send one picture, and what moves as a clip")
    if pages > 1 and kind == "tiff":
        raise UnusableSource(f"is a TIFF of {pages} pages; send the page that is meant as a file of its own")
    size = header.width * header.height
    whole = kind == "avif" or (header.get_typeof("interlaced") and header.get("interlaced"))
    limit = LARGEST_UNSCALED_PX if whole else LARGEST_PHOTO_PX
    if size > limit:
        advice = "save it without progressive or interlaced display" if whole and kind != "avif" else "reduce it"
        raise UnusableSource(
            f"has {header.width}x{header.height} pixels, {size / 1e6:.0f} million; "
            f"at most {limit / 1e6:.0f} million are read; {advice}"
        )
    if min(header.width, header.height) < LEAST_SIDE_PX:
        raise UnusableSource(f"is {header.width}x{header.height} pixels; at least {LEAST_SIDE_PX} a side are read")
    if header.format not in ("uchar", "ushort"):
        raise UnusableSource(f"has samples of the kind {header.format}; export it with 8 or 16 bits a channel")


def _lies_on_its_side(header: Any) -> bool:
    return bool(header.get_typeof("orientation")) and header.get("orientation") in (5, 6, 7, 8)


def _colour(header: Any) -> str:
    if header.interpretation == "cmyk":
        return "cmyk"
    return "grey" if header.bands < 3 else "rgb"


def _reduced(photo: Photo, longest_side_px: int) -> Any:
    """The photo upright in sRGB, not yet read: a decoder that can leaves out most pixels by itself, lines pass one by
    one.
    """
    options: dict[str, Any] = {}
    shrink = max(photo.width, photo.height) / longest_side_px
    if photo.kind == "jpeg":
        # At most half as far as wanted, so that the last step is ours: a decoder's own mean of 8x8 pixels is coarse.
        options["shrink"] = next((by for by in (8, 4, 2) if 2 * by <= shrink), 1)
    elif photo.kind == "webp" and shrink > 2:
        options["scale"] = 2 / shrink
    image = _opened(photo.path, photo.kind, **options)
    # Without a profile, or with a broken one: CMYK as a coated print, all else as a screen.
    without = "cmyk" if photo.colour == "cmyk" else "srgb"
    return image.thumbnail_image(
        longest_side_px,
        height=longest_side_px,
        size="down",
        input_profile=without,
        output_profile="srgb",
        intent="relative",
        fail_on="error",
    )


def _reason(error: str, kind: str) -> str:
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    first = next((line for line in lines if not line.startswith("unable")), None)  # to call its loader
    if first is None:
        return f"is a damaged {READ_AS[kind]}, or one that was cut short; send it again"
    return f"is a damaged {READ_AS[kind]}, or one that was cut short ({first}); send it again"
