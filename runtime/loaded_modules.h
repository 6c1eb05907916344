/* The loaded modules: a list of them, written when the program ends, by which a build can leave out
 * all others. */
#ifndef OXIDIZE_LOADED_MODULES_H
#define OXIDIZE_LOADED_MODULES_H

/* Has the list written at the end if the environment variable names a folder. -1 with an exception
 * set on failure. */
int loaded_modules_watch(const char *variable);

#endif
