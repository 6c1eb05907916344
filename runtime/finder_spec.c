/* The finder's specs: where a module virtually lies, and whose it is. */
#include "finder.h"

#include <string.h>

#include "beside.h"
#include "extract.h"
#include "find_last.h"
#include "program.h"

/* ---- virtual paths ---- */

PyObject *finder_virtual_path(Finder *self, struct text path) {
    PyObject *tail = finder_separated(finder_text(path), "/", PATH_SEPARATOR);
    PyObject *full = tail == NULL ? NULL : PyUnicode_Concat(self->prefix, tail);
    Py_XDECREF(tail);
    return full;
}

PyObject *finder_separated(PyObject *path, const char *old, const char *new) {
    if (path != NULL && strcmp(old, new) != 0)
        Py_SETREF(path, PyObject_CallMethod(path, "replace", "ss", old, new));
    return path;
}

/* Programs on Windows write both separators. */
PyObject *finder_inside(Finder *self, PyObject *path) {
    Py_ssize_t skip = PyUnicode_GET_LENGTH(self->prefix), size = PyUnicode_GET_LENGTH(path);
    if (size <= skip || PyUnicode_Tailmatch(path, self->program, 0, PY_SSIZE_T_MAX, -1) != 1)
        return NULL;
    Py_UCS4 separator = PyUnicode_READ_CHAR(path, skip - 1);
    if (separator != '/' && separator != (Py_UCS4)PATH_SEPARATOR[0])
        return NULL;
    return finder_separated(PyUnicode_Substring(path, skip, size), PATH_SEPARATOR, "/");
}

/* "package/module.py" -> PROGRAM/package/__pycache__/module.cpython-313.pyc, which is what
 * importlib would name; given so that it needn't compute it. */
static PyObject *cached_path(Finder *self, struct text path) {
    const char *slash = find_last(path.text, path.size, '/');
    int folder = slash == NULL ? 0 : (int)(slash - path.text) + 1;
    int stem = (int)path.size - folder - 3;
    char tail[1024];
    int size = snprintf(tail, sizeof tail, "%.*s__pycache__/%.*s", folder, path.text, stem,
                        path.text + folder);
    if (stem <= 0 || size >= (int)sizeof tail)
        return Py_NewRef(Py_None);
    PyObject *inside = finder_separated(PyUnicode_FromString(tail), "/", PATH_SEPARATOR);
    PyObject *full =
        inside == NULL ? NULL : PyUnicode_FromFormat("%U%U%U", self->prefix, inside, self->tag);
    Py_XDECREF(inside);
    return full;
}

static struct text module_folder(struct text path, bool is_namespace) {
    if (is_namespace)
        return path;
    const char *slash = find_last(path.text, path.size, '/');
    return (struct text){path.text, slash == NULL ? 0 : (uint32_t)(slash - path.text)};
}

/* ---- specs ---- */

static int set_package(Finder *self, PyObject *spec, const struct module *module) {
    PyObject *folder =
        finder_virtual_path(self, module_folder(module->path, module->flags & MODULE_NAMESPACE));
    PyObject *locations = folder == NULL ? NULL : Py_BuildValue("[N]", folder);
    int result = locations == NULL
                     ? -1
                     : PyObject_SetAttrString(spec, "submodule_search_locations", locations);
    Py_XDECREF(locations);
    return result;
}

static int set_location(Finder *self, PyObject *spec, const struct module *module) {
    if (PyObject_SetAttrString(spec, "has_location", Py_True) < 0)
        return -1;
    if (module->flags & MODULE_EXTENSION)
        return 0;
    PyObject *cached = cached_path(self, module->path);
    int result = cached == NULL ? -1 : PyObject_SetAttrString(spec, "cached", cached);
    Py_XDECREF(cached);
    return result;
}

static PyObject *named_spec(Finder *self, const struct module *module, PyObject *name) {
    if (module->beside.size > 0 && name != NULL)
        return beside_spec(self, module, name);
    bool is_namespace = module->flags & MODULE_NAMESPACE;
    PyObject *origin = is_namespace ? Py_NewRef(Py_None) : finder_virtual_path(self, module->path);
    PyObject *spec = NULL;
    if (name != NULL && origin != NULL) {
        PyObject *arguments[] = {name, (PyObject *)self, origin};
        static PyObject *names;
        if (names == NULL)
            names = Py_BuildValue("(s)", "origin");
        spec = names == NULL ? NULL : PyObject_Vectorcall(self->spec, arguments, 2, names);
    }
    Py_XDECREF(origin);
    if (spec != NULL && ((module->flags & MODULE_PACKAGE && set_package(self, spec, module) < 0) ||
                         (!is_namespace && set_location(self, spec, module) < 0)))
        Py_CLEAR(spec);
    return spec;
}

PyObject *finder_spec(Finder *self, const struct module *module) {
    PyObject *name = finder_text(module->name);
    PyObject *spec = name == NULL ? NULL : named_spec(self, module, name);
    Py_XDECREF(name);
    return spec;
}

