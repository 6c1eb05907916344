/* Attributes of `sys`: see sys_attributes.h. */
#include "sys_attributes.h"

#include "native_text.h"

/* Takes the reference; NULL is failure. */
static int set(const char *name, PyObject *value) {
    int result = value == NULL ? -1 : PySys_SetObject(name, value);
    Py_XDECREF(value);
    return result;
}

static PyObject *arguments(int argc, char **argv) {
    PyObject *list = PyList_New(argc);
    for (int i = 0; list != NULL && i < argc; i++) {
        PyObject *argument = native_bytes(argv[i]);
        if (argument == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, argument);
    }
    return list;
}

int sys_attributes_set(const struct settings *settings, int argc, char **argv) {
    if (set("oxidized", Py_NewRef(Py_True)) < 0 ||
        (settings->sys_frozen && set("frozen", Py_NewRef(Py_True)) < 0) ||
        (settings->sys_meipass && set("_MEIPASS", native_str(settings->origin)) < 0) ||
        (settings->argvb && set("argvb", arguments(argc, argv)) < 0))
        return -1;
    return 0;
}
