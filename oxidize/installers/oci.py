"""OCI images, as archives of their layout: one layer of files, on top of nothing or of a base."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, cast

from attrs import define, field, frozen

from oxidize.installers.archive import STAMP, Member
from oxidize.installers.oci_base import FIRST, INDEX, TYPE, Base, OciError, blob_path, digest_of

MACHINES = {
    "x86_64": "amd64",
    "aarch64": "arm64",
    "riscv64": "riscv64",
    "ppc64le": "ppc64le",
    "s390x": "s390x",
}
NOBODY = "65532"
"""Who runs programs of images that don't say: the number that others use, too."""
_CREATED = "1980-01-01T00:00:00Z"
_LAYER, _CONFIG = f"{TYPE}.layer.v1.tar+gzip", f"{TYPE}.config.v1+json"
_MANIFEST = f"{TYPE}.manifest.v1+json"
_LAYOUT = "oci-layout"
_CHUNK = 1 << 20


@frozen
class Owner:
    """Of a folder."""

    user: int
    group: int


@frozen
class Image:
    """What a container is told of the image."""

    machine: str
    entrypoint: Sequence[str]
    tag: str
    arguments: Sequence[str] = ()
    env: Mapping[str, str] = field(factory=dict)
    user: str = NOBODY
    folder: str = "/"
    ports: Sequence[str] = ()
    volumes: Sequence[str] = ()
    labels: Mapping[str, str] = field(factory=dict)
    stop_signal: str = ""

    def config(self) -> dict[str, Any]:
        """As the configuration of the image has it."""
        told = {
            "User": self.user,
            "Env": [f"{name}={value}" for name, value in sorted(self.env.items())],
            "Entrypoint": [*self.entrypoint],
            "Cmd": [*self.arguments],
            "WorkingDir": self.folder,
            "ExposedPorts": {each: {} for each in sorted(self.ports)},
            "Volumes": {each: {} for each in sorted(self.volumes)},
            "Labels": dict(sorted(self.labels.items())),
            "StopSignal": self.stop_signal,
        }
        return {name: value for name, value in told.items() if value}

    def own_folders(self) -> dict[str, Owner]:
        """The volumes, which the program is to write to: where whoever runs it goes by numbers,
        they are that user's. (A name means what a base says.)"""
        user, _, group = self.user.partition(":")
        if not user.isdecimal() or not (group or user).isdecimal():
            return {}
        owner = Owner(int(user), int(group or user))
        return {path.strip("/"): owner for path in self.volumes}


def write_oci(
    members: Sequence[Member],
    links: Mapping[str, str],
    image: Image,
    scratch: Path,
    out: IO[bytes],
    base: Path | None = None,
) -> None:
    """Writes an archive of the image. Raises OciError."""
    below = Base.read(base, MACHINES[image.machine]) if base else None
    layer = scratch / "layer.tar.gz"
    with layer.open("wb") as file:
        diff_id = _write_layer(members, links, image.own_folders(), file, whole=below is None)
    own = _layer_row(layer)
    config = _config(image, below, diff_id)
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": _row(_CONFIG, config),
        "layers": [*(below.layers if below else ()), own],
        "annotations": dict(sorted(image.labels.items())),
    }
    described = _json(manifest)
    index = {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [
            {
                **_row(_MANIFEST, described),
                "platform": {"architecture": MACHINES[image.machine], "os": "linux"},
                "annotations": {"org.opencontainers.image.ref.name": image.tag},
            }
        ],
    }
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        _add(archive, _LAYOUT, b'{"imageLayoutVersion":"1.0.0"}')
        _add(archive, FIRST, _json(index))
        for data in (config, described):
            _add(archive, blob_path(f"sha256:{digest_of(data)}"), data)
        _copy_base(archive, base, below)
        with layer.open("rb") as file:
            info = _info(blob_path(own["digest"]), own["size"])
            archive.addfile(info, file)


def _copy_base(archive: tarfile.TarFile, path: Path | None, base: Base | None) -> None:
    if path is None or base is None:
        return
    with path.open("rb") as file:
        for row in {each["digest"]: each for each in base.layers}.values():
            file.seek(base.blobs[row["digest"]])
            reader = _Checked(file, row["size"])
            archive.addfile(_info(blob_path(row["digest"]), row["size"]), reader)  # type: ignore[arg-type]
            if reader.digest() != row["digest"]:
                raise OciError(f"the layer {row['digest']} is damaged")


