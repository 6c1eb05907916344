"""Programs for macOS: what is refused of all their installers, and what these are called."""

from __future__ import annotations

from collections.abc import Collection

from oxidize.errors import Diagnostic
from oxidize.installers.mac_names import name_problem
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.problem import refuse
from oxidize.triples import apple_machine, system_of


def main_program(request: InstallerRequest) -> str:
    """The path of the program that is started. Refuses files without one, and programs for other
    systems."""
    manifest = request.manifest
    for program in manifest.programs():
        triple = program.distribution.triple
        if system_of(triple) != "darwin":
            refuse(
                "OX1104",
                f'the program "{program.name}" is for {triple}',
                argument="format",
                help="this is for macOS: --target-triple aarch64-apple-darwin",
            )
    if not manifest.main:
        refuse(
            "OX1106",
            "macOS starts a program, and there is none among the files",
            help="make the installer of a program, or add one to the manifest",
        )
    return manifest.main


def check_names(paths: Collection[str]) -> None:
    """Refuses names that macOS hasn't, and two that it takes for one."""
    check_problem(name_problem(paths))


def check_problem(problem: Diagnostic | None) -> None:
    """Refuses what has one."""
    if problem:
        refuse(problem.code, problem.message, help=problem.help)


def file_name(request: InstallerRequest, version: str, *words: str) -> str:
    """The start of an installer's name: the product, more words, and what its programs are for."""
    machines = {each.distribution.triple.partition("-")[0] for each in request.manifest.programs()}
    names = ["universal"] if len(machines) > 1 else [apple_machine(each) for each in machines]
    return "-".join([request.product.package, version, *words, *names])
