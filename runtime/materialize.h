/* Real files: what a module's __file__ names, for packages that open files beside themselves.
 * docs/extraction.md says when a package becomes files. */
#ifndef OXIDIZE_MATERIALIZE_H
#define OXIDIZE_MATERIALIZE_H

#include "finder.h"

/* What create_module gives for a module: one whose __file__ becomes real when code outside of the
 * standard library asks for it, or None for an ordinary one. */
PyObject *materialize_create(Finder *finder, const struct module *module, PyObject *spec);

/* Before a module's code runs: makes __file__ real if the code names it. -1 with an exception set
 * on failure; that nothing can be written is none. */
int materialize_before(Finder *finder, const struct module *row, PyObject *module);

/* The same for an extension module that was just created, whose code may name __file__. */
int materialize_extension(Finder *finder, const struct module *row, PyObject *module,
                          PyObject *spec);

/* Method _extract(path, data, executable) of the finder: the real path. Raises OSError. */
PyObject *materialize_extract(Finder *finder, PyObject *args);

int materialize_ready(void);

#endif
