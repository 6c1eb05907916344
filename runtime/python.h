/* Where CPython is: in this program (python_static.c), or in a shared library that it carries
 * (python_shared.c). One of the two is linked. */
#ifndef OXIDIZE_PYTHON_H
#define OXIDIZE_PYTHON_H

#include "start.h"

/* What starts it; NULL with an error in one line. */
oxidize_start_function *python_find(struct container *container, char *error, size_t error_size);

#endif
