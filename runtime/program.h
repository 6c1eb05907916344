/* The program: the path of the running executable. One source file per family of systems. */
#ifndef OXIDIZE_PROGRAM_H
#define OXIDIZE_PROGRAM_H

/* Absolute path without symbolic links, on the heap; NULL when out of memory. Without /proc it
 * comes from what the kernel passed to exec, resolved against the current folder. */
char *program_path(const char *argv0);

#endif
