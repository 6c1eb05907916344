/* The program: the path of the running executable, and how it was started. One source file per
 * family of systems. */
#ifndef OXIDIZE_PROGRAM_H
#define OXIDIZE_PROGRAM_H

#include <stdbool.h>

/* Between the parts of paths, and between the paths of a list. */
#ifdef _WIN32
#define PATH_SEPARATOR "\\"
#define LIST_SEPARATOR L';'
#else
#define PATH_SEPARATOR "/"
#define LIST_SEPARATOR L':'
#endif

/* Absolute path without symbolic links, on the heap; NULL when out of memory. Where the system
 * doesn't tell it, it comes from what was passed to exec, resolved against the current folder. */
char *program_path(const char *argv0);

/* The arguments that `main` was given, as UTF-8 where the system has them as texts; NULL when out
 * of memory. */
char **program_arguments(int *argc, char **argv);

/* Whether the process that started this one runs the same program. */
bool program_is_parent(const char *program);

/* Tells the user a line about the program's own failure. */
void program_tell(const char *line);

#endif
