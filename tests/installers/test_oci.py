"""OCI images: what other tools read of them, and bases."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import tarfile
from pathlib import Path

import pytest

from oxidize.installers.archive import Member
from oxidize.installers.oci import Image, write_oci
from oxidize.installers.oci_base import OciError
from tests import pythons

IMAGE = Image(
    machine="x86_64",
    entrypoint=("/usr/bin/app",),
    tag="1.0",
    arguments=("serve",),
    env={"B": "2", "A": "1"},
    ports=("80/tcp",),
    labels={"org.opencontainers.image.title": "App"},
)


def made(folder: Path, image: Image = IMAGE, base: Path | None = None, text: str = "app") -> Path:
    """An image with one program."""
    folder.mkdir()
    (folder / "app").write_text(text)
    scratch = folder / "scratch"
    scratch.mkdir()
    with (folder / "image.tar").open("wb") as out:
        members = [Member("usr/bin/app", folder / "app", True)]
        write_oci(members, {"/usr/bin/other": "app"}, image, scratch, out, base)
    return folder / "image.tar"


def unpacked(image: Path, folder: Path) -> Path:
    """The files of a container, by umoci."""
    skopeo, umoci = pythons.need_tool("skopeo"), pythons.need_tool("umoci")
    copy = [skopeo, "copy", "--quiet", f"oci-archive:{image}", f"oci:{folder}/layout:it"]
    folder.mkdir()
    subprocess.run(copy, check=True, capture_output=True)
    rootless = [] if os.geteuid() == 0 else ["--rootless"]
    unpack = [umoci, "unpack", *rootless, "--image", f"{folder}/layout:it", f"{folder}/bundle"]
    subprocess.run(unpack, check=True, capture_output=True)
    return folder / "bundle"


def test_reproducible(tmp_path: Path) -> None:
    """The same files give the same bytes, elsewhere and at another time."""
    first = made(tmp_path / "one").read_bytes()
    (tmp_path / "one" / "app").touch()
    assert made(tmp_path / "two").read_bytes() == first


def test_alone(tmp_path: Path) -> None:
    """Without a base there are the files, /tmp and accounts, and the container is told the rest."""
    bundle = unpacked(made(tmp_path / "image"), tmp_path / "out")
    root = bundle / "rootfs"
    found = {str(each.relative_to(root)) for each in root.rglob("*") if not each.is_dir()}
    assert found == {"usr/bin/app", "usr/bin/other", "etc/passwd", "etc/group"}
    assert (root / "tmp").stat().st_mode & 0o7777 == 0o1777
    assert (root / "usr/bin/app").stat().st_mode & 0o777 == 0o755
    process = json.loads((bundle / "config.json").read_text())["process"]
    assert process["args"] == ["/usr/bin/app", "serve"]
    assert {"A=1", "B=2"} <= set(process["env"])
    assert process["user"]["uid"] == 65532


def test_volumes(tmp_path: Path) -> None:
    """Folders that outlive a container belong to who runs the program."""
    image = Image("x86_64", ("/usr/bin/app",), "1", user="1000:1001", volumes=("/var/lib/app",))
    root = unpacked(made(tmp_path / "image", image), tmp_path / "out") / "rootfs"
    if os.geteuid() == 0:
        folder = (root / "var/lib/app").stat()
        assert (folder.st_uid, folder.st_gid) == (1000, 1001)
        assert (root / "var/lib").stat().st_uid == 0
    assert (root / "var/lib/app").is_dir()


def test_on_a_base(tmp_path: Path) -> None:
    """Files are put on those of the base, whose variables stay unless they are given anew."""
    base = made(tmp_path / "base", Image("x86_64", ("/bin/sh",), "b", env={"A": "0", "C": "3"}))
    image = made(tmp_path / "image", base=base, text="newer")
    bundle = unpacked(image, tmp_path / "out")
    assert (bundle / "rootfs/usr/bin/app").read_text() == "newer"
    assert (bundle / "rootfs/etc/passwd").read_text().startswith("root:")
    process = json.loads((bundle / "config.json").read_text())["process"]
    assert {"A=1", "B=2", "C=3"} <= set(process["env"])
    assert "A=0" not in process["env"]


def test_another_machine(tmp_path: Path) -> None:
    """A base without an image for the machine is refused."""
    base = made(tmp_path / "base", Image("aarch64", ("/bin/sh",), "b"))
    with pytest.raises(OciError, match="it has no image for linux/amd64"):
        made(tmp_path / "image", base=base)


@pytest.mark.parametrize("data", [b"", b"no archive", b"\0" * 10240])
def test_no_base(tmp_path: Path, data: bytes) -> None:
    """What is no image is refused, in one line that speaks of it and not of Python."""
    (tmp_path / "base.tar").write_bytes(data)
    with pytest.raises(OciError) as caught:
        made(tmp_path / "image", base=tmp_path / "base.tar")
    assert len(str(caught.value).splitlines()) == 1
    assert "Error(" not in str(caught.value)


def test_damaged_base(tmp_path: Path) -> None:
    """Damage of a base is found, wherever it is, unless it is of no account."""
    whole = made(tmp_path / "base").read_bytes()
    choose, refused = random.Random(1), 0
    for number in range(150):
        data = bytearray(whole)
        place = choose.randrange(len(data))
        data[place] ^= 1 << choose.randrange(8)
        (tmp_path / "base.tar").write_bytes(data)
        try:
            made(tmp_path / f"image-{number}", base=tmp_path / "base.tar")
        except OciError:
            refused += 1
    assert refused > 10


def test_a_layer_that_is_missing(tmp_path: Path) -> None:
    """A base that lacks a layer is refused."""
    text = random.Random(1).randbytes(5000).hex()
    with tarfile.open(made(tmp_path / "base", text=text)) as archive:
        rows = [(m, archive.extractfile(m)) for m in archive]
        kept = sorted(rows, key=lambda row: row[0].size)[:-1]
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w") as other:
            for member, stream in kept:
                assert stream is not None
                other.addfile(member, io.BytesIO(stream.read()))
    (tmp_path / "base.tar").write_bytes(data.getvalue())
    with pytest.raises(OciError, match="lacks the layer"):
        made(tmp_path / "image", base=tmp_path / "base.tar")
