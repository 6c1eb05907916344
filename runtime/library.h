/* The libraries: extension modules and what they need, loaded from memory by the system's linker.
 * One source file per system. */
#ifndef OXIDIZE_LIBRARY_H
#define OXIDIZE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* A path under which the system's linker can load these bytes, good until library_close.
 * `*handle` belongs to library_close. False: `error` says why. */
bool library_open(const char *name, const void *data, size_t size, char *path, size_t path_size,
                  int *handle, char *error, size_t error_size);
void library_close(int handle);

/* Loads the library for good, so that those that need it by name find it. */
bool library_load(const char *path, char *error, size_t error_size);

#endif
