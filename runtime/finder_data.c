/* The finder's data: files, sources and names of the container, by path and by prefix. */
#include "beside.h"
#include "finder.h"

#include <string.h>

/* "package/module.py" -> the row of package.module, if that is its path. */
static bool module_by_path(Finder *self, const char *path, size_t size, struct module *out) {
    char name[1024];
    const char *end = size > 3 ? memchr(path, '.', size) : NULL;
    size_t stem = end == NULL ? 0 : (size_t)(end - path);
    if (stem == 0 || stem >= sizeof name)
        return false;
    for (size_t i = 0; i < stem; i++)
        name[i] = path[i] == '/' ? '.' : path[i];
    if (stem > 9 && memcmp(name + stem - 9, ".__init__", 9) == 0)
        stem -= 9;
    uint32_t index = container_find_module(self->container, name, stem);
    return index != CONTAINER_NONE && container_module(self->container, index, out) &&
           out->path.size == size && memcmp(out->path.text, path, size) == 0;
}

/* The blob behind a path inside the program: a file, a source, an extension module. */
static uint32_t content_of(Finder *self, const char *path, size_t size) {
    uint32_t index = container_find_file(self->container, path, size);
    struct file file;
    if (index != CONTAINER_NONE && container_file(self->container, index, &file))
        return file.content;
    struct module module;
    if (!module_by_path(self, path, size, &module))
        return CONTAINER_NONE;
    return module.flags & MODULE_EXTENSION ? module.extension : module.source;
}

/* str: the real path of a file that lies beside the program; NULL, maybe with an exception, for all
 * others. */
static PyObject *beside_of(Finder *self, const char *path, size_t size) {
    uint32_t index = container_find_file(self->container, path, size);
    struct file file;
    bool found = index != CONTAINER_NONE && container_file(self->container, index, &file);
    return found && file.beside.size > 0 ? beside_path(self, file.beside, file.path) : NULL;
}

/* bytes of a real file, such as one that was extracted. */
static PyObject *read_file(PyObject *path) {
    PyObject *io = PyImport_ImportModule("_io");
    PyObject *file = io == NULL ? NULL : PyObject_CallMethod(io, "FileIO", "Os", path, "r");
    PyObject *data = file == NULL ? NULL : PyObject_CallMethod(file, "readall", NULL);
    PyObject *closed =
        file == NULL || data == NULL ? NULL : PyObject_CallMethod(file, "close", NULL);
    if (closed == NULL)
        Py_CLEAR(data);
    Py_XDECREF(closed);
    Py_XDECREF(file);
    Py_XDECREF(io);
    return data;
}

PyObject *finder_get_data(Finder *self, PyObject *path) {
    PyObject *text = PyOS_FSPath(path), *data = NULL;
    if (text != NULL && !PyUnicode_Check(text))
        Py_SETREF(text, PyUnicode_DecodeFSDefault(PyBytes_AsString(text)));
    PyObject *relative = text == NULL ? NULL : finder_inside(self, text);
    Py_ssize_t size = 0;
    const char *utf8 = relative == NULL ? NULL : PyUnicode_AsUTF8AndSize(relative, &size);
    uint32_t blob = utf8 == NULL ? CONTAINER_NONE : content_of(self, utf8, (size_t)size);
    PyObject *real = utf8 == NULL ? NULL : beside_of(self, utf8, (size_t)size);
    if (real != NULL) {
        data = read_file(real);
    } else if (blob != CONTAINER_NONE) {
        data = finder_blob_bytes(self, blob);
    } else if (text != NULL && relative == NULL && !PyErr_Occurred()) {
        data = read_file(text);
    } else if (text != NULL) {
        PyErr_Clear();
        errno = ENOENT;
        PyErr_SetFromErrnoWithFilenameObject(PyExc_FileNotFoundError, text);
    }
    Py_XDECREF(real);
    Py_XDECREF(relative);
    Py_XDECREF(text);
    return data;
}

static bool starts_with(struct text text, const char *prefix, Py_ssize_t size) {
    return text.size >= (size_t)size && memcmp(text.text, prefix, (size_t)size) == 0;
}

static int append_text(PyObject *list, struct text text) {
    PyObject *item = finder_text(text);
    int result = item == NULL ? -1 : PyList_Append(list, item);
    Py_XDECREF(item);
    return result;
}

/* All paths of files, or all names of modules, that begin with a prefix, in order. */
PyObject *finder_paths(Finder *self, PyObject *prefix) {
    Py_ssize_t size;
    const char *utf8 = PyUnicode_AsUTF8AndSize(prefix, &size);
    PyObject *list = utf8 == NULL ? NULL : PyList_New(0);
    if (list == NULL)
        return NULL;
    struct container *c = self->container;
    struct file file;
    for (uint32_t i = container_first_file(c, utf8, (size_t)size);
         i < c->files.count && container_file(c, i, &file) && starts_with(file.path, utf8, size);
         i++)
        if (append_text(list, file.path) < 0)
            goto failed;
    /* Modules are in the order of their names, which isn't that of their paths. */
    struct module module;
    for (uint32_t i = 0; i < c->modules.count && container_module(c, i, &module); i++)
        if (!(module.flags & MODULE_NAMESPACE) && module.beside.size == 0 &&
            starts_with(module.path, utf8, size) &&
            (module.source != CONTAINER_NONE || module.flags & MODULE_EXTENSION) &&
            append_text(list, module.path) < 0)
            goto failed;
    return list;
failed:
    Py_DECREF(list);
    return NULL;
}

