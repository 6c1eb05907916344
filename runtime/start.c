/* The start: CPython with the container's settings, and the application in it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "container.h"
#include "excepthook.h"
#include "finder.h"
#include "frozen.h"
#include "loaded_modules.h"
#include "paths.h"
#include "program.h"
#include "run_module.h"
#include "settings.h"
#include "site_builtins.h"
#include "start.h"
#include "sys_attributes.h"
#include "terminfo.h"

#ifdef MS_WINDOWS
#include <windows.h>
#endif

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
#ifdef MS_WINDOWS
        return (int)STATUS_CONTROL_C_EXIT;
#else
        signal(SIGINT, SIG_DFL);
        raise(SIGINT);
        return 130;
#endif
    }
    return code;
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

/* The configuration says -S, lest CPython looks for `site` on disk; sys.flags needn't say so. */
static void clear_no_site(void) {
    enum { NO_SITE = 6 };
    PyObject *flags = PySys_GetObject("flags");
    if (flags == NULL || !PyTuple_Check(flags) || PyTuple_GET_SIZE(flags) <= NO_SITE)
        return;
    Py_DECREF(PyTuple_GET_ITEM(flags, NO_SITE));
    PyTuple_SET_ITEM(flags, NO_SITE, PyLong_FromLong(0));
}

static int import_site(void) {
    clear_no_site();
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

/* As `python -m`: the current folder, unless the configuration keeps it out or it is gone. */
static int add_current_folder(void) {
    PyObject *os = PyImport_ImportModule("os"), *path = PySys_GetObject("path");
    PyObject *folder = os == NULL ? NULL : PyObject_CallMethod(os, "getcwd", NULL);
    int result = folder == NULL || path == NULL ? -1 : PyList_Insert(path, 0, folder);
    if (folder == NULL && PyErr_ExceptionMatches(PyExc_OSError)) {
        PyErr_Clear();
        result = 0;
    }
    Py_XDECREF(folder);
    Py_XDECREF(os);
    return result;
}

static int prepare(struct container *container, const char *program, int argc, char **argv,
                   const struct settings *settings, Finder **finder) {
    terminfo_configure(settings->terminfo_resolution, settings->origin);
    if (settings->oxidized_importer) {
        *finder = finder_install(container, program, settings);
        if (*finder == NULL || excepthook_install() < 0)
            return -1;
    }
    if (sys_attributes_set(settings, argc, argv) < 0 ||
        loaded_modules_watch(settings->write_modules_directory_env) < 0 ||
        (!settings->filesystem_importer && drop_filesystem_importer() < 0))
        return -1;
    return settings->site_import ? import_site() : site_builtins_install();
}

static int run(struct container *container, const char *program, int argc, char **argv,
               const struct settings *settings) {
    Finder *finder = NULL;
    if (prepare(container, program, argc, argv, settings, &finder) < 0)
        return end(NULL);
    /* What doesn't run a module in memory, or goes on after it, is CPython's to do. */
    uint32_t index = finder == NULL || settings->run_module == NULL
                         ? CONTAINER_NONE
                         : in_memory(finder, settings->run_module);
    if (index == CONTAINER_NONE) {
        Py_XDECREF(finder);
        return Py_RunMain();
    }
    PyObject *result = !settings->safe_path && add_current_folder() < 0
                           ? NULL
                           : run_module(finder, settings->run_module, index);
    Py_DECREF(finder);
    return end(result);
}

int oxidize_start(struct container *container, int argc, char **argv) {
    char *program = program_path(argc > 0 ? argv[0] : "oxidize");
    if (program == NULL || finder_add_module() < 0)
        Py_ExitStatusException(PyStatus_NoMemory());

    struct settings settings;
    PyConfig config;
    PyStatus status = settings_apply(container, program, argc, argv, &settings, &config);
    bool whole = PyStatus_Exception(status) ? container->error[0] == '\0'
                                            : frozen_install(container, config.optimization_level);
    if (!whole) {
        char line[1024];
        snprintf(line, sizeof line, "%s: damaged: %s", program, container->error);
        program_tell(line);
        return 1;
    }
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    if (PyStatus_Exception(status))
        Py_ExitStatusException(status);
    bool told = paths_tell(&config) == 0;
    PyConfig_Clear(&config);
    int code = told ? run(container, program, argc, argv, &settings) : end(NULL);
    free(program);
    return code;
}
