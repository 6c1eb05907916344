/* CPython in a shared library: this program is a launcher without Python. It loads libpython from
 * its container, for all to see, then the rest of the runtime, which finds libpython's symbols. */
#include "python.h"

#include <stdio.h>
#include <string.h>

#include "library.h"

static void *load_python(struct container *c, uint32_t index, bool global, char *error,
                         size_t size) {
    struct file file;
    struct blob blob;
    struct library library;
    if (!container_file(c, index, &file) || !container_blob(c, file.content, &blob)) {
        snprintf(error, size, "damaged: %s", c->error);
        return NULL;
    }
    if (!library_open(file.path.text, blob.data, blob.size,
                      file.flags & FILE_EXTRACT ? LIBRARY_EXTRACT : 0, &library, error, size))
        return NULL;
    void *loaded = library_load(library.path, global, error, size);
    library_close(&library);
    return loaded;
}

/* A shared library after those that it needs. */
static void *load_with_needs(struct container *c, const char *path, bool global, char *error,
                             size_t size) {
    struct file file;
    uint32_t index = path == NULL ? CONTAINER_NONE : container_find_file(c, path, strlen(path));
    uint32_t needed;
    if (index == CONTAINER_NONE || !container_file(c, index, &file)) {
        snprintf(error, size, "damaged: there is no %s", path == NULL ? "libpython" : path);
        return NULL;
    }
    for (uint32_t i = 0; i < file.library_count; i++) {
        if (!container_library(c, file.first_library + i, &needed)) {
            snprintf(error, size, "damaged: %s", c->error);
            return NULL;
        }
        if (load_python(c, needed, false, error, size) == NULL)
            return NULL;
    }
    return load_python(c, index, global, error, size);
}

oxidize_start_function *python_find(struct container *c, char *error, size_t size) {
    void *python = load_with_needs(c, container_setting(c, "shared_python"), true, error, size);
    void *runtime = python == NULL ? NULL
                                   : load_with_needs(c, container_setting(c, "shared_runtime"),
                                                     false, error, size);
    if (runtime == NULL)
        return NULL;
    oxidize_start_function *start =
        (oxidize_start_function *)library_symbol(runtime, "oxidize_start");
    if (start == NULL)
        snprintf(error, size, "damaged: no oxidize_start");
    return start;
}
