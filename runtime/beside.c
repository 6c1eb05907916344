/* What lies beside the program: see beside.h. */
#include "beside.h"

#include <string.h>

#include "import_hooks.h"

PyObject *beside_path(Finder *self, struct text beside, struct text path) {
    Py_ssize_t size = PyUnicode_GET_LENGTH(self->program);
    Py_ssize_t slash = PyUnicode_FindChar(self->program, '/', 0, size, -1);
    PyObject *base = PyUnicode_Substring(self->program, 0, slash < 0 ? 0 : slash + 1);
    PyObject *tail = finder_text(path), *folder = finder_text(beside), *full = NULL;
    if (base != NULL && tail != NULL && folder != NULL)
        full = strcmp(beside.text, ".") == 0 ? PyUnicode_Concat(base, tail)
                                             : PyUnicode_FromFormat("%U%U/%U", base, folder, tail);
    Py_XDECREF(folder);
    Py_XDECREF(tail);
    Py_XDECREF(base);
    return full;
}

static struct text folder_of(struct text path) {
    const char *slash = strrchr(path.text, '/');
    return (struct text){path.text, slash == NULL ? 0 : (uint32_t)(slash - path.text)};
}

static int set_folder(Finder *self, PyObject *spec, const struct module *module) {
    PyObject *folder = beside_path(self, module->beside, folder_of(module->path));
    PyObject *locations = folder == NULL ? NULL : Py_BuildValue("[N]", folder);
    int result = locations == NULL
                     ? -1
                     : PyObject_SetAttrString(spec, "submodule_search_locations", locations);
    Py_XDECREF(locations);
    return result;
}

static PyObject *extension_spec(Finder *self, const struct module *module, PyObject *name,
                                PyObject *path) {
    PyObject *spec = PyObject_CallFunctionObjArgs(self->spec, name, (PyObject *)self, NULL);
    if (spec != NULL && (PyObject_SetAttrString(spec, "origin", path) < 0 ||
                         PyObject_SetAttrString(spec, "has_location", Py_True) < 0 ||
                         (module->flags & MODULE_PACKAGE && set_folder(self, spec, module) < 0)))
        Py_CLEAR(spec);
    return spec;
}

static PyObject *source_spec(Finder *self, const struct module *module, PyObject *name,
                             PyObject *path) {
    PyObject *external = PyImport_ImportModule("_frozen_importlib_external");
    PyObject *spec = external == NULL ? NULL
                                      : PyObject_CallMethod(external, "spec_from_file_location",
                                                            "OO", name, path);
    if (spec != NULL && import_hooks_attach(self, module, spec) < 0)
        Py_CLEAR(spec);
    Py_XDECREF(external);
    return spec;
}

PyObject *beside_spec(Finder *self, const struct module *module, PyObject *name) {
    PyObject *path = beside_path(self, module->beside, module->path), *spec = NULL;
    if (path != NULL)
        spec = module->flags & MODULE_EXTENSION ? extension_spec(self, module, name, path)
                                                : source_spec(self, module, name, path);
    Py_XDECREF(path);
    return spec;
}

bool beside_is_folder(Finder *self, PyObject *path, const char *package, size_t size) {
    struct module module;
    uint32_t index = container_find_module(self->container, package, size);
    if (index == CONTAINER_NONE || !container_module(self->container, index, &module) ||
        module.beside.size == 0)
        return false;
    PyObject *folder = beside_path(self, module.beside, folder_of(module.path));
    bool same = folder != NULL && PyUnicode_Compare(path, folder) == 0;
    Py_XDECREF(folder);
    PyErr_Clear();
    return same;
}
