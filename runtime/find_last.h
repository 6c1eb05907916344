/* The last place of a character in a text that needn't end in NUL. */
#ifndef OXIDIZE_FIND_LAST_H
#define OXIDIZE_FIND_LAST_H

#include <stddef.h>

/* NULL when there is none. (memrchr is an extension that not all systems have.) */
static inline const char *find_last(const char *text, size_t size, char wanted) {
    while (size > 0)
        if (text[--size] == wanted)
            return text + size;
    return NULL;
}

#endif
