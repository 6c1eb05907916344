/* Frozen modules: see frozen.h. The code stays where it is, in the mapped container. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "frozen.h"

#include <limits.h>
#include <string.h>

static const char *const NAMES[] = {
    "encodings",         "encodings.aliases", "encodings.utf_8",
    "encodings.latin_1", "encodings.ascii",   "warnings",
};

enum { COUNT = sizeof NAMES / sizeof *NAMES };

bool frozen_install(struct container *container, int level) {
    static struct _frozen table[COUNT + 1];
    struct _frozen *row = table;
    for (int i = 0; i < COUNT; i++) {
        struct module module;
        struct blob blob;
        uint32_t index = container_find_module(container, NAMES[i], strlen(NAMES[i]));
        if (index == CONTAINER_NONE)
            continue;
        if (!container_module(container, index, &module))
            return false;
        if (module.code[level] == CONTAINER_NONE)
            continue;
        if (!container_blob(container, module.code[level], &blob) || blob.size > INT_MAX)
            return false;
        row->name = NAMES[i];
        row->code = blob.data;
        row->size = (int)blob.size;
        row->is_package = (module.flags & MODULE_PACKAGE) != 0;
        row++;
    }
    PyImport_FrozenModules = table;
    return true;
}
