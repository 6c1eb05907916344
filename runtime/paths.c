/* The paths: see paths.h. */
#include "paths.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "native_text.h"
#include "program.h"

char *paths_origin(const char *program) {
    char *folder = strdup(program);
    char *slash = folder == NULL ? NULL : strrchr(folder, PATH_SEPARATOR[0]);
    if (slash != NULL)
        slash[slash == folder] = '\0';
    return folder;
}

static PyStatus give(PyConfig *config, wchar_t **field, const wchar_t *value) {
    return *field == NULL ? PyConfig_SetString(config, field, value) : PyStatus_Ok();
}

/* Prefixes are where `home` is, or if that may be two, "PREFIX:EXEC_PREFIX" as in PYTHONHOME. */
static PyStatus give_prefixes(PyConfig *config, bool may_be_two) {
    wchar_t *home = wcsdup(config->home);
    if (home == NULL)
        return PyStatus_NoMemory();
    wchar_t *colon = may_be_two ? wcschr(home, LIST_SEPARATOR) : NULL;
    if (colon != NULL)
        *colon = L'\0';
    PyStatus status = give(config, &config->prefix, home);
    if (!PyStatus_Exception(status))
        status = give(config, &config->exec_prefix, colon == NULL ? home : colon + 1);
    free(home);
    if (!PyStatus_Exception(status))
        status = give(config, &config->base_prefix, config->prefix);
    if (!PyStatus_Exception(status))
        status = give(config, &config->base_exec_prefix, config->exec_prefix);
    return status;
}

static PyStatus set_path(PyConfig *config, wchar_t **field, const char *value) {
    wchar_t *wide = native_wide(value);
    PyStatus status = wide == NULL ? PyStatus_NoMemory() : PyConfig_SetString(config, field, wide);
    PyMem_RawFree(wide);
    return status;
}

/* The folder of the program stands for a prefix, and the program itself for the folder of the
 * standard library, as zipimport names files inside an archive. */
PyStatus paths_fill(PyConfig *config, const char *program, const char *origin) {
    struct {
        wchar_t **field;
        const char *value;
    } paths[] = {
        {&config->program_name, program},
        {&config->executable, program},
        {&config->stdlib_dir, program},
        {&config->home, origin},
    };
    PyStatus status = PyStatus_Ok();
    bool given = config->home != NULL;
    for (size_t i = 0; i < sizeof paths / sizeof *paths && !PyStatus_Exception(status); i++)
        if (*paths[i].field == NULL)
            status = set_path(config, paths[i].field, paths[i].value);
    if (!PyStatus_Exception(status))
        status = give(config, &config->base_executable, config->executable);
    config->module_search_paths_set = 1;
    return PyStatus_Exception(status) ? status : give_prefixes(config, given);
}

/* Also of a drive, as Windows has them. */
static bool is_absolute(const wchar_t *path) {
    return path[0] == L'/' || path[0] == (wchar_t)PATH_SEPARATOR[0] ||
           (PATH_SEPARATOR[0] == '\\' && path[0] != L'\0' && path[1] == L':');
}

/* Relative folders are those of the start, wherever the program goes later. */
static PyStatus append(PyWideStringList *list, const wchar_t *folder) {
    wchar_t *start = is_absolute(folder) ? NULL : native_current_folder();
    if (start == NULL)
        return PyWideStringList_Append(list, folder);
    size_t size = wcslen(start) + wcslen(folder) + 1;
    wchar_t *full = PyMem_RawMalloc(size * sizeof *full);
    PyStatus status = PyStatus_NoMemory();
    if (full != NULL) {
        swprintf(full, size, L"%ls%ls", start, folder);
        if (folder[0] == L'\0')
            full[size - 2] = L'\0'; /* without the separator */
        status = PyWideStringList_Append(list, full);
    }
    PyMem_RawFree(full);
    PyMem_RawFree(start);
    return status;
}

PyStatus paths_search(PyConfig *config) {
    PyStatus status = PyStatus_Ok();
    if (config->module_search_paths.length > 0 || config->pythonpath_env == NULL)
        return status;
    wchar_t *all = wcsdup(config->pythonpath_env);
    if (all == NULL)
        return PyStatus_NoMemory();
    for (wchar_t *folder = all, *next; folder != NULL && !PyStatus_Exception(status);
         folder = next) {
        next = wcschr(folder, LIST_SEPARATOR);
        if (next != NULL)
            *next++ = L'\0';
        status = append(&config->module_search_paths, folder);
    }
    free(all);
    return status;
}

int paths_tell(const PyConfig *config) {
    struct {
        const char *name;
        const wchar_t *value;
    } prefixes[] = {{"prefix", config->prefix}, {"exec_prefix", config->exec_prefix}};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        PyObject *value = PyUnicode_FromWideChar(prefixes[i].value, -1);
        int failed = value == NULL || PySys_SetObject(prefixes[i].name, value) < 0;
        Py_XDECREF(value);
        if (failed)
            return -1;
    }
    return 0;
}
