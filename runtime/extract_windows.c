/* Extraction on Windows: FOLDER\<identity>\<name>, each file written beside and renamed. */
#include "extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <aclapi.h>

#include "map_file.h"
#include "system_error.h"
#include "utf16.h"

enum {
    HEX_SIZE = 2 * 16,
    KEEP_DAYS = 30,
    TRIED_SIZE = 320,
    LONGEST_ENTRY = 4096,
    CANDIDATES = 3,
};

static const int64_t TICKS_OF_A_DAY = 24LL * 60 * 60 * 10 * 1000 * 1000;
static const char IN_USE[] = "in-use"; /* a file that each process holds open */

static char identity_hex[HEX_SIZE + 1];
static char entry_path[LONGEST_ENTRY]; /* this program's folder, once there is one */

void extract_identify(const unsigned char identity[EXTRACT_IDENTITY_SIZE]) {
    for (int i = 0; i < HEX_SIZE / 2; i++)
        snprintf(identity_hex + 2 * i, 3, "%02x", identity[i]);
}

static bool join(char *path, size_t size, const char *folder, const char *name) {
    int length = snprintf(path, size, "%s\\%s", folder, name);
    for (char *at = path; *at != '\0'; at++)
        if (*at == '/')
            *at = '\\';
    return length >= 0 && (size_t)length < size;
}

/* ---- folders ---- */

static bool make_folder(const char *path) {
    wchar_t *wide = utf16_of_path(path);
    bool made =
        wide != NULL && (CreateDirectoryW(wide, NULL) || GetLastError() == ERROR_ALREADY_EXISTS);
    free(wide);
    return made;
}

/* Creates a folder and those around it, from after `from` on. */
static bool make_folders(char *path, size_t from) {
    for (char *slash = strchr(path + from, '\\'); slash != NULL; slash = strchr(slash + 1, '\\')) {
        *slash = '\0';
        make_folder(path); /* what fails here shows at the last */
        *slash = '\\';
    }
    return make_folder(path);
}

/* The user that this process runs as, on the heap: TOKEN_USER. */
static void *own_user(void) {
    HANDLE token;
    DWORD size = 0;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return NULL;
    GetTokenInformation(token, TokenUser, NULL, 0, &size);
    void *user = malloc(size);
    if (user != NULL && !GetTokenInformation(token, TokenUser, user, size, &size)) {
        free(user);
        user = NULL;
    }
    CloseHandle(token);
    return user;
}

/* Whether the folder is the user's own, or, where an administrator works, the administrators'. */
static bool is_own(const char *path) {
    wchar_t *wide = utf16_of_path(path);
    TOKEN_USER *user = own_user();
    PSID owner = NULL;
    PSECURITY_DESCRIPTOR descriptor = NULL;
    bool own =
        wide != NULL && user != NULL &&
        GetNamedSecurityInfoW(wide, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL, NULL,
                              NULL, &descriptor) == ERROR_SUCCESS &&
        (EqualSid(owner, user->User.Sid) || IsWellKnownSid(owner, WinBuiltinAdministratorsSid));
    if (descriptor != NULL)
        LocalFree(descriptor);
    free(user);
    free(wide);
    return own;
}

/* ---- what no program has used for a month ---- */

static void remove_tree(const wchar_t *folder) {
    wchar_t path[LONGEST_ENTRY];
    WIN32_FIND_DATAW found;
    if (swprintf(path, LONGEST_ENTRY, L"%ls\\*", folder) < 0)
        return;
    HANDLE search = FindFirstFileW(path, &found);
    for (BOOL more = search != INVALID_HANDLE_VALUE; more; more = FindNextFileW(search, &found)) {
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0 ||
            swprintf(path, LONGEST_ENTRY, L"%ls\\%ls", folder, found.cFileName) < 0)
            continue;
        bool is_folder = (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
        if (is_folder && !(found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT))
            remove_tree(path);
        else if (is_folder)
            RemoveDirectoryW(path);
        else
            DeleteFileW(path);
    }
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    RemoveDirectoryW(folder);
}

