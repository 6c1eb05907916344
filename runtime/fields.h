/* The fields: which field of which structure a key of CONFIG is, and the checks of its value. */
#ifndef OXIDIZE_FIELDS_H
#define OXIDIZE_FIELDS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "container.h"

enum field_owner {
    OF_SETTINGS,  /* struct settings: what CPython has no field for */
    OF_PRECONFIG, /* PyPreConfig */
    OF_CONFIG,    /* PyConfig */
    OF_RUN,       /* PyConfig: what the application runs, which isn't for its children */
};

/* Fills what is of one owner; the rest of CONFIG is passed over. `origin` is the program's folder,
 * which "$ORIGIN" in paths stands for. A value that the field can't have is damage. */
PyStatus fields_fill(struct container *c, enum field_owner owner, void *structure,
                     const char *origin);

/* A path with the program's folder in place of each "$ORIGIN", on the heap; NULL without memory. */
char *fields_expand(const char *path, const char *origin);

#endif
