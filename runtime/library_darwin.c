/* Libraries on macOS, whose linker loads files alone: all of them are extracted. They lie to each
 * other as in their packages, so @loader_path leads from one to the next. */
#include "library.h"

#include <stdio.h>

#include "extract.h"

bool library_open(const char *name, const void *data, size_t size, unsigned flags,
                  struct library *library, char *error, size_t error_size) {
    (void)flags;
    library->handle = -1;
    return extract_file(name, data, size, true, library->path, sizeof library->path, error,
                        error_size);
}

void library_close(struct library *library) { (void)library; }

bool library_pin(struct library *library, int descriptor, char *error, size_t error_size) {
    snprintf(error, error_size, "%s: there is no descriptor %d here", library->path, descriptor);
    return false;
}
