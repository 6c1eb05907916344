/* The finder and loader: see finder.h. */
#include "finder.h"

#include <marshal.h>
#include <string.h>

#include "import_hooks.h"
#include "materialize.h"

/* ---- errors and small readers ---- */

PyObject *finder_damaged(Finder *self, PyObject *name) {
    PyObject *message = PyUnicode_FromFormat("damaged: %s", self->container->error);
    if (message != NULL)
        PyErr_SetImportError(message, name, NULL);
    Py_XDECREF(message);
    return NULL;
}

PyObject *finder_text(struct text text) {
    return PyUnicode_DecodeUTF8(text.text, text.size, "surrogateescape");
}

uint32_t finder_find(Finder *self, const char *name) {
    return container_find_module(self->container, name, strlen(name));
}

bool finder_lookup(Finder *self, PyObject *name, struct module *out, bool *missing) {
    Py_ssize_t size;
    const char *utf8 = PyUnicode_AsUTF8AndSize(name, &size);
    uint32_t index = CONTAINER_NONE;
    if (utf8 != NULL)
        index = container_find_module(self->container, utf8, (size_t)size);
    else
        PyErr_Clear(); /* lone surrogates: a name that nothing here has */
    if (index == CONTAINER_NONE && missing == NULL && utf8 != NULL && strcmp(utf8, "__main__") == 0)
        index = self->main; /* linecache asks its loader for the source of __main__ */
    if (index == CONTAINER_NONE) {
        if (missing != NULL) {
            *missing = true;
            return false;
        }
        PyObject *message = PyUnicode_FromFormat("no module named %R in this program", name);
        if (message != NULL)
            PyErr_SetImportError(message, name, NULL);
        Py_XDECREF(message);
        return false;
    }
    if (container_module(self->container, index, out))
        return true;
    finder_damaged(self, name);
    return false;
}

/* bytes of a blob, decoded if need be. */
PyObject *finder_blob_bytes(Finder *self, uint32_t index) {
    struct blob blob;
    if (!container_blob(self->container, index, &blob))
        return finder_damaged(self, NULL);
    if (blob.codec == CODEC_STORED)
        return PyBytes_FromStringAndSize((const char *)blob.data, (Py_ssize_t)blob.size);
    PyObject *zlib = PyImport_ImportModule("zlib");
    if (zlib == NULL)
        return NULL;
    PyObject *stored =
        PyMemoryView_FromMemory((char *)blob.data, (Py_ssize_t)blob.size, PyBUF_READ);
    PyObject *raw = stored == NULL ? NULL
                                   : PyObject_CallMethod(zlib, "decompress", "OiK", stored, 15,
                                                         (unsigned long long)blob.raw_size + 1);
    Py_XDECREF(stored);
    Py_DECREF(zlib);
    return raw;
}

/* ---- code ---- */

static PyObject *compile_source(Finder *self, const struct module *module, PyObject *path) {
    if (module->source == CONTAINER_NONE) {
        PyObject *name = finder_text(module->name);
        PyObject *message = name == NULL
                                ? NULL
                                : PyUnicode_FromFormat("%U has neither code at level %d nor source",
                                                       name, self->level);
        if (message != NULL)
            PyErr_SetImportError(message, name, path);
        Py_XDECREF(message);
        Py_XDECREF(name);
        return NULL;
    }
    PyObject *source = finder_blob_bytes(self, module->source);
    if (source == NULL)
        return NULL;
    PyObject *code =
        Py_CompileStringObject(PyBytes_AS_STRING(source), path, Py_file_input, NULL, self->level);
    Py_DECREF(source);
    return code;
}

static PyObject *load_code(Finder *self, uint32_t index, PyObject *path) {
    struct blob blob;
    if (!container_blob(self->container, index, &blob) || blob.codec != CODEC_STORED)
        return finder_damaged(self, NULL);
    PyObject *code = PyMarshal_ReadObjectFromString((const char *)blob.data, (Py_ssize_t)blob.size);
    if (code == NULL)
        return NULL;
    if (!PyCode_Check(code)) {
        PyErr_Format(PyExc_ImportError, "damaged: no code for %U", path);
        Py_CLEAR(code);
        return NULL;
    }
    /* Stored paths are relative, the same on every machine; here they become this program's. */
    PyObject *done = PyObject_CallFunctionObjArgs(self->rename, code, path, NULL);
    if (done == NULL)
        Py_CLEAR(code);
    Py_XDECREF(done);
    return code;
}

