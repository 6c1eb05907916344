/* The exception hook: see excepthook.h. */
#include "excepthook.h"

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#if PY_VERSION_HEX >= 0x030D0000

int excepthook_install(void) { return 0; }

#else

/* hook(kind, *args) is Python code; whatever goes wrong with it, CPython's own hook still prints.
 */
static PyObject *call_original(PyObject *original, const char *function, PyObject *args) {
    PyObject *module = PyImport_ImportModule("oxidized_importer.tracebacks");
    PyObject *hook = module == NULL ? NULL : PyObject_GetAttrString(module, function);
    PyObject *result = hook == NULL ? NULL : PyObject_CallObject(hook, args);
    Py_XDECREF(hook);
    Py_XDECREF(module);
    if (result == NULL) {
        PyErr_Clear();
        result = PyObject_CallObject(original, args);
    }
    return result;
}

static PyObject *excepthook(PyObject *original, PyObject *args) {
    return call_original(original, "excepthook", args);
}

static PyObject *thread_excepthook(PyObject *original, PyObject *args) {
    return call_original(original, "thread_excepthook", args);
}

static PyMethodDef excepthook_def = {"excepthook", excepthook, METH_VARARGS,
                                     "Print an uncaught exception, with its source lines."};
static PyMethodDef thread_def = {"_excepthook", thread_excepthook, METH_VARARGS,
                                 "Print an exception that ended a thread, with its source lines."};

static PyObject *wrap_hook(PyMethodDef *def, PyObject *owner, const char *name) {
    PyObject *original = PyObject_GetAttrString(owner, name);
    PyObject *hook = original == NULL ? NULL : PyCFunction_New(def, original);
    Py_XDECREF(original);
    return hook;
}

int excepthook_install(void) {
    PyObject *sys = PyImport_ImportModule("sys"), *thread = PyImport_ImportModule("_thread");
    PyObject *main = sys == NULL ? NULL : wrap_hook(&excepthook_def, sys, "excepthook");
    PyObject *other = thread == NULL ? NULL : wrap_hook(&thread_def, thread, "_excepthook");
    int failed = main == NULL || other == NULL ||
                 PyObject_SetAttrString(sys, "excepthook", main) < 0 ||
                 PyObject_SetAttrString(sys, "__excepthook__", main) < 0 ||
                 PyObject_SetAttrString(thread, "_excepthook", other) < 0;
    Py_XDECREF(other);
    Py_XDECREF(main);
    Py_XDECREF(thread);
    Py_XDECREF(sys);
    return failed ? -1 : 0;
}

#endif
