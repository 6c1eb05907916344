/* The start: CPython with the container's settings, and the application in it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "container.h"
#include "excepthook.h"
#include "finder.h"
#include "frozen.h"
#include "materialize.h"
#include "program.h"
#include "settings.h"
#include "start.h"

static int level_of(struct container *container) {
    uint32_t cursor = 0;
    const char *key, *value;
    while (container_next_setting(container, &cursor, &key, &value))
        if (strcmp(key, "optimization_level") == 0 && value[0] >= '0' && value[0] <= '2')
            return value[0] - '0';
    return 0;
}

/* ---- running a module as __main__ ---- */

static int set_main(PyObject *dict, const char *name, PyObject *value) {
    int result = value == NULL ? -1 : PyDict_SetItemString(dict, name, value);
    Py_XDECREF(value);
    return result;
}

/* What runpy would set. It isn't used: it costs more than most programs' own start. */
static int fill_main(PyObject *dict, Finder *finder, const struct module *module) {
    PyObject *spec = finder_spec(finder, module);
    if (spec == NULL)
        return -1;
    int failed = set_main(dict, "__file__", PyObject_GetAttrString(spec, "origin")) < 0 ||
                 set_main(dict, "__cached__", PyObject_GetAttrString(spec, "cached")) < 0 ||
                 set_main(dict, "__package__", PyObject_GetAttrString(spec, "parent")) < 0 ||
                 set_main(dict, "__loader__", Py_NewRef((PyObject *)finder)) < 0;
    return set_main(dict, "__spec__", spec) < 0 || failed ? -1 : 0;
}

static PyObject *exec_main(Finder *finder, const struct module *module) {
    PyObject *main = PyImport_AddModule("__main__");
    PyObject *dict = main == NULL ? NULL : PyModule_GetDict(main);
    if (dict == NULL || fill_main(dict, finder, module) < 0)
        return NULL;
    PyObject *code =
        materialize_before(finder, module, main) < 0 ? NULL : finder_code(finder, module);
    PyObject *result = code == NULL ? NULL : PyEval_EvalCode(code, dict, dict);
    Py_XDECREF(code);
    return result;
}

/* As `python -m`: the packages around the module first; a package's own __main__ in its place. */
static PyObject *run_module(Finder *finder, const char *name, uint32_t index) {
    struct module module;
    char full[512];
    if (!container_module(finder->container, index, &module))
        return finder_damaged(finder, NULL);
    const char *dot = strrchr(name, '.');
    snprintf(full, sizeof full, "%.*s",
             module.flags & MODULE_PACKAGE ? (int)strlen(name) : (int)(dot ? dot - name : 0), name);
    PyObject *around = full[0] ? PyImport_ImportModule(full) : Py_NewRef(Py_None);
    if (around == NULL)
        return NULL;
    Py_DECREF(around);
    if (module.flags & MODULE_PACKAGE) {
        snprintf(full, sizeof full, "%s.__main__", name);
        index = finder_find(finder, full);
        if (index == CONTAINER_NONE || !container_module(finder->container, index, &module)) {
            PyErr_Format(PyExc_ImportError,
                         "'%s' is a package without a __main__ module, so it can't be run", name);
            return NULL;
        }
    }
    finder->main = index;
    return exec_main(finder, &module);
}

/* ---- the interpreter's life ---- */

static int end(PyObject *result) {
    int code = 0, interrupted = 0;
    if (result == NULL) {
        interrupted = PyErr_ExceptionMatches(PyExc_KeyboardInterrupt);
        code = 1;
        PyErr_Print(); /* leaves the process for a SystemExit */
    }
    Py_XDECREF(result);
    if (Py_FinalizeEx() < 0)
        code = 120;
    if (interrupted) {
        /* Callers see a process that SIGINT ended, as they see with python. */
        signal(SIGINT, SIG_DFL);
        raise(SIGINT);
        return 130;
    }
    return code;
}

static int set_flags(const struct settings *settings) {
    if (PySys_SetObject("oxidized", Py_True) < 0)
        return -1;
    return settings->sys_frozen ? PySys_SetObject("frozen", Py_True) : 0;
}

static int drop_filesystem_importer(void) {
    PyObject *list = PySys_GetObject("meta_path");
    PyObject *machinery = PyImport_ImportModule("_frozen_importlib_external");
    PyObject *finder = machinery == NULL ? NULL : PyObject_GetAttrString(machinery, "PathFinder");
    Py_ssize_t at = finder == NULL || list == NULL ? -1 : PySequence_Index(list, finder);
    int result = at < 0 ? -1 : PySequence_DelItem(list, at);
    Py_XDECREF(finder);
    Py_XDECREF(machinery);
    return result;
}

static int import_site(void) {
    PyObject *site = PyImport_ImportModule("site");
    PyObject *done = site == NULL ? NULL : PyObject_CallMethod(site, "main", NULL);
    Py_XDECREF(done);
    Py_XDECREF(site);
    return done == NULL ? -1 : 0;
}

/* The module to run, unless it or, of a package, its __main__ is a file beside the program. */
static uint32_t in_memory(Finder *finder, const char *name) {
    char full[512];
    struct module module;
    uint32_t index = finder_find(finder, name), inner = index;
    if (index == CONTAINER_NONE || !container_module(finder->container, index, &module))
        return index;
    if (module.flags & MODULE_PACKAGE) {
        snprintf(full, sizeof full, "%s.__main__", name);
        inner = finder_find(finder, full);
        if (inner == CONTAINER_NONE || !container_module(finder->container, inner, &module))
            return index;
    }
    return module.beside.size > 0 ? CONTAINER_NONE : index;
}

static int run(struct container *container, const char *program, const struct settings *settings) {
    Finder *finder = finder_install(container, program);
    if (finder == NULL || set_flags(settings) < 0 || excepthook_install() < 0 ||
        (!settings->filesystem_importer && drop_filesystem_importer() < 0) ||
        (settings->site_import && import_site() < 0))
        return end(NULL);
    /* What doesn't run a module in memory, or goes on after it, is CPython's to do. */
    bool own = settings->mode == MODE_APPLICATION && !settings->inspect;
    uint32_t index = own && settings->run_module != NULL ? in_memory(finder, settings->run_module)
                                                         : CONTAINER_NONE;
    if (index == CONTAINER_NONE) {
        Py_DECREF(finder);
        return Py_RunMain();
    }
    PyObject *result = run_module(finder, settings->run_module, index);
    Py_DECREF(finder);
    return end(result);
}

int oxidize_start(struct container *container, int argc, char **argv) {
    char *program = program_path(argc > 0 ? argv[0] : "oxidize");
    if (program == NULL || finder_add_module() < 0)
        Py_ExitStatusException(PyStatus_NoMemory());
    if (!frozen_install(container, level_of(container))) {
        fprintf(stderr, "%s: damaged: %s\n", program, container->error);
        return 1;
    }

    struct settings settings;
    PyConfig config;
    PyStatus status = settings_apply(container, program, argc, argv, &settings, &config);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    if (PyStatus_Exception(status))
        Py_ExitStatusException(status);
    PyConfig_Clear(&config);
    int code = run(container, program, &settings);
    free(program);
    return code;
}
