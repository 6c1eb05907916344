/* The program: the path of the running executable. One source file per family of systems. */
#ifndef OXIDIZE_PROGRAM_H
#define OXIDIZE_PROGRAM_H

#include <stdbool.h>

/* Absolute path without symbolic links, on the heap; NULL when out of memory. Without /proc it
 * comes from what the kernel passed to exec, resolved against the current folder. */
char *program_path(const char *argv0);

/* Whether the process that started this one runs the same program, of that path. */
bool program_started_itself(const char *program);

#endif
