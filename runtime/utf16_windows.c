/* UTF-16: see utf16.h. */
#include "utf16.h"

#include <stdlib.h>
#include <windows.h>

wchar_t *utf16_of(const char *text) {
    int size = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    wchar_t *wide = malloc((size_t)size * sizeof *wide);
    if (wide != NULL)
        MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, size);
    return wide;
}

char *utf8_of(const wchar_t *text) {
    int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *narrow = malloc((size_t)size);
    if (narrow != NULL)
        WideCharToMultiByte(CP_UTF8, 0, text, -1, narrow, size, NULL, NULL);
    return narrow;
}

wchar_t *utf16_of_path(const char *path) {
    wchar_t *wide = utf16_of(path);
    for (wchar_t *at = wide; at != NULL && *at != L'\0'; at++)
        if (*at == L'/')
            *at = L'\\';
    return wide;
}
