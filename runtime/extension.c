/* Extension modules: bytes of the container, loaded by the system's linker from memory. */
#include "beside.h"
#include "finder.h"
#include "library.h"
#include "materialize.h"

#include <string.h>

enum { ERROR_SIZE = 512 };

static PyObject *import_error(struct text name, const char *error) {
    PyObject *object = PyUnicode_DecodeUTF8(name.text, name.size, NULL);
    PyObject *message = object == NULL ? NULL : PyUnicode_FromFormat("%U: %s", object, error);
    if (message != NULL)
        PyErr_SetImportError(message, object, NULL);
    Py_XDECREF(message);
    Py_XDECREF(object);
    return NULL;
}

enum { MAX_CYCLE = 16 };

static bool load_library(Finder *finder, uint32_t index, bool extract, char *error);

static bool damaged_library(Finder *finder, char *error) {
    snprintf(error, ERROR_SIZE, "damaged: %s", finder->container->error);
    return false;
}

static bool open_file(Finder *finder, const struct file *file, bool extract,
                      struct library *library, char *error) {
    struct blob blob;
    if (!container_blob(finder->container, file->content, &blob))
        return damaged_library(finder, error);
    unsigned flags = (extract || file->flags & FILE_EXTRACT ? LIBRARY_EXTRACT : 0) |
                     (file->descriptor != 0 ? LIBRARY_IN_CYCLE : 0);
    return library_open(file->path.text, blob.data, blob.size, flags, library, error, ERROR_SIZE);
}

static bool needs(Finder *finder, const struct file *file, uint32_t wanted) {
    uint32_t index;
    for (uint32_t i = 0; i < file->library_count; i++)
        if (container_library(finder->container, file->first_library + i, &index) &&
            index == wanted)
            return true;
    return false;
}

/* The libraries that need each other with this one; itself first. 0 on damage. */
static int cycle_of(Finder *finder, uint32_t index, uint32_t *members) {
    struct file file, other;
    uint32_t needed;
    int count = 1;
    members[0] = index;
    if (!container_file(finder->container, index, &file))
        return 0;
    for (uint32_t i = 0; i < file.library_count && count < MAX_CYCLE; i++) {
        if (!container_library(finder->container, file.first_library + i, &needed) ||
            !container_file(finder->container, needed, &other))
            return 0;
        if (other.descriptor != 0 && needs(finder, &other, index))
            members[count++] = needed;
    }
    return count;
}

static bool is_member(const uint32_t *members, int count, uint32_t index) {
    for (int i = 0; i < count; i++)
        if (members[i] == index)
            return true;
    return false;
}

/* What a cycle needs besides itself comes before it. */
static bool load_around(Finder *finder, const uint32_t *members, int count, bool extract,
                        char *error) {
    struct file file;
    uint32_t needed;
    for (int i = 0; i < count; i++) {
        if (!container_file(finder->container, members[i], &file))
            return damaged_library(finder, error);
        for (uint32_t j = 0; j < file.library_count; j++) {
            if (!container_library(finder->container, file.first_library + j, &needed))
                return damaged_library(finder, error);
            if (!is_member(members, count, needed) && !load_library(finder, needed, extract, error))
                return false;
        }
    }
    return true;
}

/* Libraries that need each other are all open, under the descriptors that they name each other by,
 * when the first is loaded; the linker takes the others along, but not all that a system does for a
 * library that is asked for. */
static bool load_cycle(Finder *finder, uint32_t index, bool extract, char *error) {
    struct library libraries[MAX_CYCLE];
    struct file file;
    uint32_t members[MAX_CYCLE];
    int count = cycle_of(finder, index, members), opened = 0;
    if (count == 0)
        return damaged_library(finder, error);
    bool good = load_around(finder, members, count, extract, error);
    for (; good && opened < count; opened++) {
        if (!container_file(finder->container, members[opened], &file))
            good = damaged_library(finder, error);
        good = good && open_file(finder, &file, extract, &libraries[opened], error);
        if (!good)
            break;
        good = library_pin(&libraries[opened], (int)file.descriptor, error, ERROR_SIZE);
    }
    for (int i = 0; i < opened; i++)
        good = good && library_load(libraries[i].path, false, error, ERROR_SIZE) != NULL;
    for (int i = 0; i < opened; i++)
        library_close(&libraries[i]);
    for (int i = 0; i < count; i++)
        finder->loaded[members[i]] = good;
    return good;
}

static bool prefers_system(const struct file *file) {
    const char *slash = strrchr(file->path.text, '/');
    return file->flags & FILE_PREFER_SYSTEM &&
           library_is_installed(slash != NULL ? slash + 1 : file->path.text);
}

/* A library that lies beside the program, by its real path. */
static bool load_beside(Finder *finder, const struct file *file, char *error) {
    PyObject *path = beside_path(finder, file->beside, file->path);
    PyObject *bytes = path == NULL ? NULL : PyUnicode_EncodeFSDefault(path);
    bool good =
        bytes != NULL && library_load(PyBytes_AS_STRING(bytes), false, error, ERROR_SIZE) != NULL;
    if (bytes == NULL)
        snprintf(error, ERROR_SIZE, "the path of %.200s can't be made", file->path.text);
    PyErr_Clear();
    Py_XDECREF(bytes);
    Py_XDECREF(path);
    return good;
}

/* Loads one file of the container as a shared library, once. */
static bool load_library(Finder *finder, uint32_t index, bool extract, char *error) {
    struct file file;
    struct library library;
    if (finder->loaded[index])
        return true;
    if (!container_file(finder->container, index, &file))
        return damaged_library(finder, error);
    if (prefers_system(&file))
        return finder->loaded[index] = true;
    if (file.beside.size > 0)
        return finder->loaded[index] = load_beside(finder, &file, error);
    if (file.descriptor != 0)
        return load_cycle(finder, index, extract, error);
    if (!open_file(finder, &file, extract, &library, error))
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
static PyObject *create_from(Finder *finder, PyObject *spec, const char *path) {
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
    if (module->beside.size > 0)
        return load_libraries(finder, module, error)
                   ? PyObject_CallFunctionObjArgs(finder->run, finder->dynamic, spec, NULL)
                   : import_error(module->name, error);
    if (!container_blob(finder->container, module->extension, &blob)) {
        snprintf(error, sizeof error, "damaged: %s", finder->container->error);
        return import_error(module->name, error);
    }
    if (!load_libraries(finder, module, error) ||
        !library_open(module->path.text, blob.data, blob.size,
                      module->flags & MODULE_EXTRACT ? LIBRARY_EXTRACT : 0, &library, error,
                      sizeof error))
        return import_error(module->name, error);
    PyObject *created = create_from(finder, spec, library.path);
    library_close(&library);
    if (created != NULL && materialize_extension(finder, module, created, spec) < 0)
        Py_CLEAR(created);
    return created;
}
