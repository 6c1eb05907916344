/* The start: CPython from here on, for a program whose container is open. */
#ifndef OXIDIZE_START_H
#define OXIDIZE_START_H

#include "container.h"

/* Runs the application to its end; returns the exit code. The container must stay. */
typedef int oxidize_start_function(struct container *container, int argc, char **argv);

__attribute__((visibility("default"))) oxidize_start_function oxidize_start;

#endif
