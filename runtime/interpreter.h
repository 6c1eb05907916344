/* The program as an interpreter: what `[sys.executable, "-c", CODE]` and multiprocessing's own
 * children ask for. docs/architecture.md says when arguments are taken that way. */
#ifndef OXIDIZE_INTERPRETER_H
#define OXIDIZE_INTERPRETER_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>

enum interpreter_mode {
    MODE_APPLICATION,  /* run the application */
    MODE_COMMAND_LINE, /* the arguments are those of `python` */
    MODE_SPAWNED,      /* a child that multiprocessing's spawn method started */
};

/* `dispatch`: whether the arguments that multiprocessing gives its children count. */
enum interpreter_mode interpreter_mode_of(int argc, char **argv, const char *program,
                                          bool dispatch);

/* The code that a spawned child runs, on the heap; NULL when out of memory. */
char *interpreter_spawn_command(int argc, char **argv);

#endif
