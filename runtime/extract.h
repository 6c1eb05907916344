/* Extraction: files of the program that must be real files, in a private folder of the user.
 * docs/extraction.md says where and when. One source file per family of systems. */
#ifndef OXIDIZE_EXTRACT_H
#define OXIDIZE_EXTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EXTRACT_IDENTITY_SIZE = 32 };

/* Once, before anything else: what tells this program's files from those of others. */
void extract_identify(const unsigned char identity[EXTRACT_IDENTITY_SIZE]);

/* Makes `name` (relative, without "..") a real file with these bytes, and gives its path. A file
 * that is there already and has the same bytes is taken as it is. Safe against other processes
 * that do the same. False: `error` says in one line why, naming the folders that were tried. */
bool extract_file(const char *name, const void *data, size_t size, bool executable, char *path,
                  size_t path_size, char *error, size_t error_size);

/* The part of a path below this program's own folder, if it is used and the path is inside; else
 * NULL. */
const char *extract_inside(const char *path);

#endif
