/* The import hooks: see import_hooks.h. */
#include "import_hooks.h"

#include <string.h>

#include "terminfo.h"

static bool is(const struct module *row, const char *name) {
    return row->name.size == strlen(name) && memcmp(row->name.text, name, row->name.size) == 0;
}

static int tell_pkg_resources(Finder *finder, PyObject *module) {
    PyObject *told = finder_support("oxidized_importer.legacy", "register", finder, module);
    Py_XDECREF(told);
    return told == NULL ? -1 : 0;
}

/* The default context's own default: the program's set_start_method() still counts. */
static int choose_start_method(Finder *finder, PyObject *module) {
    const char *method = finder->settings->multiprocessing_start_method;
    if (method == NULL || strcmp(method, "auto") == 0 || strcmp(method, "none") == 0)
        return 0;
    PyObject *contexts = PyObject_GetAttrString(module, "context");
    PyObject *first =
        contexts == NULL ? NULL : PyObject_GetAttrString(contexts, "_default_context");
    PyObject *chosen =
        first == NULL ? NULL : PyObject_CallMethod(first, "get_context", "s", method);
    int result = chosen == NULL ? -1 : PyObject_SetAttrString(first, "_default_context", chosen);
    Py_XDECREF(chosen);
    Py_XDECREF(first);
    Py_XDECREF(contexts);
    return result;
}

static int find_terminals(Finder *finder, PyObject *module) {
    (void)finder;
    return terminfo_wrap(module);
}

static const struct {
    const char *name;
    int (*after)(Finder *finder, PyObject *module);
} HOOKS[] = {
    {"pkg_resources", tell_pkg_resources},
    {"multiprocessing", choose_start_method},
    {"_curses", find_terminals},
};

int import_hooks_after(Finder *finder, const struct module *row, PyObject *module) {
    for (size_t i = 0; i < sizeof HOOKS / sizeof *HOOKS; i++)
        if (is(row, HOOKS[i].name))
            return HOOKS[i].after(finder, module);
    return 0;
}

/* readline asks for the terminal while it is created. */
PyObject *import_hooks_create(Finder *finder, const struct module *row, PyObject *spec) {
    bool told = is(row, "readline") && terminfo_begin();
    PyObject *module = extension_create(finder, row, spec);
    if (told)
        terminfo_end();
    return module;
}
