"""Icons: one picture, a PNG or an SVG, as systems have it."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Sequence
from importlib import metadata
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image

IconForm = Literal["ico", "icns", "png"]

_PNG = b"\x89PNG\r\n\x1a\n"
# Points; what Windows shows in lists, on its desktop, and in its largest views.
_ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
# What each size of an .icns file is called: points, or twice as many pixels as points ("@2x").
_ICNS_SIZES = (
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic08", 256),
    (b"ic14", 512),
    (b"ic09", 512),
    (b"ic10", 1024),
)
_LARGEST = 1024
# Below, systems' lists have nothing to show.
_SMALLEST = 64


class IconProblem(ValueError):
    """The message says what is wrong with the picture."""


def libraries() -> Mapping[str, str]:
    """The versions of what draws: by name."""
    return {name: metadata.version(name) for name in ("pillow", "resvg-py")}


def is_png(picture: bytes) -> bool:
    """By how it begins."""
    return picture.startswith(_PNG)


def convert(picture: bytes, form: IconForm, size: int) -> bytes:
    """A square PNG or an SVG as an .ico or .icns file with all sizes that the picture is good for,
    or as a PNG of `size` points. Raises IconProblem."""
    if form == "png":
        return _png(_fitted(_opened(picture, size), size))
    image = _opened(picture, _LARGEST)
    if form == "icns":
        return _icns(image)
    sizes = [each for each in _ICO_SIZES if each <= image.width]
    return _saved(_fitted(image, sizes[-1]), "ICO", sizes)


def _opened(picture: bytes, size: int) -> Image:
    """The picture with colours and transparency; an SVG as large as it is told."""
    from PIL import Image, UnidentifiedImageError

    given = is_png(picture)
    drawn = picture if given else _drawn(picture, size)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(drawn), formats=["PNG"]).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise IconProblem("the PNG is damaged") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise IconProblem("it is far larger than an icon") from error
    if image.width != image.height:
        raise IconProblem(f"it isn't square: it has {image.width} x {image.height} pixels")
    if given and image.width < _SMALLEST:
        raise IconProblem(
            f"it has {image.width} x {image.width} pixels, and is to have 256 or more"
        )
    return image


def _drawn(picture: bytes, size: int) -> bytes:
    """An SVG as a PNG. Fonts of the system are left out: each machine has others."""
    import resvg_py

    try:
        text = picture.decode("utf-8")
        return bytes(resvg_py.svg_to_bytes(svg_string=text, width=size, skip_system_fonts=True))
    except (ValueError, UnicodeDecodeError) as error:
        raise IconProblem(f"it is neither a PNG nor an SVG: {error}") from error


def _fitted(image: Image, size: int) -> Image:
    from PIL import Image as images

    if image.width == size:
        return image
    return image.resize((size, size), images.Resampling.LANCZOS)


def _icns(image: Image) -> bytes:
    """Pictures under their sizes' names. (Pillow's writer has all of them, blown up if need be.)"""
    pictures = [
        (name, _png(_fitted(image, size))) for name, size in _ICNS_SIZES if size <= image.width
    ]
    blocks = b"".join(name + struct.pack(">I", 8 + len(data)) + data for name, data in pictures)
    return b"icns" + struct.pack(">I", 8 + len(blocks)) + blocks


def _png(image: Image) -> bytes:
    return _saved(image, "PNG")


def _saved(image: Image, kind: str, sizes: Sequence[int] = ()) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **({"sizes": [(each, each) for each in sizes]} if sizes else {}))
    return file.getvalue()
