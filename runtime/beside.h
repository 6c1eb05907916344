/* What lies beside the program: modules and files of the container that are real files, in folders
 * next to the executable. */
#ifndef OXIDIZE_BESIDE_H
#define OXIDIZE_BESIDE_H

#include "finder.h"

/* str: the real path of what the container has at `path`, `beside` being the folder of its row. */
PyObject *beside_path(Finder *finder, struct text beside, struct text path);

/* The spec of such a module under a name: CPython's own loaders read it, but for extension modules,
 * whose libraries may be in memory. NULL with an exception set on failure. */
PyObject *beside_spec(Finder *finder, const struct module *module, PyObject *name);

/* Whether a path is the real folder of a package, by its name. Sets no exception. */
bool beside_is_folder(Finder *finder, PyObject *path, const char *package, size_t size);

#endif
