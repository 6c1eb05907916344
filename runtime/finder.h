/* The finder: the importer and loader of everything in the container, as a type of the built-in
 * module `_oxidized_importer`. What is not on the path of an import is in the Python package
 * `oxidized_importer`. */
#ifndef OXIDIZE_FINDER_H
#define OXIDIZE_FINDER_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "container.h"
#include "settings.h"

typedef struct {
    PyObject_HEAD struct container *container;
    const struct settings *settings;
    int level;          /* optimisation level of the interpreter */
    uint32_t main;      /* the module that runs as __main__, or CONTAINER_NONE */
    PyObject *program;  /* str: what virtual paths begin with */
    PyObject *prefix;   /* str: the same with the separator */
    PyObject *spec;     /* importlib.machinery.ModuleSpec */
    PyObject *run;      /* importlib._bootstrap._call_with_frames_removed */
    PyObject *exec;     /* builtins.exec */
    PyObject *rename;   /* _imp._fix_co_filename */
    PyObject *dynamic;  /* _imp.create_dynamic */
    PyObject *populate; /* _imp.exec_dynamic */
    PyObject *tag;      /* str: the end of the names of cached bytecode, ".cpython-313.pyc" */
    bool *loaded;       /* by index into FILES: shared libraries that are loaded */
} Finder;

/* Adds `_oxidized_importer` to the built-in modules; before Python is initialised. */
int finder_add_module(void);

/* An empty finder, once the module is imported. NULL with an exception set on failure. */
PyObject *finder_new(void);

/* finder_install.c: makes the finder and puts it first: on sys.meta_path and on sys.path_hooks.
 * NULL with an exception set on failure. `container` and `settings` must outlive the interpreter.
 */
Finder *finder_install(struct container *container, const char *program,
                       const struct settings *settings);

/* The code object of a module, its file name being its path below the program; NULL with an
 * exception set when it has neither code nor source. */
PyObject *finder_code(Finder *finder, const struct module *module);

/* The index of a module by name; CONTAINER_NONE when there is none. */
uint32_t finder_find(Finder *finder, const char *name);

/* The spec of a module. NULL with an exception set on failure. */
PyObject *finder_spec(Finder *finder, const struct module *module);

/* The same under another name, as which a path on sys.path makes it importable. */
PyObject *finder_spec_as(Finder *finder, const struct module *module, PyObject *name);

/* Raises ImportError with the container's error; always NULL. */
PyObject *finder_damaged(Finder *finder, PyObject *name);

/* The row of a module by its name. False with an exception set; or, when `missing` is given and no
 * module has that name, with `*missing` set instead. */
bool finder_lookup(Finder *finder, PyObject *name, struct module *out, bool *missing);

/* finder_spec.c: str, a path of the container below the program's own. */
PyObject *finder_virtual_path(Finder *finder, struct text path);

/* str: the part of a path inside the program, with "/" between its parts, for a path below the
 * program's own; NULL, maybe with an exception, for others. */
PyObject *finder_inside(Finder *finder, PyObject *path);

/* str with another separator. Takes the reference, which may be NULL. */
PyObject *finder_separated(PyObject *path, const char *old, const char *new);

/* str of a text; bytes of a blob, decoded if need be. NULL with an exception set on failure. */
PyObject *finder_text(struct text text);
PyObject *finder_blob_bytes(Finder *finder, uint32_t index);

/* Calls a function of the runtime's Python with the finder and `extra` or None. */
PyObject *finder_support(const char *module, const char *function, Finder *finder, PyObject *extra);

/* finder_data.c: methods of the type, and the modules of a package as [(prefix + name, is
 * package)], where `package` is "" for the top, else "name.". */
PyObject *finder_get_data(Finder *finder, PyObject *path);
PyObject *finder_paths(Finder *finder, PyObject *prefix);
PyObject *finder_rows(Finder *finder, PyObject *prefix);
PyObject *finder_needed(Finder *self, PyObject *prefix);
PyObject *finder_has_file(Finder *finder, PyObject *path);
PyObject *finder_children(Finder *finder, const char *package, PyObject *prefix);

/* extension.c: creates an extension module from memory, its libraries first. */
PyObject *extension_create(Finder *finder, const struct module *module, PyObject *spec);

/* path_entry.c: the hook for sys.path_hooks, and its type. */
PyObject *path_entry_hook(Finder *finder);
int path_entry_ready(void);
PyObject *finder_find_spec(Finder *finder, PyObject *name, PyObject *path);

#endif