PyObject *finder_spec_as(Finder *self, const struct module *module, PyObject *name) {
    PyObject *own = finder_text(module->name);
    PyObject *spec = own == NULL ? NULL : named_spec(self, module, name);
    if (spec != NULL && PyObject_SetAttrString(spec, "loader_state", own) < 0)
        Py_CLEAR(spec);
    Py_XDECREF(own);
    return spec;
}

/* PROGRAM/a/b for "a.b.c": what the path of a package must hold for a module to be in it. */
static PyObject *folder_around(Finder *self, PyObject *name) {
    Py_ssize_t size;
    const char *utf8 = PyUnicode_AsUTF8AndSize(name, &size);
    const char *dot = utf8 == NULL ? NULL : find_last(utf8, (size_t)size, '.');
    PyObject *parent =
        utf8 == NULL ? NULL : PyUnicode_FromStringAndSize(utf8, dot ? dot - utf8 : 0);
    PyObject *folder =
        parent == NULL ? NULL : finder_separated(Py_NewRef(parent), ".", PATH_SEPARATOR);
    PyObject *full = folder == NULL ? NULL : PyUnicode_Concat(self->prefix, folder);
    Py_XDECREF(folder);
    Py_XDECREF(parent);
    return full;
}

/* Whether a path is the real folder for a virtual one: compiled packages (mypyc) set their path by
 * their library's __file__. */
static bool is_real(Finder *self, PyObject *path, PyObject *folder) {
    const char *real = PyUnicode_AsUTF8(path), *wanted = PyUnicode_AsUTF8(folder);
    const char *inside = real == NULL || wanted == NULL ? NULL : extract_inside(real);
    Py_ssize_t skip;
    const char *prefix = inside == NULL ? NULL : PyUnicode_AsUTF8AndSize(self->prefix, &skip);
    if (prefix == NULL)
        PyErr_Clear();
    return prefix != NULL && strcmp(inside, wanted + skip) == 0;
}

/* A submodule is the one of its name only where its package's path leads to that package in this
 * program: a package on disk keeps its own, and so does one that stands in for another. */
static int leads_here(Finder *self, PyObject *name, PyObject *path) {
    PyObject *items = PySequence_Fast(path, "path must be iterable");
    PyObject *folder = items == NULL ? NULL : folder_around(self, name);
    const char *package = folder == NULL ? NULL : PyUnicode_AsUTF8(name);
    const char *dot = package == NULL ? NULL : strrchr(package, '.');
    int result = package == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; result == 0 && i < PySequence_Fast_GET_SIZE(items); i++) {
        PyObject *item = PySequence_Fast_GET_ITEM(items, i);
        if (PyUnicode_Check(item))
            result = PyUnicode_Compare(item, folder) == 0 || is_real(self, item, folder) ||
                     (dot && beside_is_folder(self, item, package, (size_t)(dot - package)));
    }
    Py_XDECREF(folder);
    Py_XDECREF(items);
    return result;
}

/* A namespace package may have more portions on disk; a regular package there even wins, as on
 * sys.path. Takes and gives a reference to a spec. */
static PyObject *join_namespace(PyObject *spec, PyObject *name, PyObject *path) {
    PyObject *finders = PySys_GetObject("meta_path"), *external = NULL, *other = NULL;
    PyObject *own = NULL, *more = NULL, *loader = NULL;
    if (spec == NULL || path != Py_None || finders == NULL)
        return spec;
    external = PyImport_ImportModule("_frozen_importlib_external");
    PyObject *finder = external == NULL ? NULL : PyObject_GetAttrString(external, "PathFinder");
    int there = finder == NULL ? -1 : PySequence_Contains(finders, finder);
    if (there > 0)
        other = PyObject_CallMethod(finder, "find_spec", "O", name);
    if (other != NULL && other != Py_None) {
        loader = PyObject_GetAttrString(other, "loader");
        more = PyObject_GetAttrString(other, "submodule_search_locations");
        own = PyObject_GetAttrString(spec, "submodule_search_locations");
        if (loader != NULL && loader != Py_None) {
            Py_SETREF(spec, Py_NewRef(other));
        } else if (own != NULL && more != NULL && more != Py_None) {
            PyObject *joined = PySequence_InPlaceConcat(own, more);
            Py_XDECREF(joined);
        }
    }
    Py_XDECREF(loader);
    Py_XDECREF(more);
    Py_XDECREF(own);
    Py_XDECREF(other);
    Py_XDECREF(finder);
    Py_XDECREF(external);
    if (PyErr_Occurred())
        Py_CLEAR(spec);
    return spec;
}

PyObject *finder_find_spec(Finder *self, PyObject *name, PyObject *path) {
    struct module module;
    bool missing = false;
    if (!finder_lookup(self, name, &module, &missing))
        return missing ? Py_NewRef(Py_None) : NULL;
    int here = path == Py_None ? 1 : leads_here(self, name, path);
    if (here <= 0)
        return here < 0 ? NULL : Py_NewRef(Py_None);
    PyObject *spec = finder_spec(self, &module);
    return module.flags & MODULE_NAMESPACE ? join_namespace(spec, name, path) : spec;
}
