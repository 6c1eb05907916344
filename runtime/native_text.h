/* Texts as the system has them: paths and arguments, handed to CPython. One source file per family
 * of systems. */
#ifndef OXIDIZE_NATIVE_TEXT_H
#define OXIDIZE_NATIVE_TEXT_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* A path for CPython's configuration, to be given back by PyMem_RawFree; NULL when out of memory.
 * On POSIX systems it comes back as the same bytes whatever the locale; Windows has texts. */
wchar_t *native_wide(const char *text);

/* The same for the interpreter: str. */
PyObject *native_str(const char *text);

/* Pre-initialises Python, and sets its arguments. */
PyStatus native_preinitialize(const PyPreConfig *config, int argc, char **argv);
PyStatus native_set_arguments(PyConfig *config, int argc, char **argv);

/* An argument as bytes, as the system has it: on Windows, UTF-16. */
PyObject *native_bytes(const char *text);

/* The current folder, with its separator; NULL when there is none, or out of memory. To be given
 * back by PyMem_RawFree. */
wchar_t *native_current_folder(void);

#endif
