/* The path entry finder: what makes PROGRAM and PROGRAM/package work as items of sys.path and of
 * a package's __path__, for pkgutil and for importlib's own PathFinder. */
#include "finder.h"

#include <string.h>

typedef struct {
    PyObject_HEAD Finder *finder;
    PyObject *package; /* str: "" for the top, else "package." */
    PyObject *path;    /* the one-item list that stands for __path__ */
} PathEntry;

static PyObject *path_entry_type;

static void path_entry_dealloc(PathEntry *self) {
    Py_XDECREF(self->finder);
    Py_XDECREF(self->package);
    Py_XDECREF(self->path);
    PyTypeObject *own = Py_TYPE(self);
    own->tp_free((PyObject *)self);
    Py_DECREF(own);
}

/* "package.tail" as `name`, for a folder of this program that stands on sys.path itself, or that
 * another package has as its path: such as a folder of vendored packages. */
static PyObject *find_alias(PathEntry *self, PyObject *name, PyObject *tail) {
    struct module row;
    bool missing = false;
    PyObject *own = PyUnicode_Concat(self->package, tail), *spec = NULL;
    if (own != NULL && finder_lookup(self->finder, own, &row, &missing))
        spec = finder_spec_as(self->finder, &row, name);
    else if (missing)
        spec = Py_NewRef(Py_None);
    Py_XDECREF(own);
    return spec;
}

/* Only modules directly in this entry's package. */
static PyObject *path_entry_find_spec(PathEntry *self, PyObject *args) {
    PyObject *name, *target = NULL;
    if (!PyArg_ParseTuple(args, "U|O", &name, &target))
        return NULL;
    Py_ssize_t length = PyUnicode_GET_LENGTH(name);
    Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, length, -1);
    PyObject *parent = dot == -2 ? NULL : PyUnicode_Substring(name, 0, dot + 1);
    PyObject *tail = parent == NULL ? NULL : PyUnicode_Substring(name, dot + 1, length);
    PyObject *spec = NULL;
    if (tail != NULL)
        spec = PyUnicode_Compare(parent, self->package) == 0
                   ? finder_find_spec(self->finder, name, self->path)
                   : find_alias(self, name, tail);
    Py_XDECREF(tail);
    Py_XDECREF(parent);
    return spec;
}

static PyObject *path_entry_iter_modules(PathEntry *self, PyObject *args) {
    PyObject *prefix = NULL, *list = NULL, *empty = PyUnicode_FromString("");
    const char *package = PyUnicode_AsUTF8(self->package);
    if (empty != NULL && package != NULL && PyArg_ParseTuple(args, "|U", &prefix))
        list = finder_children(self->finder, package, prefix != NULL ? prefix : empty);
    Py_XDECREF(empty);
    return list;
}

static PyObject *path_entry_invalidate_caches(PyObject *self, PyObject *unused) {
    (void)self;
    (void)unused;
    Py_RETURN_NONE;
}

static PyMethodDef path_entry_methods[] = {
    {"find_spec", (PyCFunction)path_entry_find_spec, METH_VARARGS, NULL},
    {"iter_modules", (PyCFunction)path_entry_iter_modules, METH_VARARGS, NULL},
    {"invalidate_caches", (PyCFunction)path_entry_invalidate_caches, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot path_entry_slots[] = {
    {Py_tp_dealloc, path_entry_dealloc},
    {Py_tp_methods, path_entry_methods},
    {Py_tp_doc, "Finds modules of one package of this program."},
    {0, NULL},
};

static PyType_Spec path_entry_type_spec = {
    .name = "oxidized_importer.OxidizedPathEntryFinder",
    .basicsize = sizeof(PathEntry),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = path_entry_slots,
};

int path_entry_ready(void) {
    if (path_entry_type == NULL)
        path_entry_type = PyType_FromSpec(&path_entry_type_spec);
    return path_entry_type == NULL ? -1 : 0;
}

/* "PROGRAM/a/b" -> "a.b."; NULL without an exception when the path isn't one of ours. */
static PyObject *package_of(Finder *finder, PyObject *path) {
    if (PyUnicode_Compare(path, finder->program) == 0)
        return PyUnicode_FromString("");
    PyObject *dotted = finder_separated(finder_inside(finder, path), "/", ".");
    PyObject *package = dotted == NULL ? NULL : PyUnicode_FromFormat("%U.", dotted);
    Py_XDECREF(dotted);
    return package;
}

static PyObject *hook(Finder *finder, PyObject *path) {
    PyObject *package = PyUnicode_Check(path) ? package_of(finder, path) : NULL;
    if (package == NULL) {
        PyErr_Clear();
        PyErr_SetString(PyExc_ImportError, "not a path of this program");
        return NULL;
    }
    PathEntry *self = (PathEntry *)((PyTypeObject *)path_entry_type)
                          ->tp_alloc((PyTypeObject *)path_entry_type, 0);
    if (self == NULL) {
        Py_DECREF(package);
        return NULL;
    }
    self->finder = (Finder *)Py_NewRef(finder);
    self->package = package;
    self->path = Py_BuildValue("[O]", path);
    if (self->path == NULL)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static PyMethodDef hook_def = {"path_hook", (PyCFunction)hook, METH_O,
                               "The finder of an item of sys.path inside this program."};

PyObject *path_entry_hook(Finder *finder) { return PyCFunction_New(&hook_def, (PyObject *)finder); }
