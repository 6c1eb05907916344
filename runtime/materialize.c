/* Real files: see materialize.h. What becomes which file is decided in Python, in
 * oxidized_importer.materialize. */
#include "materialize.h"

#include <string.h>

#include "extract.h"
#include "native_text.h"

static PyObject *module_type;

/* Whether the top-level package of a module has data files: only then can it want them. */
static bool has_data(Finder *finder, const struct module *module) {
    char prefix[256];
    struct file file;
    const char *dot = memchr(module->name.text, '.', module->name.size);
    size_t size = dot == NULL ? module->name.size : (size_t)(dot - module->name.text);
    if (module->flags & MODULE_STANDARD_LIBRARY || size + 1 >= sizeof prefix)
        return false;
    memcpy(prefix, module->name.text, size);
    prefix[size++] = '/';
    uint32_t index = container_first_file(finder->container, prefix, size);
    return index < finder->container->files.count &&
           container_file(finder->container, index, &file) && file.path.size > size &&
           memcmp(file.path.text, prefix, size) == 0;
}

/* The real path for a virtual one, or the virtual one where nothing can be written. */
static PyObject *real_path(Finder *finder, PyObject *origin) {
    PyObject *support = PyImport_ImportModule("oxidized_importer.materialize");
    PyObject *path =
        support == NULL ? NULL : PyObject_CallMethod(support, "real_path", "OO", finder, origin);
    Py_XDECREF(support);
    return path;
}

/* ---- modules whose __file__ is lazy ---- */

/* importlib, inspect and others look at all modules' __file__; that is no wish for files. */
static bool asked_by_stdlib(Finder *finder) {
    PyObject *globals = PyEval_GetGlobals();
    PyObject *name = globals == NULL ? NULL : PyDict_GetItemString(globals, "__name__");
    const char *utf8 = name == NULL || !PyUnicode_Check(name) ? NULL : PyUnicode_AsUTF8(name);
    struct module row;
    if (utf8 == NULL) {
        PyErr_Clear();
        return true;
    }
    /* importlib's core calls itself by the names of its frozen modules. */
    if (strncmp(utf8, "_frozen_importlib", 17) == 0 || strncmp(utf8, "importlib.", 10) == 0)
        return true;
    uint32_t index = finder_find(finder, utf8);
    return index != CONTAINER_NONE && container_module(finder->container, index, &row) &&
           row.flags & MODULE_STANDARD_LIBRARY;
}

/* The virtual path of a module; NULL, maybe with an exception set, when it has none. */
static PyObject *origin_of(PyObject *module, PyObject **loader) {
    PyObject *spec = PyDict_GetItemString(PyModule_GetDict(module), "__spec__");
    if (spec == NULL || spec == Py_None)
        return NULL;
    if (loader != NULL && (*loader = PyObject_GetAttrString(spec, "loader")) == NULL)
        return NULL;
    PyObject *origin = PyObject_GetAttrString(spec, "origin");
    if (origin == Py_None) /* a namespace package has none */
        Py_CLEAR(origin);
    return origin;
}

static PyObject *get_file(PyObject *module, void *closure) {
    (void)closure;
    PyObject *dict = PyModule_GetDict(module);
    PyObject *known = PyDict_GetItemString(dict, "__file__");
    PyObject *loader = NULL, *origin = origin_of(module, &loader), *path = NULL;
    if (known != NULL && known != origin) {
        path = Py_NewRef(known);
    } else if (origin == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_AttributeError, "__file__");
    } else if (asked_by_stdlib((Finder *)loader)) {
        path = Py_NewRef(origin);
    } else {
        path = real_path((Finder *)loader, origin);
        if (path != NULL && PyDict_SetItemString(dict, "__file__", path) < 0)
            Py_CLEAR(path);
    }
    Py_XDECREF(loader);
    Py_XDECREF(origin);
    return path;
}

static int set_file(PyObject *module, PyObject *value, void *closure) {
    (void)closure;
    PyObject *dict = PyModule_GetDict(module);
    return value == NULL ? PyDict_DelItemString(dict, "__file__")
                         : PyDict_SetItemString(dict, "__file__", value);
}

