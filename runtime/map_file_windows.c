/* Mapping a file on Windows. */
#include "map_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "system_error.h"
#include "utf16.h"

/* NULL with the system's last error. */
static const void *map(HANDLE file, uint64_t *size) {
    LARGE_INTEGER bytes;
    if (!GetFileSizeEx(file, &bytes))
        return NULL;
    *size = (uint64_t)bytes.QuadPart;
    if (*size == 0)
        return ""; /* nothing can be mapped */
    HANDLE mapping = CreateFileMappingW(file, NULL, PAGE_READONLY, 0, 0, NULL);
    const void *data = mapping == NULL ? NULL : MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0);
    DWORD problem = GetLastError();
    if (mapping != NULL)
        CloseHandle(mapping);
    SetLastError(problem);
    return data;
}

const void *map_file(const char *path, uint64_t *size, char *why, size_t why_size) {
    wchar_t *wide = utf16_of_path(path);
    HANDLE file = wide == NULL
                      ? INVALID_HANDLE_VALUE
                      : CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                                    OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    const void *data = file == INVALID_HANDLE_VALUE ? NULL : map(file, size);
    if (data == NULL)
        system_error_text(GetLastError(), why, why_size);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    free(wide);
    return data;
}
