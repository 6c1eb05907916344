/* The import hooks: see import_hooks.h. */
#include "import_hooks.h"

#include <string.h>

#include "terminfo.h"

typedef int (*Hook)(Finder *finder, PyObject *module);

static bool is(const struct module *row, const char *name) {
    return row->name.size == strlen(name) && memcmp(row->name.text, name, row->name.size) == 0;
}

static int tell_support(const char *support, Finder *finder, PyObject *module) {
    PyObject *told = finder_support(support, "register", finder, module);
    Py_XDECREF(told);
    return told == NULL ? -1 : 0;
}

static int tell_pkg_resources(Finder *finder, PyObject *module) {
    return tell_support("oxidized_importer.legacy", finder, module);
}

/* Windows has none of these places, and who may write to folders of such names there is anyone. */
static int look(int resolution, const char *support, Finder *finder, PyObject *module) {
#ifdef MS_WINDOWS
    resolution = RESOLUTION_NONE;
#endif
    return resolution == RESOLUTION_NONE ? 0 : tell_support(support, finder, module);
}

static int find_tls_roots(Finder *finder, PyObject *module) {
    int resolution = finder->settings->tls_roots_resolution;
    return look(resolution, "oxidized_importer.tls_roots", finder, module);
}

static int find_zones(Finder *finder, PyObject *module) {
    int resolution = finder->settings->zoneinfo_resolution;
    return look(resolution, "oxidized_importer.zones", finder, module);
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
    {"pkg_resources", tell_pkg_resources}, {"multiprocessing", choose_start_method},
    {"_curses", find_terminals},           {"ssl", find_tls_roots},
    {"zoneinfo._tzpath", find_zones},
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

/* state: the finder, the hook, and the loader's own method. */
static PyObject *exec_hooked(PyObject *state, PyObject *module) {
    const Hook *after = PyCapsule_GetPointer(PyTuple_GET_ITEM(state, 1), NULL);
    PyObject *result = PyObject_CallOneArg(PyTuple_GET_ITEM(state, 2), module);
    if (result != NULL && (*after)((Finder *)PyTuple_GET_ITEM(state, 0), module) < 0)
        Py_CLEAR(result);
    return result;
}

static PyMethodDef exec_module_def = {"exec_module", exec_hooked, METH_O,
                                      "Runs the module, and what is to be done after it."};

int import_hooks_attach(Finder *finder, const struct module *row, PyObject *spec) {
    const Hook *hook = hook_of(row);
    if (hook == NULL)
        return 0;
    PyObject *loader = PyObject_GetAttrString(spec, "loader"), *state = NULL;
    PyObject *own = loader == NULL ? NULL : PyObject_GetAttrString(loader, "exec_module");
    PyObject *after = PyCapsule_New((void *)hook, NULL, NULL);
    if (own != NULL && after != NULL)
        state = PyTuple_Pack(3, (PyObject *)finder, after, own);
    PyObject *exec = state == NULL ? NULL : PyCFunction_New(&exec_module_def, state);
    int result = exec == NULL ? -1 : PyObject_SetAttrString(loader, "exec_module", exec);
    Py_XDECREF(exec);
    Py_XDECREF(state);
    Py_XDECREF(after);
    Py_XDECREF(own);
    Py_XDECREF(loader);
    return result;
}

/* readline asks for the terminal while it is created. */
static bool is_asking(const struct module *row) { return is(row, "readline"); }

PyObject *import_hooks_create(Finder *finder, const struct module *row, PyObject *spec) {
    bool told = is_asking(row) && terminfo_begin();
    PyObject *module = extension_create(finder, row, spec);
    if (told)
        terminfo_end();
    return module;
}

/* `own`: the loader's own method. */
static PyObject *create_asking(PyObject *own, PyObject *spec) {
    bool told = terminfo_begin();
    PyObject *module = PyObject_CallOneArg(own, spec);
    if (told)
        terminfo_end();
    return module;
}

static PyMethodDef create_asking_def = {"create_module", create_asking, METH_O,
                                        "Creates a module that asks for the terminal."};

static int attach_create(PyObject *spec) {
    PyObject *loader = PyObject_GetAttrString(spec, "loader");
    PyObject *own = loader == NULL ? NULL : PyObject_GetAttrString(loader, "create_module");
    PyObject *create = own == NULL ? NULL : PyCFunction_New(&create_asking_def, own);
    int result = create == NULL ? -1 : PyObject_SetAttrString(loader, "create_module", create);
    Py_XDECREF(create);
    Py_XDECREF(own);
    Py_XDECREF(loader);
    return result;
}

/* CPython's spec of a built-in module, with a loader of its own in place of the class. None when
 * there is no such module. */
static PyObject *builtin_spec(PyObject *name) {
    PyObject *bootstrap = PyImport_ImportModule("_frozen_importlib");
    PyObject *type =
        bootstrap == NULL ? NULL : PyObject_GetAttrString(bootstrap, "BuiltinImporter");
    PyObject *spec = type == NULL ? NULL : PyObject_CallMethod(type, "find_spec", "O", name);
    PyObject *loader = spec == NULL || spec == Py_None ? NULL : PyObject_CallNoArgs(type);
    if (spec != NULL && spec != Py_None &&
        (loader == NULL || PyObject_SetAttrString(spec, "loader", loader) < 0))
        Py_CLEAR(spec);
    Py_XDECREF(loader);
    Py_XDECREF(type);
    Py_XDECREF(bootstrap);
    return spec;
}

PyObject *import_hooks_builtin(Finder *finder, PyObject *name) {
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(name, &size);
    if (text == NULL) {
        PyErr_Clear(); /* lone surrogates */
        Py_RETURN_NONE;
    }
    const struct module row = {.name = {text, (uint32_t)size}};
    if (hook_of(&row) == NULL && !is_asking(&row))
        Py_RETURN_NONE;
    PyObject *spec = builtin_spec(name);
    if (spec == NULL || spec == Py_None)
        return spec;
    if (import_hooks_attach(finder, &row, spec) < 0 || (is_asking(&row) && attach_create(spec) < 0))
        Py_CLEAR(spec);
    return spec;
}
