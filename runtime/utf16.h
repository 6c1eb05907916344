/* UTF-16: what Windows is told in, from and to the UTF-8 that this program speaks. */
#ifndef OXIDIZE_UTF16_H
#define OXIDIZE_UTF16_H

#include <wchar.h>

/* On the heap; NULL when out of memory. What isn't UTF-8 becomes U+FFFD. */
wchar_t *utf16_of(const char *text);
char *utf8_of(const wchar_t *text);

/* utf16_of a path, with Windows's own separators. */
wchar_t *utf16_of_path(const char *path);

#endif
