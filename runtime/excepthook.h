/* The exception hook: tracebacks whose source lines come from the container. */
#ifndef OXIDIZE_EXCEPTHOOK_H
#define OXIDIZE_EXCEPTHOOK_H

/* Before 3.13, CPython prints uncaught exceptions in C, reading source lines from disk only; there,
 * replaces sys.excepthook and its sibling for threads. -1 with an exception set on failure. */
int excepthook_install(void);

#endif
