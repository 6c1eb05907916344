"""Signing: which signer signs what is made, and the actions that do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from attrs import evolve, frozen

from oxidize.errors import BuildFileError, Diagnostic, Origin
from oxidize.graph.action import Artifact, Output, Value
from oxidize.installers.authenticode import PACKAGES
from oxidize.installers.system_tools import OSSLSIGNCODE
from oxidize.installers.tools import APPLE_PLATFORM
from oxidize.objects.code_signer import CodeSigner
from oxidize.objects.context import Context
from oxidize.objects.problem import refuse
from oxidize.objects.signing_key import CertifiedKey
from oxidize.objects.signing_request import CodeSigningRequest, Occasion
from oxidize.objects.tool import system_tools, tool_tree

# The first osslsigncode that knows msix packages.
_SIGNS_PACKAGES = "2.6"

Answer = Literal["sign", "defer", "prevent_signing"]


@frozen
class Wanted:
    """Something that is made, and may be signed: what it is, where it goes, and the signer that was
    given for it, if one was."""

    occasion: Occasion
    place: str
    given: CodeSigner | None = None
    origin: Origin | None = None

    @property
    def name(self) -> str:
        """Its file's, or its folder's."""
        return self.place.rpartition("/")[2]


def signer_for(context: Context, wanted: Wanted, *, certified: bool = True) -> CodeSigner | None:
    """Who signs it: the one that was given for it, or the first active one that wants to."""
    package = wanted.place.endswith(".pkg")
    if wanted.given and wanted.given.fits(certified=certified, package=package):
        return wanted.given
    fitting = [each for each in context.signers if each.fits(certified=certified, package=package)]
    # Packages by who signs nothing else.
    for signer in sorted(fitting, key=lambda each: not each.signs_packages):
        answer = _asked(context, signer, wanted)
        if answer != "defer":
            return signer if answer == "sign" else None
    return None


def check_certified(signer: CodeSigner, name: str) -> None:
    """Refuses a signer for packages of Linux."""
    if not isinstance(signer.key, CertifiedKey):
        refuse(
            "OX1163",
            f'a key of OpenPGP can\'t sign "{name}"',
            argument="signer",
            help="code_signer_from_pfx_file() makes a signer for Windows and macOS",
        )
    if signer.signs_packages and not name.endswith(".pkg"):
        refuse(
            "OX1163",
            f'the certificate is for packages of macOS, and can\'t sign "{name}"',
            argument="signer",
        )


def check_openpgp(signer: CodeSigner, name: str) -> None:
    """Refuses a signer for Windows and macOS."""
    if isinstance(signer.key, CertifiedKey):
        refuse(
            "OX1163",
            f'a certificate can\'t sign "{name}"',
            argument="signer",
            help="code_signer_from_gpg_key_file() makes a signer for packages of Linux",
        )


def for_windows(
    context: Context, artifact: Artifact, wanted: Wanted, *, keep: bool = False
) -> Artifact:
    """A file with a signature, if somebody signs it; `keep`: unless it has one."""
    signer = signer_for(context, wanted)
    if signer is None:
        return artifact
    return _by_osslsigncode(context, "authenticode-sign", artifact, wanted, signer, keep)


def tree_for_windows(context: Context, tree: Artifact, wanted: Wanted) -> Artifact:
    """A tree whose programs and libraries have signatures, if somebody signs them."""
    signer = signer_for(context, wanted)
    if signer is None:
        return tree
    return _by_osslsigncode(context, "authenticode-sign-tree", tree, wanted, signer, True)


def for_macos(
    context: Context, artifact: Artifact, wanted: Wanted, identifier: str = ""
) -> Artifact:
    """A program, a library or a package with a signature, if somebody signs it."""
    signer = signer_for(context, wanted)
    if signer is None:
        return artifact
    parts = MacSignature.of(context, signer, wanted)
    action = context.action(
        "apple-sign-file",
        f"sign {wanted.name}",
        params={"file": wanted.name, "identifier": identifier, **parts.params},
        inputs={"file": (artifact,), **parts.inputs},
        origin=wanted.origin,
    )
    return evolve(action, private=parts.private).output("signed")


@frozen
class MacSignature:
    """What an action that signs for macOS is told of who signs; nobody does so ad hoc."""

    params: Mapping[str, Value]
    inputs: Mapping[str, Sequence[Artifact]]
    private: Mapping[str, Value]

    @classmethod
    def of(cls, context: Context, signer: CodeSigner | None, wanted: Wanted) -> MacSignature:
        """The parts."""
        tool = {"tool": (tool_tree(context, APPLE_PLATFORM),)}
        if signer is None:
            return cls({}, tool, {})
        key, program = signer.certified(), not wanted.place.endswith((".pkg", ".dmg"))
        params: Mapping[str, Value] = {
            **key.params(),
            "time_stamps": signer.time_stamps,
            "hardened": signer.hardened and program,
        }
        may = (signer.entitlements,) if signer.entitlements and program else ()
        inputs = {**tool, "entitlements": may, "issuers": tuple(signer.issuers)}
        return cls(params, inputs, signer.private())


def _by_osslsigncode(
    context: Context,
    mnemonic: str,
    artifact: Artifact,
    wanted: Wanted,
    signer: CodeSigner,
    keep: bool,
) -> Output:
    same = (artifact, signer, wanted.name, keep)
    made = context.signed.get(same)
    if made is None:
        key = signer.certified()
        action = context.action(
            mnemonic,
            f"sign {wanted.name}",
            params={
                "file": wanted.name,
                "keep": keep,
                "time_stamps": signer.time_stamps,
                "tools": _tools(wanted),
                **key.params(),
            },
            inputs={"file": (artifact,), "issuers": tuple(signer.issuers)},
            origin=wanted.origin,
        )
        made = evolve(action, private=signer.private()).output("signed")
        context.signed[same] = made
    return made


def _tools(wanted: Wanted) -> Mapping[str, str]:
    from packaging.version import Version

    versions = system_tools(OSSLSIGNCODE)
    said = versions[OSSLSIGNCODE.name]
    if wanted.name.lower().endswith(PACKAGES) and Version(said) < Version(_SIGNS_PACKAGES):
        refuse(
            "OX1121",
            f"osslsigncode {said} can't sign {wanted.name}: {_SIGNS_PACKAGES} and newer can",
            help="a package of it is in Debian's backports, and in Debian 13",
        )
    return versions


def _asked(context: Context, signer: CodeSigner, wanted: Wanted) -> Answer:
    if signer.decides is None:
        return "sign"
    request = CodeSigningRequest(context=context, occasion=wanted.occasion, place=wanted.place)
    kind, value = context.call_back(signer.decides, (request,))
    if value in ("sign", "defer", "prevent_signing"):
        return value
    if kind == "NoneType":
        return "sign"
    shown = f'"{value}"' if isinstance(value, str) else f"a value of type {kind}"
    raise BuildFileError(
        Diagnostic(
            "OX1167",
            f"the function of a signer returns {shown} for {wanted.place}",
            help='return "sign", "defer" or "prevent_signing"',
        ).at(context.decisions[signer.decides].origin)
    )