static int64_t ticks_of(FILETIME time) {
    return (int64_t)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
}

static bool is_entry(const wchar_t *name) {
    return wcslen(name) == HEX_SIZE && wcsspn(name, L"0123456789abcdef") == HEX_SIZE;
}

/* Its mark can't be deleted while a process holds it, and tells when the last one began. */
static bool is_unused(const wchar_t *entry) {
    wchar_t mark[LONGEST_ENTRY];
    WIN32_FILE_ATTRIBUTE_DATA data;
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    return swprintf(mark, LONGEST_ENTRY, L"%ls\\%hs", entry, IN_USE) > 0 &&
           GetFileAttributesExW(mark, GetFileExInfoStandard, &data) &&
           ticks_of(now) - ticks_of(data.ftLastWriteTime) > KEEP_DAYS * TICKS_OF_A_DAY &&
           DeleteFileW(mark);
}

static void sweep(const char *folder) {
    wchar_t path[LONGEST_ENTRY], *wide = utf16_of_path(folder);
    WIN32_FIND_DATAW found;
    bool fits = wide != NULL && swprintf(path, LONGEST_ENTRY, L"%ls\\*", wide) > 0;
    HANDLE search = fits ? FindFirstFileW(path, &found) : INVALID_HANDLE_VALUE;
    for (BOOL more = search != INVALID_HANDLE_VALUE; more; more = FindNextFileW(search, &found))
        if (is_entry(found.cFileName) &&
            swprintf(path, LONGEST_ENTRY, L"%ls\\%ls", wide, found.cFileName) > 0 &&
            is_unused(path))
            remove_tree(path);
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    free(wide);
}

/* Tells the sweep of other programs that this one is used, as long as this process lives: its file
 * stays open. Shows, too, whether something can be written. */
static bool mark_used(const char *entry) {
    char path[LONGEST_ENTRY];
    wchar_t *wide = join(path, sizeof path, entry, IN_USE) ? utf16_of(path) : NULL;
    HANDLE file = wide == NULL ? INVALID_HANDLE_VALUE
                               : CreateFileW(wide, GENERIC_READ | GENERIC_WRITE,
                                             FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS,
                                             FILE_ATTRIBUTE_NORMAL, NULL);
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    free(wide);
    return file != INVALID_HANDLE_VALUE && SetFileTime(file, NULL, NULL, &now);
}

/* Makes FOLDER\<identity> if the folder serves. */
static bool use_folder(char *folder, char *entry, size_t entry_size) {
    if (!make_folders(folder, 3) || !is_own(folder) ||
        !join(entry, entry_size, folder, identity_hex))
        return false;
    if (!make_folder(entry) || !is_own(entry) || !mark_used(entry))
        return false;
    sweep(folder);
    return true;
}

/* The candidates, in order; an empty text for one that doesn't apply. */
static void candidate(int index, char *out, size_t size) {
    static const wchar_t *const variables[CANDIDATES] = {L"OXIDIZE_EXTRACT_DIR", L"LOCALAPPDATA",
                                                         L"TEMP"};
    wchar_t value[LONGEST_ENTRY];
    DWORD length = GetEnvironmentVariableW(variables[index], value, LONGEST_ENTRY);
    char *utf8 = length == 0 || length >= LONGEST_ENTRY ? NULL : utf8_of(value);
    out[0] = '\0';
    /* Absolute: of a drive, or of another machine. */
    if (utf8 != NULL && (utf8[1] == ':' || utf8[0] == '\\') &&
        !join(out, size, utf8, "oxidize-programs"))
        out[0] = '\0';
    free(utf8);
}

