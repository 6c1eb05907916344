/* The system, as modules in memory see it: see pe_system.h. */
#include "pe_system.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "extract.h"
#include "pe_modules.h"
#include "utf16.h"

/* The file that is this program, by the name that the runtime's imports have. */
static const wchar_t PROGRAM[] = L"oxidize-program.exe";

static const DWORD DATA_ONLY =
    LOAD_LIBRARY_AS_DATAFILE | LOAD_LIBRARY_AS_DATAFILE_EXCLUSIVE | LOAD_LIBRARY_AS_IMAGE_RESOURCE;

/* ---- names ---- */

/* A name in the system's code page, in UTF-16, on the heap; NULL when it can't be had. */
static wchar_t *wide_name(const char *name) {
    int size = MultiByteToWideChar(CP_ACP, 0, name, -1, NULL, 0);
    wchar_t *wide = size <= 0 ? NULL : malloc((size_t)size * sizeof *wide);
    if (wide != NULL)
        MultiByteToWideChar(CP_ACP, 0, name, -1, wide, size);
    return wide;
}

static void *find_narrow(const char *name) {
    wchar_t *wide = name == NULL ? NULL : wide_name(name);
    void *module = wide == NULL ? NULL : pe_modules_find(wide);
    free(wide);
    return module;
}

/* ---- handles by names and addresses ---- */

static HMODULE WINAPI get_module_handle_w(const wchar_t *name) {
    void *module = name == NULL ? NULL : pe_modules_find(name);
    return module != NULL ? module : GetModuleHandleW(name);
}

static HMODULE WINAPI get_module_handle_a(const char *name) {
    void *module = find_narrow(name);
    return module != NULL ? module : GetModuleHandleA(name);
}

static BOOL WINAPI get_module_handle_ex_w(DWORD flags, const wchar_t *name, HMODULE *out) {
    bool address = flags & GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS;
    void *module = name == NULL ? NULL : address ? pe_modules_around(name) : pe_modules_find(name);
    if (module == NULL || out == NULL)
        return GetModuleHandleExW(flags, name, out);
    *out = module;
    return TRUE;
}

static BOOL WINAPI get_module_handle_ex_a(DWORD flags, const char *name, HMODULE *out) {
    bool address = flags & GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS;
    void *module = name == NULL ? NULL : address ? pe_modules_around(name) : find_narrow(name);
    if (module == NULL || out == NULL)
        return GetModuleHandleExA(flags, name, out);
    *out = module;
    return TRUE;
}

/* By which C++ finds the module that an exception is of. */
static void *WINAPI rtl_pc_to_file_header(void *address, void **base) {
    void *module = pe_modules_around(address);
    if (module == NULL)
        return RtlPcToFileHeader(address, base);
    return *base = module;
}

/* ---- paths ---- */

static DWORD WINAPI get_module_file_name_w(HMODULE module, wchar_t *out, DWORD size) {
    const wchar_t *path = pe_modules_path(module);
    if (path == NULL)
        return GetModuleFileNameW(module, out, size);
    size_t length = wcslen(path), fits = length < size ? length : size;
    memcpy(out, path, fits * sizeof *out);
    if (fits < size)
        out[fits] = L'\0';
    else if (size > 0)
        out[size - 1] = L'\0';
    SetLastError(fits < size ? ERROR_SUCCESS : ERROR_INSUFFICIENT_BUFFER);
    return (DWORD)fits;
}

static DWORD WINAPI get_module_file_name_a(HMODULE module, char *out, DWORD size) {
    const wchar_t *path = pe_modules_path(module);
    if (path == NULL)
        return GetModuleFileNameA(module, out, size);
    int length = WideCharToMultiByte(CP_ACP, 0, path, -1, out, (int)size, NULL, NULL);
    return length > 0 ? (DWORD)length - 1 : size;
}

/* ---- loading ---- */

static HMODULE WINAPI load_library_ex_w(const wchar_t *name, HANDLE file, DWORD flags) {
    void *module = name == NULL || flags & DATA_ONLY ? NULL : pe_modules_find(name);
    if (module != NULL)
        return module;
    module = LoadLibraryExW(name, file, flags);
    char *path = module == NULL || flags & DATA_ONLY ? NULL : utf8_of(name);
    if (path != NULL && extract_inside(path) != NULL)
        pe_system_redirect(module);
    free(path);
    return module;
}

static HMODULE WINAPI load_library_w(const wchar_t *name) {
    return load_library_ex_w(name, NULL, 0);
}

