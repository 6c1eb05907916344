/* The resources file: a container beside the program, in place of the one inside it, which then
 * only names it (settings `resources_file` and `resources_sha256`). */
#ifndef OXIDIZE_RESOURCES_FILE_H
#define OXIDIZE_RESOURCES_FILE_H

#include "container.h"

/* Opens the container that another names, if it names one, in its place. False: `error` says why,
 * in one line. */
bool resources_file_follow(struct container *c, const char *argv0, char *error, size_t error_size);

#endif
