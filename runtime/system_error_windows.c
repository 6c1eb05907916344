/* What Windows says of an error: see system_error.h. */
#include "system_error.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "utf16.h"

void system_error_text(unsigned long code, char *text, size_t size) {
    wchar_t wide[256];
    DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                                  code, 0, wide, sizeof wide / sizeof *wide, NULL);
    while (length > 0 && (wide[length - 1] == L'\n' || wide[length - 1] == L'\r'))
        wide[--length] = L'\0';
    char *utf8 = length == 0 ? NULL : utf8_of(wide);
    if (utf8 != NULL)
        snprintf(text, size, "%s", utf8);
    else
        snprintf(text, size, "error %lu", code);
    free(utf8);
}
