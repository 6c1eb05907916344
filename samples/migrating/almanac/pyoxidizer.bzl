def place(policy, resource):
    if type(resource) in ("PythonModuleSource", "PythonPackageResource"):
        if resource.package == "almanac.tables":
            resource.add_location = "filesystem-relative:share"
            resource.add_source = True
        elif resource.is_stdlib:
            resource.add_source = False
    elif type(resource) == "PythonExtensionModule":
        resource.add_location_fallback = "filesystem-relative:lib"

def make_exe():
    dist = default_python_distribution()
    policy = dist.make_python_packaging_policy()
    policy.register_resource_callback(place)

    config = dist.make_python_interpreter_config()
    config.run_module = "almanac"

    exe = dist.to_python_executable("almanac", packaging_policy = policy, config = config)
    for resource in exe.read_package_root(CWD, ["almanac"]):
        if resource.package == "almanac.drafts":
            resource.add_include = False
        exe.add_python_resource(resource)
    return exe

register_target("exe", make_exe)
resolve_targets()
