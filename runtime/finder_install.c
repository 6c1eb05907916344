/* Installing the finder: what it needs of the interpreter, and its places in `sys`. */
#include "finder.h"
#include "native_text.h"
#include "program.h"

static PyObject *attribute_of(const char *module, const char *name) {
    PyObject *imported = PyImport_ImportModule(module);
    PyObject *value = imported == NULL ? NULL : PyObject_GetAttrString(imported, name);
    Py_XDECREF(imported);
    return value;
}

static PyObject *cache_tag(void) {
    PyObject *implementation = PySys_GetObject("implementation");
    PyObject *tag =
        implementation == NULL ? NULL : PyObject_GetAttrString(implementation, "cache_tag");
    PyObject *end = tag == NULL ? NULL : PyUnicode_FromFormat(".%S.pyc", tag);
    Py_XDECREF(tag);
    return end;
}

static int interpreter_level(void) {
    PyObject *flags = PySys_GetObject("flags");
    PyObject *optimize = flags == NULL ? NULL : PyObject_GetAttrString(flags, "optimize");
    long level = optimize == NULL ? 0 : PyLong_AsLong(optimize);
    Py_XDECREF(optimize);
    return level < 0 ? 0 : level > 2 ? 2 : (int)level;
}

static bool fill_finder(Finder *self, const char *program) {
    self->main = CONTAINER_NONE;
    self->level = interpreter_level();
    self->program = native_str(program);
    self->prefix =
        self->program == NULL ? NULL : PyUnicode_FromFormat("%U" PATH_SEPARATOR, self->program);
    self->spec = attribute_of("_frozen_importlib", "ModuleSpec");
    self->run = attribute_of("_frozen_importlib", "_call_with_frames_removed");
    self->exec = attribute_of("builtins", "exec");
    self->rename = attribute_of("_imp", "_fix_co_filename");
    self->dynamic = attribute_of("_imp", "create_dynamic");
    self->populate = attribute_of("_imp", "exec_dynamic");
    self->tag = cache_tag();
    self->loaded = PyMem_Calloc(self->container->files.count + 1, sizeof *self->loaded);
    return self->prefix && self->spec && self->run && self->exec && self->rename && self->dynamic &&
           self->populate && self->tag && self->loaded;
}

static int put_first(const char *list_name, PyObject *item) {
    PyObject *list = PySys_GetObject(list_name);
    if (list == NULL || !PyList_Check(list)) {
        PyErr_Format(PyExc_RuntimeError, "sys.%s is no list", list_name);
        return -1;
    }
    return PyList_Insert(list, 0, item);
}

/* A module that CPython imported before there was a finder, from its frozen modules. */
static int adopt(Finder *self, const struct module *row, PyObject *module) {
    PyObject *spec = finder_spec(self, row);
    PyObject *origin = spec == NULL ? NULL : PyObject_GetAttrString(spec, "origin");
    PyObject *loader = origin == NULL ? NULL : PyObject_GetAttrString(spec, "loader");
    int failed = loader == NULL || PyObject_SetAttrString(module, "__spec__", spec) < 0 ||
                 PyObject_SetAttrString(module, "__loader__", loader) < 0 ||
                 PyObject_SetAttrString(module, "__file__", origin) < 0;
    if (!failed && row->flags & MODULE_PACKAGE) {
        PyObject *path = PyObject_GetAttrString(spec, "submodule_search_locations");
        failed = path == NULL || PyObject_SetAttrString(module, "__path__", path) < 0;
        Py_XDECREF(path);
    }
    Py_XDECREF(loader);
    Py_XDECREF(origin);
    Py_XDECREF(spec);
    return failed ? -1 : 0;
}

/* So that such modules have sources, and such packages (encodings) further modules. */
static int adopt_all(Finder *self) {
    PyObject *modules = PyMapping_Items(PyImport_GetModuleDict());
    int result = modules == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; result == 0 && i < PyList_GET_SIZE(modules); i++) {
        PyObject *item = PyList_GET_ITEM(modules, i), *name = PyTuple_GET_ITEM(item, 0);
        struct module row;
        bool missing = false;
        if (PyUnicode_Check(name) && finder_lookup(self, name, &row, &missing))
            result = row.flags & (MODULE_EXTENSION | MODULE_NAMESPACE)
                         ? 0
                         : adopt(self, &row, PyTuple_GET_ITEM(item, 1));
        else if (!missing)
            result = PyErr_Occurred() ? -1 : 0;
    }
    Py_XDECREF(modules);
    return result;
}

Finder *finder_install(struct container *container, const char *program,
                       const struct settings *settings) {
    PyObject *module = PyImport_ImportModule("_oxidized_importer");
    if (module == NULL)
        return NULL;
    Finder *self = (Finder *)finder_new();
    if (self != NULL) {
        self->container = container;
        self->settings = settings;
    }
    PyObject *hook = NULL;
    if (self == NULL || !fill_finder(self, program) || (hook = path_entry_hook(self)) == NULL ||
        put_first("path_hooks", hook) < 0 || put_first("meta_path", (PyObject *)self) < 0 ||
        PyModule_AddObjectRef(module, "finder", (PyObject *)self) < 0 || adopt_all(self) < 0)
        Py_CLEAR(self);
    Py_XDECREF(hook);
    Py_DECREF(module);
    return self;
}
