/* Libraries on Windows: loaded from memory by this program itself (pe_modules.h), or extracted for
 * the system's loader. */
#include "library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "extract.h"
#include "pe_modules.h"
#include "pe_system.h"
#include "program.h"
#include "system_error.h"
#include "utf16.h"

/* Where a module in memory virtually lies: in the program, as in a folder. */
static bool virtual_path(const char *name, char *path, size_t size) {
    char *program = program_path(NULL);
    int length = program == NULL ? -1 : snprintf(path, size, "%s/%s", program, name);
    free(program);
    for (char *at = path; length > 0 && *at != '\0'; at++)
        if (*at == '/')
            *at = '\\';
    return length > 0 && (size_t)length < size;
}

static enum pe_outcome open_in_memory(const char *name, const void *data, size_t size,
                                      unsigned flags, struct library *library, char *error,
                                      size_t error_size) {
    char why[256] = "there is no memory for it";
    wchar_t *path =
        virtual_path(name, library->path, sizeof library->path) ? utf16_of(library->path) : NULL;
    enum pe_outcome outcome =
        path == NULL
            ? PE_FAILED
            : pe_modules_load(path, data, size, (flags & LIBRARY_IN_CYCLE) != 0, why, sizeof why);
    if (outcome != PE_LOADED)
        snprintf(error, error_size, "%s can't be loaded: %s", name, why);
    free(path);
    return outcome;
}

bool library_open(const char *name, const void *data, size_t size, unsigned flags,
                  struct library *library, char *error, size_t error_size) {
    enum pe_outcome outcome = flags & LIBRARY_EXTRACT ? PE_NEEDS_A_FILE
                                                      : open_in_memory(name, data, size, flags,
                                                                       library, error, error_size);
    return outcome == PE_NEEDS_A_FILE ? extract_file(name, data, size, true, library->path,
                                                     sizeof library->path, error, error_size)
                                      : outcome == PE_LOADED;
}

void library_close(struct library *library) {
    wchar_t *path = utf16_of(library->path);
    if (path != NULL)
        pe_modules_abandon(path);
    free(path);
}

/* Others know it by its name. */
bool library_pin(struct library *library, int descriptor, char *error, size_t error_size) {
    (void)library;
    (void)descriptor;
    (void)error;
    (void)error_size;
    return true;
}

static void tell_system_error(const char *path, char *error, size_t size) {
    char why[256];
    system_error_text(GetLastError(), why, sizeof why);
    snprintf(error, size, "%s: %s", path, why);
}

void *library_load(const char *path, bool global, char *error, size_t error_size) {
    (void)global;
    char why[256];
    if (!pe_modules_join(why, sizeof why)) {
        snprintf(error, error_size, "%s: %s", path, why);
        return NULL;
    }
    wchar_t *wide = utf16_of_path(path);
    void *loaded = wide == NULL ? NULL : pe_modules_find(wide);
    if (loaded == NULL && wide != NULL) {
        loaded = LoadLibraryExW(
            wide, NULL, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR);
        if (loaded != NULL)
            pe_system_redirect(loaded);
        else
            tell_system_error(path, error, error_size);
    }
    free(wide);
    return loaded;
}

void *library_symbol(void *loaded, const char *name) {
    struct pe_symbol symbol = {name, 0};
    return pe_modules_path(loaded) != NULL ? pe_modules_symbol(loaded, symbol)
                                           : pe_system_symbol(loaded, symbol);
}

bool library_is_installed(const char *soname) {
    wchar_t *wide = utf16_of(soname);
    bool there = wide != NULL && LoadLibraryExW(wide, NULL, LOAD_LIBRARY_SEARCH_SYSTEM32) != NULL;
    free(wide);
    return there;
}
