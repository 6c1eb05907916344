def make_dist():
    return default_python_distribution()

def make_exe(dist):
    policy = dist.make_python_packaging_policy()
    policy.extension_module_filter = "no-copyleft"
    policy.resources_location = "in-memory"
    policy.resources_location_fallback = "filesystem-relative:lib"
    policy.allow_files = True

    config = dist.make_python_interpreter_config()
    config.run_command = "from letters import main; main()"

    exe = dist.to_python_executable(
        name = "letters",
        packaging_policy = policy,
        config = config,
    )
    exe.add_python_resources(exe.pip_install(["-r", "requirements.txt"]))
    for resource in exe.read_package_root(CWD, ["letters"]):
        exe.add_python_resource(resource)
    return exe

register_target("dist", make_dist)
register_target("exe", make_exe, depends = ["dist"], default = True)

resolve_targets()
