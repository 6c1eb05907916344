"""A product's version, and how each format of installers writes it.

Products have versions as Python packages do (PEP 440): "1.2.3", "1.2.3rc1", "1.2.3.post1". Formats
differ in what they can say, and in how they mark what precedes a release.
"""

from __future__ import annotations

from packaging.version import InvalidVersion, Version

_APK_PHASES = {"a": "alpha", "b": "beta", "rc": "rc"}
# Windows Installer compares three numbers of these sizes, and nothing else.
_MSI_LIMITS = (255, 255, 65535)
_MSI_NAMES = ("major", "minor", "build")
_LARGEST = 65535
_SNAP_LONGEST = 32


class VersionProblem(ValueError):
    """A format can't express the version; the text says why."""


def parse_version(text: str) -> Version:
    """Raises VersionProblem for what is no version."""
    try:
        return Version(text)
    except InvalidVersion:
        raise VersionProblem("it isn't of the form 1.2.3, 1.2.3rc1 or 1.2.3.post1") from None


def tilde_version(version: Version) -> str:
    """As deb and rpm have it, where "~" sorts before everything: "1.2.3~rc1", "1.2.3+post1". The
    local part follows a word that sorts before "post"."""
    text = _release(version)
    if version.pre:
        text += f"~{version.pre[0]}{version.pre[1]}"
    if version.post is not None:
        text += f"+post{version.post}"
    if version.dev is not None:
        # Python's 1.0.dev1 comes before 1.0a1.
        text += f"~dev{version.dev}" if version.pre else f"~~dev{version.dev}"
    return text + (f"+local.{version.local}" if version.local else "")


def apk_version(version: Version) -> str:
    """As Alpine has it: "1.2.3_rc1", "1.2.3_p1". Raises VersionProblem."""
    if version.dev is not None or version.local:
        raise VersionProblem("Alpine's packages have no .dev and no + in versions")
    if version.epoch:
        raise VersionProblem("Alpine's packages have no epochs")
    text = _release(version)
    if version.pre:
        text += f"_{_APK_PHASES[version.pre[0]]}{version.pre[1]}"
    return text + (f"_p{version.post}" if version.post is not None else "")


def arch_version(version: Version) -> str:
    """As Arch has it: letters sort before the end, as in "1.2.3rc1". Raises VersionProblem."""
    if version.dev is not None:
        raise VersionProblem("to pacman, 1.0.dev1 would be newer than 1.0")
    return str(version).replace("!", ":")


def msi_version(version: Version) -> str:
    """Three numbers, as Windows Installer compares them. Raises VersionProblem."""
    numbers = _numbers(version, "Windows Installer")
    if any(numbers[3:]):
        raise VersionProblem("Windows Installer passes over all numbers after the third")
    for number, limit, name in zip(numbers, _MSI_LIMITS, _MSI_NAMES, strict=False):
        if number > limit:
            raise VersionProblem(f"Windows Installer's {name} number is {limit} at the most")
    return ".".join(map(str, numbers[:3]))


def windows_version(version: Version) -> str:
    """Four numbers, as files have them: pre-releases have those of their release."""
    numbers = [*version.release, 0, 0, 0, 0][:4]
    return ".".join(str(min(number, _LARGEST)) for number in numbers)


def msix_version(version: Version) -> str:
    """Four numbers, of which the last is the store's own. Raises VersionProblem."""
    numbers = _numbers(version, "msix")
    if any(numbers[3:]):
        raise VersionProblem("of msix, the fourth number has to be 0")
    if max(numbers) > _LARGEST:
        raise VersionProblem(f"of msix, numbers are {_LARGEST} at the most")
    return ".".join(map(str, numbers))


def apple_version(version: Version) -> str:
    """Three numbers, as the property list of a bundle has them: pre-releases have those of their
    release. Raises VersionProblem."""
    if version.epoch:
        raise VersionProblem("macOS knows no epochs")
    if any(version.release[3:]):
        raise VersionProblem("macOS passes over all numbers after the third")
    return ".".join(map(str, [*version.release, 0, 0][:3]))


def snap_version(version: Version) -> str:
    """Up to 32 characters. Raises VersionProblem."""
    text = tilde_version(version)
    if len(text) > _SNAP_LONGEST:
        raise VersionProblem(f"of a snap, it has {_SNAP_LONGEST} characters at the most")
    return text


def _release(version: Version) -> str:
    epoch = f"{version.epoch}:" if version.epoch else ""
    return epoch + ".".join(map(str, version.release))


def _numbers(version: Version, format: str) -> list[int]:
    """Four of them. Raises VersionProblem for versions that say more."""
    if version.pre or version.post is not None or version.dev is not None or version.local:
        raise VersionProblem(f"{format} knows numbers only, no {_more(version)}")
    if version.epoch:
        raise VersionProblem(f"{format} knows no epochs")
    return [*version.release, 0, 0, 0, 0][: max(4, len(version.release))]


def _more(version: Version) -> str:
    if version.pre:
        return f'"{version.pre[0]}{version.pre[1]}"'
    if version.post is not None:
        return f'"post{version.post}"'
    return f'"dev{version.dev}"' if version.dev is not None else f'"+{version.local}"'