static HMODULE WINAPI load_library_ex_a(const char *name, HANDLE file, DWORD flags) {
    wchar_t *wide = name == NULL ? NULL : wide_name(name);
    HMODULE module = load_library_ex_w(wide, file, flags);
    DWORD problem = GetLastError();
    free(wide);
    SetLastError(problem);
    return module;
}

static HMODULE WINAPI load_library_a(const char *name) { return load_library_ex_a(name, NULL, 0); }

/* Modules in memory stay to the end. */
static BOOL WINAPI free_library(HMODULE module) {
    return pe_modules_path(module) != NULL || FreeLibrary(module);
}

static void WINAPI free_library_and_exit_thread(HMODULE module, DWORD code) {
    if (pe_modules_path(module) != NULL)
        ExitThread(code);
    FreeLibraryAndExitThread(module, code);
}

static BOOL WINAPI disable_thread_library_calls(HMODULE module) {
    if (pe_modules_path(module) == NULL)
        return DisableThreadLibraryCalls(module);
    pe_modules_quieten(module);
    return TRUE;
}

static void *WINAPI get_proc_address(HMODULE module, const char *name) {
    bool numbered = (uintptr_t)name <= UINT16_MAX;
    struct pe_symbol symbol = {numbered ? NULL : name, (uint16_t)(uintptr_t)name};
    return pe_modules_path(module) != NULL ? pe_modules_symbol(module, symbol)
                                           : pe_system_symbol(module, symbol);
}

/* ---- in place of the system's own ---- */

static const struct {
    const char *name;
    void *function;
} REPLACED[] = {
    {"DisableThreadLibraryCalls", disable_thread_library_calls},
    {"FreeLibrary", free_library},
    {"FreeLibraryAndExitThread", free_library_and_exit_thread},
    {"GetModuleFileNameA", get_module_file_name_a},
    {"GetModuleFileNameW", get_module_file_name_w},
    {"GetModuleHandleA", get_module_handle_a},
    {"GetModuleHandleExA", get_module_handle_ex_a},
    {"GetModuleHandleExW", get_module_handle_ex_w},
    {"GetModuleHandleW", get_module_handle_w},
    {"GetProcAddress", get_proc_address},
    {"LoadLibraryA", load_library_a},
    {"LoadLibraryExA", load_library_ex_a},
    {"LoadLibraryExW", load_library_ex_w},
    {"LoadLibraryW", load_library_w},
    {"RtlPcToFileHeader", rtl_pc_to_file_header},
};

static void *replacement(const char *name) {
    for (size_t i = 0; name != NULL && i < sizeof REPLACED / sizeof *REPLACED; i++)
        if (strcmp(REPLACED[i].name, name) == 0)
            return REPLACED[i].function;
    return NULL;
}

void *pe_system_module(const wchar_t *name) {
    if (_wcsicmp(name, PROGRAM) == 0)
        return GetModuleHandleW(NULL);
    void *module = GetModuleHandleW(name);
    if (module == NULL)
        module = LoadLibraryExW(name, NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    return module != NULL ? module : LoadLibraryExW(name, NULL, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
}

void *pe_system_symbol(void *module, struct pe_symbol symbol) {
    void *real = (void *)(uintptr_t)GetProcAddress(
        module, symbol.name != NULL ? symbol.name : MAKEINTRESOURCEA(symbol.ordinal));
    void *ours = real == NULL ? NULL : replacement(symbol.name);
    return ours != NULL ? ours : real;
}

/* ---- modules that the system has loaded ---- */

static void redirect(uint64_t *place, void *function) {
    DWORD before;
    if (!VirtualProtect(place, sizeof *place, PAGE_READWRITE, &before))
        return;
    *place = (uint64_t)(uintptr_t)function;
    VirtualProtect(place, sizeof *place, before, &before);
}

void pe_system_redirect(void *module) {
    struct pe_image image;
    struct pe_symbol symbol;
    uint64_t *place;
    uint32_t left;
    bool damaged;
    if (!pe_image_of(&image, module))
        return;
    const IMAGE_IMPORT_DESCRIPTOR *at =
        pe_image_directory(&image, IMAGE_DIRECTORY_ENTRY_IMPORT, &left);
    for (; at != NULL && left >= sizeof *at && at->Name != 0; at++, left -= sizeof *at) {
        uint32_t index = 0;
        while (pe_image_next_import(&image, at, &index, &symbol, &place, &damaged)) {
            void *ours = replacement(symbol.name);
            if (ours != NULL)
                redirect(place, ours);
        }
    }
}
