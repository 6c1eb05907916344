"""Icons that are made of a product's picture."""

from __future__ import annotations

import io

import pytest
from PIL import IcoImagePlugin, Image

from oxidize.installers.icon import IconForm, IconProblem, convert

SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">
<rect width="8" height="8" fill="#00f"/><rect x="4" width="4" height="8" fill="#f00"/></svg>"""
BLUE, RED = (0, 0, 255, 255), (255, 0, 0, 255)


def png(width: int, height: int | None = None) -> bytes:
    """Blue on the left, red on the right."""
    image = Image.new("RGBA", (width, height or width), BLUE)
    image.paste(RED, (width // 2, 0, width, height or width))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("picture", [SVG, png(256), png(700)], ids=["svg", "256", "700"])
def test_windows_sizes(picture: bytes) -> None:
    """An .ico file has the picture in each size that Windows shows."""
    image = Image.open(io.BytesIO(convert(picture, "ico", 0)))
    assert isinstance(image, IcoImagePlugin.IcoImageFile)
    sizes = (16, 20, 24, 32, 40, 48, 64, 128, 256)
    assert image.ico.sizes() == {(each, each) for each in sizes}
    for each in sizes:
        frame = image.ico.getimage((each, each))
        assert [frame.getpixel((x, each // 2)) for x in (1, each - 2)] == [BLUE, RED]


def test_no_size_is_blown_up() -> None:
    """A small PNG isn't shown larger than it is."""
    image = Image.open(io.BytesIO(convert(png(100), "ico", 0)))
    assert isinstance(image, IcoImagePlugin.IcoImageFile)
    assert max(image.ico.sizes()) == (64, 64)


@pytest.mark.parametrize(("picture", "largest"), [(SVG, 1024), (png(300), 256)])
def test_macos_sizes(picture: bytes, largest: int) -> None:
    """An .icns file has the picture in macOS' sizes, up to the picture's own."""
    image = Image.open(io.BytesIO(convert(picture, "icns", 0)))
    assert image.format == "ICNS"
    assert max(width * scale for width, _, scale in image.info["sizes"]) == largest
    assert image.convert("RGBA").getpixel((2, 2)) == BLUE


def test_size_of_a_png() -> None:
    """A logo has the size that is asked for."""
    image = Image.open(io.BytesIO(convert(SVG, "png", 44)))
    assert (image.format, image.size) == ("PNG", (44, 44))


@pytest.mark.parametrize("form", ["ico", "icns", "png"])
def test_same_bytes(form: IconForm) -> None:
    """The same picture gives the same bytes."""
    assert convert(SVG, form, 64) == convert(SVG, form, 64)


@pytest.mark.parametrize(
    ("picture", "problem"),
    [
        (png(256, 128), "isn't square: it has 256 x 128 pixels"),
        (SVG.replace(b"0 0 8 8", b"0 0 8 4"), "isn't square: it has 1024 x 512 pixels"),
        (png(48), "it has 48 x 48 pixels"),
        (png(256)[:200], "the PNG is damaged"),
        (b"GIF89a", "neither a PNG nor an SVG"),
        (b"\xff\xfe\x00", "neither a PNG nor an SVG"),
        (b"<svg", "neither a PNG nor an SVG"),
    ],
    ids=["wide", "wide-svg", "small", "cut-off", "gif", "bytes", "no-svg"],
)
def test_what_is_no_icon(picture: bytes, problem: str) -> None:
    """A picture that can't be an icon is told of."""
    with pytest.raises(IconProblem, match=problem):
        convert(picture, "ico", 0)


def test_small() -> None:
    """Nor is a picture blown up to the size that is asked for."""
    with pytest.raises(IconProblem, match="it has 48 x 48 pixels"):
        convert(png(48), "png", 256)
