/* The allocators: which of CPython's memory domains the C library's malloc serves. */
#ifndef OXIDIZE_ALLOCATORS_H
#define OXIDIZE_ALLOCATORS_H

#include "settings.h"

/* After Python is pre-initialised with `pre`, and before it is initialised. */
void allocators_install(const struct settings *settings, const PyPreConfig *pre);

#endif
