/* The places that files can be extracted to. One source file per system. */
#ifndef OXIDIZE_EXTRACT_PLACES_H
#define OXIDIZE_EXTRACT_PLACES_H

#include <stdbool.h>
#include <stddef.h>

/* The programs' folder in the user's own for what can be made again; empty if there is none. */
void extract_place_own(char *out, size_t size);

/* Folders that all users share, in order of preference; NULL after the last. */
extern const char *const extract_places_shared[];

/* Whether files of that folder can be executed. */
bool extract_place_executes(const char *folder);

#endif
