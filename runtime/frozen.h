/* Frozen modules: what CPython imports before our importer can be there, from the container. */
#ifndef OXIDIZE_FROZEN_H
#define OXIDIZE_FROZEN_H

#include "container.h"

/* Points PyImport_FrozenModules into the container; before Python is initialised. False when one of
 * the modules is damaged. */
bool frozen_install(struct container *container, int level);

#endif