/* The entry of this program in the first folder that serves; found once. */
static const char *find_entry(char *error, size_t error_size) {
    char tried[TRIED_SIZE] = "", folder[LONGEST_ENTRY - HEX_SIZE - 2];
    if (entry_path[0] != '\0')
        return entry_path;
    for (int i = 0; i < CANDIDATES; i++) {
        candidate(i, folder, sizeof folder);
        if (folder[0] == '\0')
            continue;
        if (use_folder(folder, entry_path, sizeof entry_path))
            return entry_path;
        size_t at = strlen(tried);
        snprintf(tried + at, sizeof tried - at, "%s%s", at ? ", " : "", folder);
        entry_path[0] = '\0';
    }
    snprintf(error, error_size, "no folder to write files in: tried %s; set OXIDIZE_EXTRACT_DIR",
             tried);
    return NULL;
}

const char *extract_inside(const char *path) {
    size_t size = strlen(entry_path);
    return size > 0 && _strnicmp(path, entry_path, size) == 0 &&
                   (path[size] == '\\' || path[size] == '/')
               ? path + size + 1
               : NULL;
}

/* ---- files ---- */

static bool same_bytes(HANDLE file, const void *data, size_t size) {
    unsigned char piece[1 << 14];
    DWORD got;
    for (size_t at = 0; at < size; at += got)
        if (!ReadFile(file, piece, sizeof piece, &got, NULL) || got == 0 || got > size - at ||
            memcmp(piece, (const unsigned char *)data + at, got) != 0)
            return false;
    return true;
}

/* A file with just these bytes. */
static bool is_there(const wchar_t *path, const void *data, size_t size) {
    LARGE_INTEGER there;
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    bool good = GetFileSizeEx(file, &there) && (uint64_t)there.QuadPart == size &&
                same_bytes(file, data, size);
    CloseHandle(file);
    return good;
}

static bool write_all(HANDLE file, const unsigned char *data, size_t size) {
    DWORD written;
    for (size_t at = 0; at < size; at += written) {
        size_t left = size - at;
        if (!WriteFile(file, data + at, left > 1 << 30 ? 1 << 30 : (DWORD)left, &written, NULL))
            return false;
    }
    return true;
}

/* False with the system's last error. */
static bool write_beside(const wchar_t *path, const void *data, size_t size) {
    wchar_t beside[LONGEST_ENTRY];
    if (swprintf(beside, LONGEST_ENTRY, L"%ls.%lu-%lu", path, GetCurrentProcessId(),
                 GetCurrentThreadId()) < 0)
        return false;
    HANDLE file =
        CreateFileW(beside, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    bool good = write_all(file, data, size);
    DWORD problem = GetLastError();
    CloseHandle(file);
    if (good && MoveFileExW(beside, path, MOVEFILE_REPLACE_EXISTING))
        return true;
    if (good)
        problem = GetLastError();
    DeleteFileW(beside);
    SetLastError(problem);
    return false;
}

static bool make_file(char *path, const void *data, size_t size, size_t entry_size) {
    char *slash = strrchr(path, '\\');
    wchar_t *wide = utf16_of(path);
    if (slash > path + entry_size) {
        *slash = '\0';
        make_folders(path, entry_size + 1);
        *slash = '\\';
    }
    bool good = wide != NULL && (is_there(wide, data, size) || write_beside(wide, data, size));
    DWORD problem = GetLastError();
    /* Another process may have been first, and have it in use. */
    good = good || (wide != NULL && is_there(wide, data, size));
    free(wide);
    SetLastError(problem);
    return good;
}

bool extract_file(const char *name, const void *data, size_t size, bool executable, char *path,
                  size_t path_size, char *error, size_t error_size) {
    (void)executable;
    const char *entry = find_entry(error, error_size);
    if (entry == NULL)
        return false;
    if (!join(path, path_size, entry, name)) {
        snprintf(error, error_size, "too long a path: %s\\%s", entry, name);
        return false;
    }
    if (make_file(path, data, size, strlen(entry)))
        return true;
    char why[256];
    system_error_text(GetLastError(), why, sizeof why);
    snprintf(error, error_size, "can't write %s: %s", path, why);
    return false;
}
