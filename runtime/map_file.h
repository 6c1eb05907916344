/* Mapping a file into memory. One source file per family of systems. */
#ifndef OXIDIZE_MAP_FILE_H
#define OXIDIZE_MAP_FILE_H

#include <stddef.h>
#include <stdint.h>

/* A file's bytes, for reading, to the end of the process. NULL, with the system's reason, for what
 * can't be read or isn't a file. */
const void *map_file(const char *path, uint64_t *size, char *why, size_t why_size);

#endif
