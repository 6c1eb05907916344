/* The entry: this program's own folder below the one that extraction uses, private to the user.
 * docs/extraction.md says where that is. For POSIX systems. */
#ifndef OXIDIZE_EXTRACT_ENTRY_H
#define OXIDIZE_EXTRACT_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

/* Makes the entry in the first folder that can be written, and executed from if asked. NULL:
 * `error` says in one line why, naming the folders that were tried. */
const char *extract_entry(bool executable, char *error, size_t error_size);

/* Has the processes that take this one's place, and their children, count as users of the entry: as
 * long as one lives, it stays. */
void extract_entry_hand_on(void);

/* Creates a folder and those around it, private to the user. */
bool extract_make_folders(char *path);

#endif