# What is at a path: a file, its bytes, the target of a link, or a folder.
_Content = Member | bytes | str | Owner


def _write_layer(
    members: Sequence[Member],
    links: Mapping[str, str],
    owned: Mapping[str, Owner],
    out: IO[bytes],
    *,
    whole: bool,
) -> str:
    """Writes the layer; what it is called unpacked. A whole one has what programs expect."""
    packed = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=out, mtime=0)
    hashed = _Hashed(cast(IO[bytes], packed))
    with tarfile.open(fileobj=hashed, mode="w|", format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]
        rows: dict[str, _Content] = {**owned, **{each.path: each for each in members}}
        rows |= {path.lstrip("/"): target for path, target in links.items()}
        if whole:
            rows |= {name: data for name, data in _accounts().items() if name not in rows}
        folders = _folders(rows)
        if whole:
            folders |= {"tmp"}
        for name in sorted({*rows, *folders}):
            _add_row(archive, name, rows.get(name))
    packed.close()
    return f"sha256:{hashed.hash.hexdigest()}"


def _add_row(archive: tarfile.TarFile, name: str, row: _Content | None) -> None:
    info = tarfile.TarInfo(name)
    info.mtime = STAMP
    if row is None or isinstance(row, Owner):
        info.type, info.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
        info.uid, info.gid = (row.user, row.group) if row else (0, 0)
        archive.addfile(info)
    elif isinstance(row, str):
        info.type, info.linkname = tarfile.SYMTYPE, row
        archive.addfile(info)
    elif isinstance(row, bytes):
        info.size, info.mode = len(row), 0o644
        archive.addfile(info, io.BytesIO(row))
    else:
        info.size, info.mode = row.file.stat().st_size, row.mode
        with row.file.open("rb") as stream:
            archive.addfile(info, stream)


def _folders(paths: Mapping[str, object]) -> set[str]:
    parts = [path.split("/") for path in paths]
    return {"/".join(each[:end]) for each in parts for end in range(1, len(each))}


def _accounts() -> dict[str, bytes]:
    """Programs ask for the name and the home of who runs them."""
    return {
        "etc/passwd": (
            f"root:x:0:0:root:/root:/sbin/nologin\nnobody:x:{NOBODY}:{NOBODY}:nobody:/:/sbin/nologin\n"
        ).encode(),
        "etc/group": f"root:x:0:\nnobody:x:{NOBODY}:\n".encode(),
    }


def _config(image: Image, base: Base | None, diff_id: str) -> bytes:
    entry = {"created": _CREATED, "created_by": "oxidize"}
    below = dict(base.config) if base else {}
    told = image.config()
    told["Env"] = [*_kept(below.get("Env", []), told.get("Env", [])), *told.get("Env", [])]
    return _json(
        {
            "created": _CREATED,
            "architecture": MACHINES[image.machine],
            "os": "linux",
            "config": {name: value for name, value in {**below, **told}.items() if value},
            "rootfs": {"type": "layers", "diff_ids": [*(base.diff_ids if base else ()), diff_id]},
            "history": [*(base.history if base else ()), entry],
        }
    )


def _kept(variables: Sequence[str], other: Sequence[str]) -> list[str]:
    given = {each.partition("=")[0] for each in other}
    return [each for each in variables if each.partition("=")[0] not in given]


def _layer_row(path: Path) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            digest.update(data)
            size += len(data)
    return {"mediaType": _LAYER, "digest": f"sha256:{digest.hexdigest()}", "size": size}


def _row(kind: str, data: bytes) -> dict[str, Any]:
    return {"mediaType": kind, "digest": f"sha256:{digest_of(data)}", "size": len(data)}


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o644, STAMP
    return info


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    archive.addfile(_info(name, len(data)), io.BytesIO(data))


@define
class _Hashed:
    """A stream that knows the sha256 of all that was written to it."""

    file: IO[bytes]
    hash: Any = field(factory=hashlib.sha256)

    def write(self, data: bytes) -> int:
        """As files do."""
        self.hash.update(data)
        return self.file.write(data)


@define
class _Checked:
    """A part of a file, and the sha256 of what was read of it."""

    file: IO[bytes]
    left: int
    hash: Any = field(factory=hashlib.sha256)

    def read(self, size: int) -> bytes:
        """As files do, to the end of the part."""
        data = self.file.read(min(size, self.left))
        self.left -= len(data)
        self.hash.update(data)
        return data

    def digest(self) -> str:
        """Of what was read."""
        return f"sha256:{self.hash.hexdigest()}"
