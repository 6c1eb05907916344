/* What Windows says of an error, in UTF-8. */
#ifndef OXIDIZE_SYSTEM_ERROR_H
#define OXIDIZE_SYSTEM_ERROR_H

#include <stddef.h>

/* In one line; `code` is one of GetLastError(). */
void system_error_text(unsigned long code, char *text, size_t size);

#endif
