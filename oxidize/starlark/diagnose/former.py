"""PyOxidizer's names that aren't there, and the help of an error about each.

A help that begins with `write` gives what to write in place of what the error marks; one that
begins with `leave it out` says that nothing is lost.
"""

from __future__ import annotations

import re

_RETURNED = "leave it out: what the target's function returns lands in the target's folder"
_ARCHIVE = (
    'write to_installer("zip"): msi_installer() of "@oxidize//installers.star" makes a package for '
    "Windows"
)
_WIX = 'msi_installer() of "@oxidize//installers.star" makes a package for Windows of a program'
_WHEEL = 'program_wheel() of "@oxidize//installers.star" makes a wheel of a program'
_BUNDLE = 'app_bundle() of "@oxidize//installers.star" makes an application of a program'
_SNAP = 'snap() of "@oxidize//installers.star" makes a snap of a program'
_CLASSIFIED = "leave it out: each file of a package is carried, as what it is"
_SIGNING = "leave it out, or have code_signer_from_pfx_file() in its place: keys come from files"

_NAMES = {
    "BUILD_TARGET": "write BUILD_TARGET_TRIPLE",
    "CONTEXT": "leave it out: no function takes it",
    "BUILD_CONTEXT": "leave it out: no function takes it",
}
_KINDS_OF_NAMES = (
    (r"code_signer_from_windows_store_\w+", _SIGNING),
    (r"Snap\w*", _SNAP),
    (r"WiX\w+", _WIX),
    (r"MacOsApplicationBundleBuilder", _BUNDLE),
    (r"PythonWheelBuilder", _WHEEL),
)

METHODS = {
    "chain_issuer_certificates_macos_keychain": "write "
    "chain_issuer_certificates_pem_file(PATH): certificates come from files",
    "build": _RETURNED,
    "install": _RETURNED,
    "write_to_directory": _RETURNED,
    "to_wix_msi_builder": _ARCHIVE,
    "to_wix_bundle_builder": _ARCHIVE,
    "write_licenses": 'give the call that makes the program licenses_filename = "COPYING.txt"',
    "add_cargo_manifest_licensing": "leave it out: there is no Rust in the program",
    "set_resource_handling_mode": f"{_CLASSIFIED}; to have them all on disk, give the policy "
    'resources_location = "filesystem-relative:lib"',
    "set_preferred_extension_module_variant": "leave it out: there is one of each extension module",
}

SETTINGS = {
    "allow_files": _CLASSIFIED,
    "file_scanner_classify_files": _CLASSIFIED,
    "file_scanner_emit_files": _CLASSIFIED,
    "include_classified_resources": _CLASSIFIED,
    "include_file_resources": _CLASSIFIED,
    "preferred_extension_module_variants": METHODS["set_preferred_extension_module_variant"],
    "allocator_backend": "leave it out: the allocator is CPython's own",
    "tcl_files_path": "leave it out: there is no Tk in programs yet",
}

# By function and argument.
ARGUMENTS = {
    ("register_target", "target"): 'did you mean "name"?',
    ("register_target", "callable"): 'did you mean "fn"?',
    ("register_target", "default_build_script"): "leave it out: Cargo has no part in builds",
    ("to_python_executable", "runtime"): "leave it out: all programs have the same runtime",
    ("add_path", "force_read"): "leave it out: files are read when the target is built",
}

# Settings of resources, by what they are called here.
RESOURCE_SETTINGS = {
    "add_include": "include",
    "add_location": "location",
    "add_location_fallback": "location_fallback",
    "add_source": "include_source",
    "add_bytecode_optimization_level_zero": "bytecode_optimize_level_zero",
    "add_bytecode_optimization_level_one": "bytecode_optimize_level_one",
    "add_bytecode_optimization_level_two": "bytecode_optimize_level_two",
}


def name_help(name: str) -> str | None:
    """What stands in for a global name."""
    kinds = (help for pattern, help in _KINDS_OF_NAMES if re.fullmatch(pattern, name))
    return _NAMES.get(name) or next(kinds, None)
