"""PyOxidizer's build files: each name is here, or docs/differences.md tells of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from oxidize.objects.language import language

DIFFERENCES = (Path(__file__).parents[2] / "docs" / "differences.md").read_text(encoding="utf-8")

# Names by owner, "" being the globals: functions, methods, arguments, attributes. Installers, macOS
# bundles, signing and what is Rust's are other lists.
SURFACE = {
    "": """BUILD_TARGET_TRIPLE CONFIG_PATH CWD VARS CONTEXT BUILD_CONTEXT register_target
        resolve_target resolve_targets set_build_path print load default_python_distribution glob
        can_prompt prompt_confirm prompt_input prompt_password PythonDistribution FileContent
        FileManifest AppleUniversalBinary""",
    "register_target": "depends default default_build_script",
    "default_python_distribution": "flavor build_target python_version",
    "glob": "include exclude strip_prefix",
    "prompt_password": "prompt confirm default",
    "PythonDistribution": """make_python_packaging_policy make_python_interpreter_config
        python_resources to_python_executable""",
    "make_python_packaging_policy": """allow_files allow_in_memory_shared_library_loading
        bytecode_optimize_level_zero bytecode_optimize_level_one bytecode_optimize_level_two
        extension_module_filter file_scanner_classify_files file_scanner_emit_files
        include_classified_resources include_distribution_sources include_distribution_resources
        include_file_resources include_non_distribution_sources include_test
        preferred_extension_module_variants resources_location resources_location_fallback""",
    "PythonPackagingPolicy": """register_resource_callback set_resource_handling_mode
        set_preferred_extension_module_variant""",
    "make_python_interpreter_config": """config_profile allocator configure_locale coerce_c_locale
        coerce_c_locale_warn development_mode isolated legacy_windows_fs_encoding parse_argv
        use_environment utf8_mode base_exec_prefix base_executable base_prefix buffered_stdio
        bytes_warning check_hash_pycs_mode configure_c_stdio dump_refs exec_prefix executable
        fault_handler filesystem_encoding filesystem_errors hash_seed home import_time inspect
        install_signal_handlers interactive legacy_windows_stdio malloc_stats module_search_paths
        optimization_level parser_debug pathconfig_warnings prefix program_name pycache_prefix
        python_path_env quiet run_command run_filename run_module show_ref_count site_import
        skip_first_source_line stdio_encoding stdio_errors tracemalloc user_site_directory verbose
        warn_options write_bytecode x_options allocator_backend allocator_raw allocator_mem
        allocator_obj allocator_pymalloc_arena allocator_debug oxidized_importer
        filesystem_importer argvb
        multiprocessing_auto_dispatch multiprocessing_start_method sys_frozen sys_meipass
        terminfo_resolution write_modules_directory_env""",
    "to_python_executable": """name packaging_policy config licenses_filename
        packed_resources_load_mode tcl_files_path windows_runtime_dlls_mode windows_subsystem""",
    "PythonExecutable": """build make_python_module_source pip_download pip_install
        read_package_root read_virtualenv setup_py_install add_python_resource
        add_python_resources add_cargo_manifest_licensing filter_resources_from_files
        to_embedded_resources to_file_manifest to_wix_bundle_builder to_wix_msi_builder
        write_licenses""",
    "filter_resources_from_files": "files glob_files",
    "PythonModuleSource": """name source is_package is_stdlib add_include add_location
        add_location_fallback add_source add_bytecode_optimization_level_zero""",
    "PythonPackageResource": "package name is_stdlib",
    "PythonPackageDistributionResource": "package name is_stdlib",
    "PythonExtensionModule": "name is_stdlib",
    "File": "path is_executable",
    "FileContent": "executable filename write_to_directory",
    "FileManifest": """add_manifest add_file add_path get_file paths remove install build
        add_python_resource add_python_resources""",
    "AppleUniversalBinary": """filename add_path add_file to_file_content
        write_to_directory""",
    "add_file": "content path directory",
    "add_path": "path strip_prefix force_read",
}
# What isn't here, by owner: the page tells what stands in for it.
ABSENT = {
    "": "CONTEXT BUILD_CONTEXT",
    "register_target": "default_build_script",
    "make_python_packaging_policy": """allow_files file_scanner_classify_files
        file_scanner_emit_files include_classified_resources include_file_resources
        preferred_extension_module_variants""",
    "PythonPackagingPolicy": "set_resource_handling_mode set_preferred_extension_module_variant",
    "make_python_interpreter_config": "allocator_backend",
    "to_python_executable": "tcl_files_path",
    "PythonExecutable": """build setup_py_install add_cargo_manifest_licensing
        to_wix_bundle_builder to_wix_msi_builder write_licenses""",
    "PythonModuleSource": """add_include add_location add_location_fallback add_source
        add_bytecode_optimization_level_zero""",
    "FileContent": "write_to_directory",
    "FileManifest": "install build",
    "AppleUniversalBinary": "write_to_directory",
    "add_path": "force_read",
}


def pairs(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """(owner, name) of each."""
    return [(owner, name) for owner, listed in names.items() for name in listed.split()]


def known(owner: str) -> set[str]:
    """What has a name here: globals, or what a type or function of that name has."""
    here = language()
    if not owner:
        return {*here.functions, *here.values, "load"}
    found: set[str] = set()
    if owner in here.types:
        found |= {*here.types[owner].members, *here.types[owner].fields}
    methods = [each.members.get(owner) for each in here.types.values()]
    for member in [here.functions.get(owner), *methods]:
        found |= {each.name for each in member.parameters} if member else set()
    return found


@pytest.mark.parametrize(("owner", "name"), pairs(SURFACE))
def test_name_is_here_or_explained(owner: str, name: str) -> None:
    """A name of PyOxidizer's works, or the page of differences says what stands in for it."""
    absent = (owner, name) in pairs(ABSENT)
    assert absent == (name not in known(owner))
    assert not absent or re.search(rf"`[^`]*\b{name}\b[^`]*`", DIFFERENCES)