PyObject *finder_code(Finder *self, const struct module *module) {
    PyObject *path = finder_virtual_path(self, module->path);
    if (path == NULL)
        return NULL;
    uint32_t index = module->code[self->level];
    PyObject *code =
        index == CONTAINER_NONE ? compile_source(self, module, path) : load_code(self, index, path);
    Py_DECREF(path);
    return code;
}

/* ---- the finder's and the loader's methods ---- */

static PyObject *find_spec(Finder *self, PyObject *args, PyObject *named) {
    static char *names[] = {"fullname", "path", "target", NULL};
    PyObject *name, *path = Py_None, *target;
    if (!PyArg_ParseTupleAndKeywords(args, named, "U|OO:find_spec", names, &name, &path, &target))
        return NULL;
    PyObject *spec = finder_find_spec(self, name, path);
    if (spec == Py_None && path == Py_None)
        Py_SETREF(spec, import_hooks_builtin(self, name));
    return spec;
}

/* The name of the row behind a spec: its own, or what it stands for (finder_spec_as). */
static PyObject *spec_name(PyObject *spec) {
    PyObject *name = PyObject_GetAttrString(spec, "loader_state");
    if (name == Py_None)
        Py_SETREF(name, PyObject_GetAttrString(spec, "name"));
    if (name != NULL && !PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "a spec's name is a str");
        Py_CLEAR(name);
    }
    return name;
}

static PyObject *create_module(Finder *self, PyObject *spec) {
    PyObject *name = spec_name(spec), *module = NULL;
    struct module row;
    if (name != NULL && finder_lookup(self, name, &row, NULL))
        module = row.flags & MODULE_EXTENSION ? import_hooks_create(self, &row, spec)
                                              : materialize_create(self, &row, spec);
    Py_XDECREF(name);
    return module;
}

PyObject *finder_support(const char *module, const char *function, Finder *self, PyObject *extra) {
    PyObject *imported = PyImport_ImportModule(module);
    PyObject *result = imported == NULL ? NULL
                                        : PyObject_CallMethod(imported, function, "OO", self,
                                                              extra == NULL ? Py_None : extra);
    Py_XDECREF(imported);
    return result;
}

static PyObject *exec_row(Finder *self, const struct module *row, PyObject *module) {
    if (row->flags & MODULE_EXTENSION)
        return PyObject_CallFunctionObjArgs(self->run, self->populate, module, NULL);
    if (row->flags & MODULE_NAMESPACE)
        Py_RETURN_NONE;
    PyObject *code = materialize_before(self, row, module) < 0 ? NULL : finder_code(self, row);
    if (code == NULL)
        return NULL;
    /* Through importlib's own function: its frames are left out of tracebacks, with all below. */
    PyObject *result =
        PyObject_CallFunctionObjArgs(self->run, self->exec, code, PyModule_GetDict(module), NULL);
    Py_DECREF(code);
    return result;
}

static PyObject *exec_module(Finder *self, PyObject *module) {
    PyObject *spec = PyObject_GetAttrString(module, "__spec__");
    PyObject *name = spec == NULL ? NULL : spec_name(spec);
    PyObject *result = NULL;
    struct module row;
    if (!PyModule_Check(module))
        PyErr_SetString(PyExc_TypeError, "exec_module needs a module");
    else if (name != NULL && finder_lookup(self, name, &row, NULL))
        result = exec_row(self, &row, module);
    if (result != NULL && import_hooks_after(self, &row, module) < 0)
        Py_CLEAR(result);
    Py_XDECREF(name);
    Py_XDECREF(spec);
    return result;
}

static PyObject *get_code(Finder *self, PyObject *name) {
    struct module row;
    if (!finder_lookup(self, name, &row, NULL))
        return NULL;
    if (row.flags & (MODULE_EXTENSION | MODULE_NAMESPACE))
        Py_RETURN_NONE;
    return finder_code(self, &row);
}

static PyObject *get_source(Finder *self, PyObject *name) {
    struct module row;
    if (!finder_lookup(self, name, &row, NULL))
        return NULL;
    if (row.source == CONTAINER_NONE)
        Py_RETURN_NONE;
    PyObject *data = finder_blob_bytes(self, row.source);
    PyObject *util = data == NULL ? NULL : PyImport_ImportModule("_frozen_importlib_external");
    PyObject *text = util == NULL ? NULL : PyObject_CallMethod(util, "decode_source", "O", data);
    Py_XDECREF(util);
    Py_XDECREF(data);
    return text;
}

static PyObject *is_package(Finder *self, PyObject *name) {
    struct module row;
    if (!finder_lookup(self, name, &row, NULL))
        return NULL;
    return PyBool_FromLong(row.flags & MODULE_PACKAGE);
}

