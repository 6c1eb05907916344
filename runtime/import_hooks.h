/* The import hooks: what some modules need when they are imported, and nothing before. */
#ifndef OXIDIZE_IMPORT_HOOKS_H
#define OXIDIZE_IMPORT_HOOKS_H

#include "finder.h"

/* Creates an extension module. NULL with an exception set on failure. */
PyObject *import_hooks_create(Finder *finder, const struct module *row, PyObject *spec);

/* After a module's code has run. -1 with an exception set on failure. */
int import_hooks_after(Finder *finder, const struct module *row, PyObject *module);

/* Does that for a module whose spec has a loader of CPython's. -1 with an exception set on failure.
 */
int import_hooks_attach(Finder *finder, const struct module *row, PyObject *spec);

/* The spec of a module that is linked in, when it is one of those: CPython's own with a loader that
 * does all this. None for all other names, which are CPython's alone. NULL with an exception set.
 */
PyObject *import_hooks_builtin(Finder *finder, PyObject *name);

#endif
