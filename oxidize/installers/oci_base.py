"""The image that another one is built on: what is read of its archive."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

TYPE = "application/vnd.oci.image"
INDEX = f"{TYPE}.index.v1+json"
FIRST = "index.json"
# Of descriptions, which are JSON of a few kilobytes.
_MOST_JSON = 1 << 24


class OciError(ValueError):
    """The base isn't an OCI image that can be built on."""


@frozen
class Base:
    """What an image is built on."""

    layers: Sequence[Mapping[str, Any]]
    diff_ids: Sequence[str]
    history: Sequence[Mapping[str, Any]]
    config: Mapping[str, Any]
    blobs: Mapping[str, int]
    """Digest of a layer -> where it begins in the file."""

    @classmethod
    def read(cls, path: Path, architecture: str) -> Base:
        """The image for an architecture such as "amd64", of an archive. Raises OciError."""
        try:
            with tarfile.open(path) as archive:
                return cls._of(archive, architecture)
        except tarfile.ReadError as error:
            raise OciError("it isn't a tar archive, or is a damaged one") from error
        except (tarfile.TarError, KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, OciError):
                raise
            raise OciError(f"it isn't an archive of an OCI image ({error})") from error

    @classmethod
    def _of(cls, archive: tarfile.TarFile, architecture: str) -> Base:
        members = {each.name.removeprefix("./"): each for each in archive if each.isfile()}

        def document(name: str) -> Any:  # noqa: ANN401 (JSON)
            member = members.get(name)
            if member is None or member.size > _MOST_JSON:
                raise OciError(f"it has no {name}")
            stream = archive.extractfile(member)
            assert stream is not None
            data = stream.read()
            if name.startswith("blobs/") and digest_of(data) != name.rpartition("/")[2]:
                raise OciError(f"{name} is damaged")
            return json.loads(data)

        for described in _manifests(document, document(FIRST)["manifests"]):
            manifest = document(blob_path(described["digest"]))
            config = document(blob_path(manifest["config"]["digest"]))
            if (config["os"], config["architecture"]) == ("linux", architecture):
                layers = manifest["layers"]
                for each in layers:
                    if blob_path(each["digest"]) not in members:
                        raise OciError(f"it lacks the layer {each['digest']}")
                return cls(
                    layers,
                    config["rootfs"]["diff_ids"],
                    config.get("history", []),
                    config.get("config", {}),
                    {e["digest"]: members[blob_path(e["digest"])].offset_data for e in layers},
                )
        raise OciError(f"it has no image for linux/{architecture}")


def _manifests(document: Any, rows: Sequence[Any]) -> Iterator[Any]:  # noqa: ANN401 (JSON)
    """Descriptions of images; one may name a list of them, for several machines."""
    for row in rows:
        if row["mediaType"] == INDEX:
            yield from document(blob_path(row["digest"]))["manifests"]
        else:
            yield row


def blob_path(digest: str) -> str:
    """Where archives have what is named by its sha256. Raises OciError."""
    kind, _, text = digest.partition(":")
    if kind != "sha256" or not text.isalnum():
        raise OciError(f"{digest} is no sha256")
    return f"blobs/sha256/{text}"


def digest_of(data: bytes) -> str:
    """The sha256."""
    return hashlib.sha256(data).hexdigest()