/* [(path, size, flags)] of the files below a prefix and of the sources of modules there. */
PyObject *finder_rows(Finder *self, PyObject *prefix) {
    PyObject *list = finder_paths(self, prefix), *rows = list == NULL ? NULL : PyList_New(0);
    for (Py_ssize_t i = 0; rows != NULL && i < PyList_GET_SIZE(list); i++) {
        PyObject *path = PyList_GET_ITEM(list, i);
        Py_ssize_t size;
        const char *utf8 = PyUnicode_AsUTF8AndSize(path, &size);
        struct file file = {.flags = 0};
        struct module module;
        struct blob blob;
        uint32_t index = container_find_file(self->container, utf8, (size_t)size);
        if (index == CONTAINER_NONE) {
            if (!module_by_path(self, utf8, (size_t)size, &module) ||
                module.flags & MODULE_EXTENSION)
                continue;
            file.content = module.source;
        } else if (!container_file(self->container, index, &file)) {
            continue;
        }
        blob.raw_size = 0; /* of a file beside the program, not known */
        if (file.content != CONTAINER_NONE && !container_blob(self->container, file.content, &blob))
            continue;
        PyObject *row = Py_BuildValue("(OKI)", path, (unsigned long long)blob.raw_size, file.flags);
        if (row == NULL || PyList_Append(rows, row) < 0)
            Py_CLEAR(rows);
        Py_XDECREF(row);
    }
    Py_XDECREF(list);
    return rows;
}

static int append_libraries(Finder *self, PyObject *set, uint32_t first, uint32_t count) {
    struct file file;
    uint32_t index;
    for (uint32_t i = 0; i < count; i++) {
        if (!container_library(self->container, first + i, &index) ||
            !container_file(self->container, index, &file))
            continue;
        PyObject *path = finder_text(file.path);
        int result = path == NULL ? -1 : PySet_Add(set, path);
        Py_XDECREF(path);
        if (result < 0)
            return -1;
    }
    return 0;
}

/* The paths of the libraries that extension modules and libraries below a prefix need, a set. */
PyObject *finder_needed(Finder *self, PyObject *prefix) {
    Py_ssize_t size;
    const char *utf8 = PyUnicode_AsUTF8AndSize(prefix, &size);
    PyObject *set = utf8 == NULL ? NULL : PySet_New(NULL);
    struct container *c = self->container;
    struct file file;
    struct module module;
    for (uint32_t i = utf8 == NULL ? 0 : container_first_file(c, utf8, (size_t)size);
         set != NULL && i < c->files.count && container_file(c, i, &file) &&
         starts_with(file.path, utf8, size);
         i++)
        if (append_libraries(self, set, file.first_library, file.library_count) < 0)
            Py_CLEAR(set);
    for (uint32_t i = 0; set != NULL && i < c->modules.count && container_module(c, i, &module);
         i++)
        if (starts_with(module.path, utf8, size) &&
            append_libraries(self, set, module.first_library, module.library_count) < 0)
            Py_CLEAR(set);
    return set;
}

PyObject *finder_has_file(Finder *self, PyObject *path) {
    Py_ssize_t size;
    const char *utf8 = PyUnicode_AsUTF8AndSize(path, &size);
    if (utf8 == NULL)
        return NULL;
    uint32_t index = container_find_file(self->container, utf8, (size_t)size);
    return PyBool_FromLong(index != CONTAINER_NONE ||
                           content_of(self, utf8, (size_t)size) != CONTAINER_NONE);
}

/* [(prefix + name, is package)] of the modules directly in a package ("" for the top). */
PyObject *finder_children(Finder *self, const char *package, PyObject *prefix) {
    struct container *c = self->container;
    size_t size = strlen(package);
    PyObject *list = PyList_New(0);
    struct module module;
    for (uint32_t i = container_first_module(c, package, size);
         list != NULL && i < c->modules.count && container_module(c, i, &module) &&
         starts_with(module.name, package, (Py_ssize_t)size);
         i++) {
        const char *tail = module.name.text + size;
        /* Like files on disk: pkgutil doesn't tell of namespace packages. */
        if (*tail == '\0' || strchr(tail, '.') != NULL || module.flags & MODULE_NAMESPACE)
            continue;
        PyObject *row = Py_BuildValue("(NO)", PyUnicode_FromFormat("%U%s", prefix, tail),
                                      module.flags & MODULE_PACKAGE ? Py_True : Py_False);
        if (row == NULL || PyList_Append(list, row) < 0)
            Py_CLEAR(list);
        Py_XDECREF(row);
    }
    return list;
}
