/* The libraries: extension modules and what they need, loaded by the system's linker from memory,
 * or where that can't be, from extracted files. One source file per system. */
#ifndef OXIDIZE_LIBRARY_H
#define OXIDIZE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

enum { LIBRARY_PATH_SIZE = 4096 };

/* A path under which the system's linker can load some bytes, good until library_close. */
struct library {
    char path[LIBRARY_PATH_SIZE];
    int handle;
};

enum library_flag {
    LIBRARY_EXTRACT = 1, /* not from memory */
    LIBRARY_IN_CYCLE =
        2, /* others that need it, and that it needs, are opened before it is loaded */
};

/* `name` is a relative path that tells the library from others of this program; `flags` are
 * LIBRARY_.... False: `error` says why, in one line. */
bool library_open(const char *name, const void *data, size_t size, unsigned flags,
                  struct library *library, char *error, size_t error_size);

/* Gives back what library_open took: what is loaded stays, what waits in a cycle is forgotten. */
void library_close(struct library *library);

/* Gives an open library the path that others in its cycle know it by. False: `error` says why. */
bool library_pin(struct library *library, int descriptor, char *error, size_t error_size);

/* Loads the library for good, so that those that need it by name find it; its symbols for all that
 * come after it if `global`. NULL: `error` says why. */
void *library_load(const char *path, bool global, char *error, size_t error_size);

/* The address of a symbol of a loaded library; NULL when it has none of that name. */
void *library_symbol(void *loaded, const char *name);

/* Whether the system has a library of that name, which is then loaded. */
bool library_is_installed(const char *soname);

#endif
