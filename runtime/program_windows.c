/* The program on Windows: what the system has in UTF-16. */
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <corecrt_startup.h>
#include <tlhelp32.h>

#include "utf16.h"

enum { LONGEST_PROGRAM = 32768 };

/* mingw's start would take an argument with * or ? for a pattern of files. */
int _dowildcard = 0;

char *program_path(const char *argv0) {
    (void)argv0;
    wchar_t *wide = malloc(LONGEST_PROGRAM * sizeof *wide);
    DWORD size = wide == NULL ? 0 : GetModuleFileNameW(NULL, wide, LONGEST_PROGRAM);
    char *path = size == 0 ? NULL : utf8_of(wide);
    free(wide);
    return path;
}

char **program_arguments(int *argc, char **argv) {
    (void)argv;
    if (_configure_wide_argv(_crt_argv_unexpanded_arguments) != 0)
        return NULL;
    int count = *argc = *__p___argc();
    char **narrow = calloc((size_t)count + 1, sizeof *narrow);
    for (int i = 0; narrow != NULL && i < count; i++)
        if ((narrow[i] = utf8_of((*__p___wargv())[i])) == NULL)
            return NULL;
    return narrow;
}

/* 0 when it isn't there any more. */
static DWORD parent_id(void) {
    PROCESSENTRY32W entry = {.dwSize = sizeof entry};
    DWORD own = GetCurrentProcessId(), parent = 0;
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (all == INVALID_HANDLE_VALUE)
        return 0;
    for (BOOL more = Process32FirstW(all, &entry); more && parent == 0;
         more = Process32NextW(all, &entry))
        if (entry.th32ProcessID == own)
            parent = entry.th32ParentProcessID;
    CloseHandle(all);
    return parent;
}

bool program_is_parent(const char *program) {
    DWORD id = parent_id(), size = LONGEST_PROGRAM;
    wchar_t *wide = malloc(LONGEST_PROGRAM * sizeof *wide), *own = utf16_of(program);
    HANDLE parent = id == 0 ? NULL : OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id);
    bool same = parent != NULL && wide != NULL && own != NULL &&
                QueryFullProcessImageNameW(parent, 0, wide, &size) && _wcsicmp(wide, own) == 0;
    if (parent != NULL)
        CloseHandle(parent);
    free(own);
    free(wide);
    return same;
}

/* A program without a console has no other place to say why it doesn't start. */
void program_tell(const char *line) {
    HANDLE stream = GetStdHandle(STD_ERROR_HANDLE);
    DWORD written;
    if (stream != NULL && stream != INVALID_HANDLE_VALUE &&
        WriteFile(stream, line, (DWORD)strlen(line), &written, NULL)) {
        WriteFile(stream, "\r\n", 2, &written, NULL);
        return;
    }
    wchar_t *wide = utf16_of(line);
    if (wide != NULL)
        MessageBoxW(NULL, wide, NULL, MB_OK | MB_ICONERROR);
    free(wide);
}
