def make_exe():
    dist = default_python_distribution()

    config = dist.make_python_interpreter_config()
    config.run_module = "tally"

    exe = dist.to_python_executable(name = "tally", config = config)
    exe.licenses_filename = "LICENSES.txt"
    exe.packed_resources_load_mode = "binary-relative-memory-mapped:tally.resources"
    exe.add_python_resources(exe.setup_py_install(package_path = CWD))
    return exe

def make_install(exe):
    files = FileManifest()
    files.add_python_resource("bin", exe)
    files.add_manifest(glob(["docs/*.txt"], strip_prefix = "docs/"))
    files.add_path("README.txt", strip_prefix = "", force_read = True)
    files.add_file(FileContent(filename = "VERSION", content = "2.1\n"), directory = "share")
    files.install("dist/tally", replace = True)
    return files

register_target("exe", make_exe)
register_target("install", make_install, depends = ["exe"], default = True)
resolve_targets()
