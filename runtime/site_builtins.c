/* Builtins of `site`: see site_builtins.h. Importing even its parts would take longer than all of
 * this program's other preparations, for what few programs use. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "site_builtins.h"

static const struct builtin {
    const char *name, *setter; /* the function of `site` that puts it into builtins */
} BUILTINS[] = {
    {"exit", "setquit"},           {"quit", "setquit"},         {"help", "sethelper"},
    {"copyright", "setcopyright"}, {"credits", "setcopyright"}, {"license", "setcopyright"},
};

typedef struct {
    PyObject_HEAD const struct builtin *builtin;
    PyObject *real; /* NULL until it is used */
} Deferred;

static PyObject *deferred_type;

/* What the setter puts there; `builtins` is as before then, with what the program put there. */
static PyObject *make(const struct builtin *builtin) {
    PyObject *site = PyImport_ImportModule("site"), *builtins = PyEval_GetBuiltins();
    PyObject *before = site == NULL ? NULL : PyDict_Copy(builtins);
    PyObject *done = before == NULL ? NULL : PyObject_CallMethod(site, builtin->setter, NULL);
    PyObject *real = done == NULL ? NULL : PyDict_GetItemString(builtins, builtin->name);
    Py_XINCREF(real);
    for (size_t i = 0; done != NULL && i < sizeof BUILTINS / sizeof *BUILTINS; i++) {
        PyObject *old = PyDict_GetItemString(before, BUILTINS[i].name);
        int failed = old != NULL ? PyDict_SetItemString(builtins, BUILTINS[i].name, old)
                                 : PyDict_DelItemString(builtins, BUILTINS[i].name);
        if (failed < 0)
            PyErr_Clear(); /* one that this setter doesn't give, and the program has deleted */
    }
    Py_XDECREF(done);
    Py_XDECREF(before);
    Py_XDECREF(site);
    return real;
}

/* Borrowed. */
static PyObject *real_of(Deferred *self) {
    if (self->real == NULL)
        self->real = make(self->builtin);
    return self->real;
}

static PyObject *deferred_repr(Deferred *self) {
    PyObject *real = real_of(self);
    return real == NULL ? NULL : PyObject_Repr(real);
}

static PyObject *deferred_call(Deferred *self, PyObject *args, PyObject *named) {
    PyObject *real = real_of(self);
    return real == NULL ? NULL : PyObject_Call(real, args, named);
}

static PyObject *get_attribute(Deferred *self, PyObject *name) {
    PyObject *real = real_of(self);
    return real == NULL ? NULL : PyObject_GetAttr(real, name);
}

static void deferred_dealloc(Deferred *self) {
    Py_XDECREF(self->real);
    PyTypeObject *own = Py_TYPE(self);
    own->tp_free((PyObject *)self);
    Py_DECREF(own);
}

static PyType_Slot deferred_slots[] = {
    {Py_tp_dealloc, deferred_dealloc},
    {Py_tp_repr, deferred_repr},
    {Py_tp_call, deferred_call},
    {Py_tp_getattro, get_attribute},
    {Py_tp_doc, "A builtin that the module site defines."},
    {0, NULL},
};

static PyType_Spec deferred_type_spec = {
    .name = "oxidized_importer.SiteBuiltin",
    .basicsize = sizeof(Deferred),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = deferred_slots,
};

int site_builtins_install(void) {
    PyObject *builtins = PyEval_GetBuiltins();
    if (deferred_type == NULL)
        deferred_type = PyType_FromSpec(&deferred_type_spec);
    int result = deferred_type == NULL || builtins == NULL ? -1 : 0;
    for (size_t i = 0; result == 0 && i < sizeof BUILTINS / sizeof *BUILTINS; i++) {
        Deferred *item =
            (Deferred *)((PyTypeObject *)deferred_type)->tp_alloc((PyTypeObject *)deferred_type, 0);
        if (item == NULL)
            return -1;
        item->builtin = &BUILTINS[i];
        result = PyDict_SetItemString(builtins, BUILTINS[i].name, (PyObject *)item);
        Py_DECREF(item);
    }
    return result;
}