static PyObject *get_filename(Finder *self, PyObject *name) {
    struct module row;
    return finder_lookup(self, name, &row, NULL) ? finder_virtual_path(self, row.path) : NULL;
}

static PyObject *invalidate_caches(PyObject *self, PyObject *unused) {
    (void)self;
    (void)unused;
    Py_RETURN_NONE;
}

/* ---- what Python code does ---- */

static PyObject *iter_modules(Finder *self, PyObject *args) {
    PyObject *prefix = NULL, *empty = PyUnicode_FromString("");
    PyObject *list = NULL;
    if (empty != NULL && PyArg_ParseTuple(args, "|U", &prefix))
        list = finder_children(self, "", prefix != NULL ? prefix : empty);
    Py_XDECREF(empty);
    return list;
}

static PyObject *get_resource_reader(Finder *self, PyObject *name) {
    struct module row;
    if (!finder_lookup(self, name, &row, NULL))
        return NULL;
    if (!(row.flags & MODULE_PACKAGE))
        Py_RETURN_NONE;
    return finder_support("oxidized_importer.resources", "reader", self, name);
}

static PyObject *find_distributions(Finder *self, PyObject *args, PyObject *named) {
    static char *names[] = {"context", NULL};
    PyObject *context = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, named, "|O:find_distributions", names, &context))
        return NULL;
    return finder_support("oxidized_importer.metadata", "find_distributions", self, context);
}

/* ---- the type ---- */

static void finder_dealloc(Finder *self) {
    PyObject *owned[] = {self->program, self->prefix,  self->spec,     self->run, self->exec,
                         self->rename,  self->dynamic, self->populate, self->tag};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        Py_XDECREF(owned[i]);
    PyMem_Free(self->loaded);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyObject *finder_repr(Finder *self) {
    return PyUnicode_FromFormat("<OxidizedFinder of %R>", self->program);
}

static PyObject *get_program(Finder *self, void *closure) {
    (void)closure;
    return Py_NewRef(self->program);
}

#define METHOD(name, flags) {#name, (PyCFunction)(void (*)(void))name, flags, NULL}

static PyMethodDef finder_methods[] = {
    METHOD(find_spec, METH_VARARGS | METH_KEYWORDS),
    METHOD(create_module, METH_O),
    METHOD(exec_module, METH_O),
    METHOD(get_code, METH_O),
    METHOD(get_source, METH_O),
    METHOD(is_package, METH_O),
    METHOD(get_filename, METH_O),
    {"get_data", (PyCFunction)finder_get_data, METH_O, NULL},
    METHOD(get_resource_reader, METH_O),
    METHOD(find_distributions, METH_VARARGS | METH_KEYWORDS),
    METHOD(iter_modules, METH_VARARGS),
    METHOD(invalidate_caches, METH_NOARGS),
    {"_paths", (PyCFunction)finder_paths, METH_O, "All paths that begin with a prefix."},
    {"_rows", (PyCFunction)finder_rows, METH_O, "(path, size, flags) of all files below a prefix."},
    {"_needed", (PyCFunction)finder_needed, METH_O, "Paths of libraries that a folder needs."},
    {"_extract", (PyCFunction)materialize_extract, METH_VARARGS, "Makes a real file."},
    {"_has_file", (PyCFunction)finder_has_file, METH_O, "Whether a file is at a path."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef finder_attributes[] = {
    {"path_hook_base_str", (getter)get_program, NULL, "What virtual paths begin with.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot finder_slots[] = {
    {Py_tp_dealloc, finder_dealloc},
    {Py_tp_repr, finder_repr},
    {Py_tp_methods, finder_methods},
    {Py_tp_getset, finder_attributes},
    {Py_tp_doc, "Imports what this program carries."},
    {0, NULL},
};

static PyType_Spec finder_type_spec = {
    .name = "oxidized_importer.OxidizedFinder",
    .basicsize = sizeof(Finder),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = finder_slots,
};

static struct PyModuleDef module_def = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_oxidized_importer",
    .m_size = -1,
};

static PyObject *finder_type;

static PyObject *init_module(void) {
    PyObject *module = PyModule_Create(&module_def);
    if (finder_type == NULL)
        finder_type = PyType_FromSpec(&finder_type_spec);
    if (module == NULL || finder_type == NULL || path_entry_ready() < 0 ||
        materialize_ready() < 0 || PyModule_AddObjectRef(module, "OxidizedFinder", finder_type) < 0)
        Py_CLEAR(module);
    return module;
}

int finder_add_module(void) { return PyImport_AppendInittab("_oxidized_importer", init_module); }

PyObject *finder_new(void) {
    return ((PyTypeObject *)finder_type)->tp_alloc((PyTypeObject *)finder_type, 0);
}