static PyGetSetDef module_attributes[] = {
    {"__file__", get_file, set_file, "A real file once code asks for it.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot module_slots[] = {
    {Py_tp_getset, module_attributes},
    {Py_tp_doc, "A module of this program, with data files beside it."},
    {0, NULL},
};

static PyType_Spec module_type_spec = {
    .name = "oxidized_importer.OxidizedModule",
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = module_slots,
};

int materialize_ready(void) {
    if (module_type == NULL)
        module_type = PyType_FromSpecWithBases(&module_type_spec, (PyObject *)&PyModule_Type);
    return module_type == NULL ? -1 : 0;
}

PyObject *materialize_create(Finder *finder, const struct module *module, PyObject *spec) {
    if (module->flags & MODULE_NAMES_FILE || !has_data(finder, module))
        Py_RETURN_NONE;
    PyObject *name = PyObject_GetAttrString(spec, "name");
    PyObject *created = name == NULL ? NULL : PyObject_CallOneArg(module_type, name);
    Py_XDECREF(name);
    return created;
}

/* __oxidize_file__(), which functions of a module call where their source names __file__. */
static PyObject *call_file(PyObject *module, PyObject *unused) {
    (void)unused;
    PyObject *known = PyDict_GetItemString(PyModule_GetDict(module), "__file__");
    PyObject *loader = NULL, *origin = origin_of(module, &loader), *path = NULL;
    if (known != NULL && known != origin)
        path = Py_NewRef(known);
    else if (origin != NULL)
        path = real_path((Finder *)loader, origin);
    else if (!PyErr_Occurred())
        PyErr_SetString(PyExc_NameError, "name '__file__' is not defined");
    if (path != NULL && PyDict_SetItemString(PyModule_GetDict(module), "__file__", path) < 0)
        Py_CLEAR(path);
    Py_XDECREF(loader);
    Py_XDECREF(origin);
    return path;
}

/* __oxidize_locations__(x), which modules call where their source reads a spec's
 * submodule_search_locations. */
static PyObject *call_locations(PyObject *module, PyObject *locations) {
    (void)module;
    PyObject *support = PyImport_ImportModule("oxidized_importer.materialize");
    PyObject *real =
        support == NULL ? NULL : PyObject_CallMethod(support, "real_locations", "O", locations);
    Py_XDECREF(support);
    return real;
}

static PyMethodDef calls[] = {
    {"__oxidize_file__", call_file, METH_NOARGS, "The real __file__."},
    {"__oxidize_locations__", call_locations, METH_O, "The real folders of a package."},
};

static int set_calls(PyObject *module) {
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof calls / sizeof *calls; i++) {
        PyObject *function = PyCFunction_New(&calls[i], module), *dict = PyModule_GetDict(module);
        result = function == NULL ? -1 : PyDict_SetItemString(dict, calls[i].ml_name, function);
        Py_XDECREF(function);
    }
    return result;
}

/* Takes the reference to the origin. */
static int set_real_file(Finder *finder, PyObject *module, PyObject *origin) {
    PyObject *path = origin == NULL ? NULL : real_path(finder, origin);
    int result =
        path == NULL ? -1 : PyDict_SetItemString(PyModule_GetDict(module), "__file__", path);
    Py_XDECREF(path);
    Py_XDECREF(origin);
    return result;
}

int materialize_before(Finder *finder, const struct module *row, PyObject *module) {
    if (row->flags & MODULE_CALLS_FILE && set_calls(module) < 0)
        return -1;
    if (!(row->flags & MODULE_NAMES_FILE) || !has_data(finder, row))
        return 0;
    PyObject *origin = origin_of(module, NULL);
    if (origin == NULL && !PyErr_Occurred())
        return 0;
    return set_real_file(finder, module, origin);
}

/* mypyc's library beside packages gives their modules a __file__, by its own. */
static bool is_mypyc_library(const struct module *row) {
    static const char end[] = "__mypyc";
    return row->name.size > sizeof end - 1 &&
           memcmp(row->name.text + row->name.size - (sizeof end - 1), end, sizeof end - 1) == 0;
}

int materialize_extension(Finder *finder, const struct module *row, PyObject *module,
                          PyObject *spec) {
    if (!(row->flags & MODULE_NAMES_FILE) || !PyModule_Check(module) ||
        !(has_data(finder, row) || is_mypyc_library(row)))
        return 0;
    return set_real_file(finder, module, PyObject_GetAttrString(spec, "origin"));
}

/* ---- what the Python side needs ---- */

PyObject *materialize_extract(Finder *finder, PyObject *args) {
    (void)finder;
    const char *name;
    Py_buffer data;
    int executable;
    char path[4096], error[512];
    if (!PyArg_ParseTuple(args, "sy*p", &name, &data, &executable))
        return NULL;
    bool done;
    Py_BEGIN_ALLOW_THREADS done = extract_file(name, data.buf, (size_t)data.len, executable, path,
                                               sizeof path, error, sizeof error);
    Py_END_ALLOW_THREADS PyBuffer_Release(&data);
    if (!done)
        return PyErr_Format(PyExc_OSError, "%s", error);
    return native_str(path);
}
