/* The attributes of `sys` that tell a program what it is. */
#ifndef OXIDIZE_SYS_ATTRIBUTES_H
#define OXIDIZE_SYS_ATTRIBUTES_H

#include "settings.h"

/* -1 with an exception set on failure. */
int sys_attributes_set(const struct settings *settings, int argc, char **argv);

#endif
