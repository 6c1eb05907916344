VERSION = VARS.get("version", "0.0")

def sign():
    if VARS.get("sign"):
        code_signer_from_windows_store_auto().activate()

def make_exe():
    dist = default_python_distribution(build_target = BUILD_TARGET_TRIPLE)

    config = dist.make_python_interpreter_config()
    config.run_module = "beacon"

    exe = dist.to_python_executable(name = "beacon", config = config)
    if "windows" in BUILD_TARGET_TRIPLE:
        exe.windows_subsystem = "windows"

    exe.add_python_resource(exe.make_python_module_source(
        "beacon_version",
        "VERSION = '%s'" % VERSION,
    ))
    for resource in exe.read_package_root(CWD, ["beacon"]):
        resource.add_location = "in-memory"
        exe.add_python_resource(resource)
    return exe

def make_files(exe):
    files = exe.to_file_manifest("beacon-" + VERSION)
    files.add_path("CHANGES.txt", strip_prefix = "")
    return files

def make_msi(exe):
    return exe.to_wix_msi_builder("beacon", "Beacon", VERSION, "Example Works")

sign()

register_target(target = "exe", callable = make_exe)
register_target("files", make_files, depends = ["exe"], default = True)
register_target("msi", make_msi, depends = ["exe"])

resolve_targets()
