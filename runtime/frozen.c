/* Frozen modules: see frozen.h. The code stays where it is, in the mapped container. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "frozen.h"

#include <limits.h>
#include <string.h>

/* Codecs, for the encodings of files' names and streams, and what importing them needs. */
static const char CODECS[] = "encodings.";
static const char *const NAMES[] = {"encodings", "warnings"};

enum { MOST = 160, NAME_COUNT = sizeof NAMES / sizeof *NAMES };

static struct _frozen table[MOST + 1], *next = table;

/* Code at the level that runs, or else, as CPython can't do without, at any. */
static uint32_t best_code(const struct module *module, int level) {
    uint32_t code = module->code[level < CONTAINER_LEVELS ? level : CONTAINER_LEVELS - 1];
    for (int i = 0; code == CONTAINER_NONE && i < CONTAINER_LEVELS; i++)
        code = module->code[i];
    return code;
}

static bool add_frozen(struct container *container, uint32_t index, int level) {
    struct module module;
    struct blob blob;
    if (!container_module(container, index, &module))
        return false;
    uint32_t code = best_code(&module, level);
    if (code == CONTAINER_NONE || next == table + MOST)
        return true;
    if (!container_blob(container, code, &blob) || blob.size > INT_MAX)
        return false;
    next->name = module.name.text;
    next->code = blob.data;
    next->size = (int)blob.size;
    next->is_package = (module.flags & MODULE_PACKAGE) != 0;
    next++;
    return true;
}

bool frozen_install(struct container *container, int level) {
    for (int i = 0; i < NAME_COUNT; i++) {
        uint32_t index = container_find_module(container, NAMES[i], strlen(NAMES[i]));
        if (index != CONTAINER_NONE && !add_frozen(container, index, level))
            return false;
    }
    struct module module;
    uint32_t index = container_first_module(container, CODECS, sizeof CODECS - 1);
    for (; index < container->modules.count; index++) {
        if (!container_module(container, index, &module))
            return false;
        if (strncmp(module.name.text, CODECS, sizeof CODECS - 1) != 0)
            break;
        if (!add_frozen(container, index, level))
            return false;
    }
    PyImport_FrozenModules = table;
    return true;
}
