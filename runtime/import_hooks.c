/* The import hooks: see import_hooks.h. */
#include "import_hooks.h"

#include <string.h>

#include "terminfo.h"

typedef int (*Hook)(Finder *finder, PyObject *module);

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
    Hook after;
} HOOKS[] = {
    {"pkg_resources", tell_pkg_resources},
    {"multiprocessing", choose_start_method},
    {"_curses", find_terminals},
};

static const Hook *hook_of(const struct module *row) {
    for (size_t i = 0; i < sizeof HOOKS / sizeof *HOOKS; i++)
        if (is(row, HOOKS[i].name))
            return &HOOKS[i].after;
    return NULL;
}

int import_hooks_after(Finder *finder, const struct module *row, PyObject *module) {
    const Hook *after = hook_of(row);
    return after == NULL ? 0 : (*after)(finder, module);
}

/* state: the finder, the hook, and the loader that this stands before. */
static PyObject *exec_module(PyObject *state, PyObject *module) {
    PyObject *loader = PyTuple_GET_ITEM(state, 2);
    const Hook *after = PyCapsule_GetPointer(PyTuple_GET_ITEM(state, 1), NULL);
    PyObject *result =
        PyObject_CallMethod((PyObject *)Py_TYPE(loader), "exec_module", "OO", loader, module);
    if (result != NULL && (*after)((Finder *)PyTuple_GET_ITEM(state, 0), module) < 0)
        Py_CLEAR(result);
    return result;
}

static PyMethodDef exec_module_def = {"exec_module", exec_module, METH_O,
                                      "Runs the module, and what is to be done after it."};

int import_hooks_attach(Finder *finder, const struct module *row, PyObject *spec) {
    const Hook *hook = hook_of(row);
    if (hook == NULL)
        return 0;
    PyObject *loader = PyObject_GetAttrString(spec, "loader"), *state = NULL;
    PyObject *after = PyCapsule_New((void *)hook, NULL, NULL);
    if (loader != NULL && after != NULL)
        state = PyTuple_Pack(3, (PyObject *)finder, after, loader);
    PyObject *exec = state == NULL ? NULL : PyCFunction_New(&exec_module_def, state);
    int result = exec == NULL ? -1 : PyObject_SetAttrString(loader, "exec_module", exec);
    Py_XDECREF(exec);
    Py_XDECREF(state);
    Py_XDECREF(after);
    Py_XDECREF(loader);
    return result;
}

/* readline asks for the terminal while it is created. */
PyObject *import_hooks_create(Finder *finder, const struct module *row, PyObject *spec) {
    bool told = is(row, "readline") && terminfo_begin();
    PyObject *module = extension_create(finder, row, spec);
    if (told)
        terminfo_end();
    return module;
}
