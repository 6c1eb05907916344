/* Libraries on systems with dlopen: how they are loaded. */
#include "library.h"

#include <dlfcn.h>
#include <stdio.h>

void *library_load(const char *path, bool global, char *error, size_t error_size) {
    void *loaded = dlopen(path, RTLD_LAZY | (global ? RTLD_GLOBAL : RTLD_LOCAL));
    if (loaded == NULL) {
        const char *reason = dlerror();
        snprintf(error, error_size, "%s", reason != NULL ? reason : "dlopen failed");
    }
    return loaded;
}

bool library_is_installed(const char *soname) {
    return dlopen(soname, RTLD_LAZY | RTLD_LOCAL) != NULL;
}
