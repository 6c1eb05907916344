/* The tree of an image as real files in a folder of the user's. */
#ifndef OXIDIZE_APPIMAGE_TREE_H
#define OXIDIZE_APPIMAGE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "squashfs.h"

/* Whether everything is there, with its kind, size and permissions. */
bool tree_is_there(struct squashfs *fs, const char *folder);

/* Writes what isn't there, each file beside its place and renamed: other processes that do the same
 * at once see no half ones. With a pattern of paths such as "usr/share" or "*.desktop", that alone.
 * False: `error` says in one line why. */
bool tree_write(struct squashfs *fs, const char *folder, const char *pattern, char *error,
                size_t error_size);

#endif
