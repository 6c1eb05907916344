/* The descriptions of terminals: where curses and readline find them on systems other than the one
 * that their libraries were built on. One source file per family of systems. */
#ifndef OXIDIZE_TERMINFO_H
#define OXIDIZE_TERMINFO_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>

/* Once, at the start: "dynamic", "none" or "static:FOLDER:FOLDER...", and the program's folder. */
void terminfo_configure(const char *resolution, const char *origin);

/* Sets TERMINFO_DIRS until terminfo_end, unless the user has set it: neither os.environ nor the
 * program's children see it. False when nothing was set. */
bool terminfo_begin(void);
void terminfo_end(void);

/* Has the functions of _curses that look for a description do so. -1 with an exception set on
 * failure. */
int terminfo_wrap(PyObject *curses);

#endif
