def make_exe():
    dist = default_python_distribution()

    policy = dist.make_python_packaging_policy()
    policy.set_resource_handling_mode("classify")
    policy.include_distribution_sources = False
    policy.include_distribution_resources = False

    python_config = dist.make_python_interpreter_config()
    python_config.run_module = "units"

    exe = dist.to_python_executable(
        name = "units",
        packaging_policy = policy,
        config = python_config,
        runtime = None,
    )
    exe.windows_runtime_dlls_mode = "always"
    exe.add_python_resources(exe.read_package_root(path = CWD, packages = ["units"]))
    return exe

def make_embedded_resources(exe):
    return exe.to_embedded_resources()

def make_install(exe):
    files = FileManifest()
    files.add_python_resource(".", exe)
    return files

register_target("exe", make_exe)
register_target(
    "resources",
    make_embedded_resources,
    depends = ["exe"],
    default_build_script = True,
)
register_target("install", make_install, depends = ["exe"], default = True)

resolve_targets()
