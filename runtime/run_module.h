/* Running a module of the program as __main__. */
#ifndef OXIDIZE_RUN_MODULE_H
#define OXIDIZE_RUN_MODULE_H

#include "finder.h"

/* What the module's code gives; NULL with an exception set. `index` is its row. */
PyObject *run_module(Finder *finder, const char *name, uint32_t index);

#endif
