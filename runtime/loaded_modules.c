/* The loaded modules: see loaded_modules.h. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "loaded_modules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "write_all.h"

/* The main module has its own name in its spec, and "__main__" in sys.modules. */
static PyObject *name_of(PyObject *name, PyObject *module) {
    if (PyUnicode_CompareWithASCIIString(name, "__main__") != 0)
        return Py_NewRef(name);
    PyObject *spec = PyObject_GetAttrString(module, "__spec__");
    PyObject *own = spec == NULL ? NULL : PyObject_GetAttrString(spec, "name");
    Py_XDECREF(spec);
    PyErr_Clear();
    return own != NULL ? own : Py_NewRef(name);
}

/* One name per line, sorted. */
static PyObject *listing(void) {
    PyObject *items = PyMapping_Items(PyImport_GetModuleDict()), *names = PySet_New(NULL);
    for (Py_ssize_t i = 0; items && names && i < PyList_GET_SIZE(items); i++) {
        PyObject *item = PyList_GET_ITEM(items, i), *name = PyTuple_GET_ITEM(item, 0);
        if (!PyUnicode_Check(name))
            continue;
        name = name_of(name, PyTuple_GET_ITEM(item, 1));
        if (PySet_Add(names, name) < 0)
            Py_CLEAR(names);
        Py_DECREF(name);
    }
    PyObject *sorted = names == NULL ? NULL : PySequence_List(names);
    PyObject *between = PyUnicode_FromString("\n"), *joined = NULL, *text = NULL;
    if (sorted != NULL && between != NULL && PyList_Sort(sorted) == 0)
        joined = PyUnicode_Join(between, sorted);
    if (joined != NULL)
        text = PyUnicode_FromFormat("%U\n", joined);
    Py_XDECREF(joined);
    Py_XDECREF(between);
    Py_XDECREF(sorted);
    Py_XDECREF(names);
    Py_XDECREF(items);
    return text;
}

static PyObject *write_list(PyObject *folder, PyObject *unused) {
    (void)unused;
    char path[4096];
    PyObject *text = listing();
    Py_ssize_t size;
    const char *utf8 = text == NULL ? NULL : PyUnicode_AsUTF8AndSize(text, &size);
    int fits = snprintf(path, sizeof path, "%s/modules-XXXXXX", PyBytes_AS_STRING(folder));
    int file = utf8 == NULL || fits >= (int)sizeof path ? -1 : mkstemp(path);
    if (utf8 != NULL && (file < 0 || !write_all(file, utf8, (size_t)size)))
        PySys_FormatStderr("can't write the list of loaded modules to %s: %s\n", path,
                           strerror(errno));
    if (file >= 0)
        close(file);
    Py_XDECREF(text);
    return utf8 == NULL ? NULL : Py_NewRef(Py_None);
}

static PyMethodDef write_def = {"write_loaded_modules", write_list, METH_NOARGS,
                                "Write the names of all loaded modules to a new file."};

/* First of all that runs at exit, so it runs last. */
int loaded_modules_watch(const char *variable) {
    const char *folder = variable == NULL ? NULL : getenv(variable);
    if (folder == NULL || folder[0] == '\0')
        return 0;
    PyObject *atexit = PyImport_ImportModule("atexit"), *self = PyBytes_FromString(folder);
    PyObject *function = self == NULL ? NULL : PyCFunction_New(&write_def, self);
    PyObject *done = atexit == NULL || function == NULL
                         ? NULL
                         : PyObject_CallMethod(atexit, "register", "O", function);
    int result = done == NULL ? -1 : 0;
    Py_XDECREF(done);
    Py_XDECREF(function);
    Py_XDECREF(self);
    Py_XDECREF(atexit);
    return result;
}
