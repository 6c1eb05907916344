/* The settings: how the container's CONFIG section configures the interpreter. */
#ifndef OXIDIZE_SETTINGS_H
#define OXIDIZE_SETTINGS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "container.h"

/* What isn't CPython's own configuration. Strings point into the container. */
struct settings {
    const char *run_module;
    bool isolated_profile, filesystem_importer, sys_frozen, site_import;
};

/* Reads CONFIG, pre-initialises Python and fills `config` (which the caller clears). `program` is
 * the absolute path of the executable. */
PyStatus settings_apply(struct container *c, const char *program, int argc, char **argv,
                        struct settings *settings, PyConfig *config);

#endif
