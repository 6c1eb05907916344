/* The settings: how the container's CONFIG section configures the interpreter. */
#ifndef OXIDIZE_SETTINGS_H
#define OXIDIZE_SETTINGS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "container.h"
#include "interpreter.h"

/* What isn't CPython's own configuration. Strings point into the container. */
struct settings {
    const char *run_module;
    bool isolated_profile, filesystem_importer, sys_frozen, site_import, inspect;
    enum interpreter_mode mode;
};

/* Reads CONFIG, pre-initialises Python and fills `config` (which the caller clears). `program` is
 * the absolute path of the executable. The arguments decide `settings.mode`. */
PyStatus settings_apply(struct container *c, const char *program, int argc, char **argv,
                        struct settings *settings, PyConfig *config);

#endif
