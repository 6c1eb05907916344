/* Extension modules: bytes of the container, loaded by the system's linker from memory. */
#include "finder.h"
#include "library.h"

#include <string.h>

enum { ERROR_SIZE = 512 };

static PyObject *fail(struct text name, const char *error) {
    PyObject *object = PyUnicode_DecodeUTF8(name.text, name.size, NULL);
    PyObject *message = object == NULL ? NULL : PyUnicode_FromFormat("%U: %s", object, error);
    if (message != NULL)
        PyErr_SetImportError(message, object, NULL);
    Py_XDECREF(message);
    Py_XDECREF(object);
    return NULL;
}

/* Loads one file of the container as a shared library, once. */
static bool load_library(Finder *finder, uint32_t index, bool extract, char *error) {
    struct file file;
    struct blob blob;
    struct library library;
    if (finder->loaded[index])
        return true;
    if (!container_file(finder->container, index, &file) ||
        !container_blob(finder->container, file.content, &blob)) {
        snprintf(error, ERROR_SIZE, "damaged: %s", finder->container->error);
        return false;
    }
    const char *slash = strrchr(file.path.text, '/');
    if (file.flags & FILE_PREFER_SYSTEM && library_is_installed(slash ? slash + 1 : file.path.text))
        return finder->loaded[index] = true;
    if (!library_open(file.path.text, blob.data, blob.size, extract, &library, error, ERROR_SIZE))
        return false;
    finder->loaded[index] = library_load(library.path, false, error, ERROR_SIZE) != NULL;
    library_close(&library);
    return finder->loaded[index];
}

static bool load_libraries(Finder *finder, const struct module *module, char *error) {
    for (uint32_t i = 0; i < module->library_count; i++) {
        uint32_t index;
        if (!container_library(finder->container, module->first_library + i, &index)) {
            snprintf(error, ERROR_SIZE, "damaged: %s", finder->container->error);
            return false;
        }
        if (!load_library(finder, index, (module->flags & MODULE_EXTRACT) != 0, error))
            return false;
    }
    return true;
}

/* CPython loads what the spec's origin names, and remembers that name in the module; so the origin
 * is the path in memory meanwhile, and the virtual path before and after. */
static PyObject *create(Finder *finder, PyObject *spec, const char *path) {
    PyObject *origin = PyObject_GetAttrString(spec, "origin");
    PyObject *location = origin == NULL ? NULL : PyUnicode_FromString(path);
    PyObject *module = NULL;
    if (location != NULL && PyObject_SetAttrString(spec, "origin", location) == 0) {
        module = PyObject_CallFunctionObjArgs(finder->run, finder->dynamic, spec, NULL);
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        if (PyObject_SetAttrString(spec, "origin", origin) < 0)
            Py_CLEAR(module);
        if (type != NULL)
            PyErr_Restore(type, value, traceback);
    }
    if (module != NULL && PyModule_Check(module)) {
        PyObject *dict = PyModule_GetDict(module);
        if (PyDict_GetItemString(dict, "__file__") != NULL &&
            PyDict_SetItemString(dict, "__file__", origin) < 0)
            Py_CLEAR(module);
    }
    Py_XDECREF(location);
    Py_XDECREF(origin);
    return module;
}

PyObject *extension_create(Finder *finder, const struct module *module, PyObject *spec) {
    char error[ERROR_SIZE];
    struct blob blob;
    struct library library;
    if (!container_blob(finder->container, module->extension, &blob)) {
        snprintf(error, sizeof error, "damaged: %s", finder->container->error);
        return fail(module->name, error);
    }
    if (!load_libraries(finder, module, error) ||
        !library_open(module->path.text, blob.data, blob.size,
                      (module->flags & MODULE_EXTRACT) != 0, &library, error, sizeof error))
        return fail(module->name, error);
    PyObject *created = create(finder, spec, library.path);
    library_close(&library);
    return created;
}
