/* Running a module: see run_module.h. */
#include "run_module.h"

#include <stdio.h>
#include <string.h>

#include "materialize.h"

static int set_main(PyObject *dict, const char *name, PyObject *value) {
    int result = value == NULL ? -1 : PyDict_SetItemString(dict, name, value);
    Py_XDECREF(value);
    return result;
}

/* What runpy would set. It isn't used: it costs more than most programs' own start. */
static int fill_main(PyObject *dict, Finder *finder, const struct module *module) {
    PyObject *spec = finder_spec(finder, module);
    if (spec == NULL)
        return -1;
    int failed = set_main(dict, "__file__", PyObject_GetAttrString(spec, "origin")) < 0 ||
                 set_main(dict, "__cached__", PyObject_GetAttrString(spec, "cached")) < 0 ||
                 set_main(dict, "__package__", PyObject_GetAttrString(spec, "parent")) < 0 ||
                 set_main(dict, "__loader__", Py_NewRef((PyObject *)finder)) < 0;
    return set_main(dict, "__spec__", spec) < 0 || failed ? -1 : 0;
}

static PyObject *exec_main(Finder *finder, const struct module *module) {
    PyObject *main = PyImport_AddModule("__main__");
    PyObject *dict = main == NULL ? NULL : PyModule_GetDict(main);
    if (dict == NULL || fill_main(dict, finder, module) < 0)
        return NULL;
    PyObject *code =
        materialize_before(finder, module, main) < 0 ? NULL : finder_code(finder, module);
    PyObject *result = code == NULL ? NULL : PyEval_EvalCode(code, dict, dict);
    Py_XDECREF(code);
    return result;
}

/* As `python -m`: the packages around the module first; a package's own __main__ in its place. */
PyObject *run_module(Finder *finder, const char *name, uint32_t index) {
    struct module module;
    char full[512];
    if (!container_module(finder->container, index, &module))
        return finder_damaged(finder, NULL);
    const char *dot = strrchr(name, '.');
    snprintf(full, sizeof full, "%.*s",
             module.flags & MODULE_PACKAGE ? (int)strlen(name) : (int)(dot ? dot - name : 0), name);
    PyObject *around = full[0] ? PyImport_ImportModule(full) : Py_NewRef(Py_None);
    if (around == NULL)
        return NULL;
    Py_DECREF(around);
    if (module.flags & MODULE_PACKAGE) {
        snprintf(full, sizeof full, "%s.__main__", name);
        index = finder_find(finder, full);
        if (index == CONTAINER_NONE || !container_module(finder->container, index, &module)) {
            PyErr_Format(PyExc_ImportError,
                         "'%s' is a package without a __main__ module, so it can't be run", name);
            return NULL;
        }
    }
    finder->main = index;
    return exec_main(finder, &module);
}
