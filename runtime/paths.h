/* The paths: what CPython would search for, given, so that it opens and looks at no file. */
#ifndef OXIDIZE_PATHS_H
#define OXIDIZE_PATHS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* The program's folder, on the heap; NULL when out of memory. */
char *paths_origin(const char *program);

/* Gives all paths that `config` hasn't yet. */
PyStatus paths_fill(PyConfig *config, const char *program, const char *origin);

/* Makes sys.path of PYTHONPATH's folders, where the settings don't say what it is. */
PyStatus paths_search(PyConfig *config);

/* Once Python runs: the prefixes of `config` as those of `sys`, where CPython has put what it made
 * of `home`. -1 with an exception set on failure. */
int paths_tell(const PyConfig *config);

#endif
