/* The settings: how the container's CONFIG section configures the interpreter. */
#ifndef OXIDIZE_SETTINGS_H
#define OXIDIZE_SETTINGS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "container.h"
#include "interpreter.h"

enum config_profile { PROFILE_ISOLATED, PROFILE_PYTHON };
enum resolution { RESOLUTION_NONE, RESOLUTION_DYNAMIC };

/* What isn't CPython's own configuration; numbers are flags unless they say otherwise. Strings
 * point into the container, and are NULL where CONFIG has none. */
struct settings {
    int config_profile; /* enum config_profile */
    int parse_argv;     /* -1: as the profile has it */
    int site_import;
    int oxidized_importer, filesystem_importer;
    int sys_frozen, sys_meipass, argvb;
    int allocator_mem, allocator_obj, allocator_pymalloc_arena, allocator_debug;
    int multiprocessing_auto_dispatch;
    const char *multiprocessing_start_method;
    const char *terminfo_resolution;
    int tls_roots_resolution, zoneinfo_resolution; /* enum resolution */
    const char *write_modules_directory_env;
    /* What settings_apply finds out. */
    enum interpreter_mode mode;
    const char *run_module; /* NULL when something else runs than the application's module */
    int safe_path;
    const char *origin; /* the program's folder, on the heap */
};

/* Reads CONFIG, pre-initialises Python and fills `config` (which the caller clears). `program` is
 * the absolute path of the executable. The arguments decide `settings.mode`. A setting that can't
 * be is damage, which the container's error tells. */
PyStatus settings_apply(struct container *c, const char *program, int argc, char **argv,
                        struct settings *settings, PyConfig *config);

#endif
