/* The modules in memory: see pe_modules.h. */
#include "pe_modules.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "pe_map.h"
#include "pe_system.h"

/* Never freed: readers take no lock, as one may be in the midst of an exception. */
struct dll {
    struct dll *next, *previous;
    struct pe_image image;
    bool quiet, attached, waiting;
    wchar_t path[];
};

static struct dll *first, *last;
static CRITICAL_SECTION loading;

typedef BOOL(WINAPI *entry_function)(void *, DWORD, void *);

enum {
    MOST_FORWARDS = 8,
    /* Libraries that mingw links have a table for its callbacks, and a mark, but no variables. */
    MINGW_MARK = 8,
    LENT_SIZE = 4096,
    MOST_ALIGNMENT = 5, /* 16 bytes */
    TEB_BLOCKS = 0x58,  /* ThreadLocalStoragePointer */
};

static bool dll_fails(char *error, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error, size, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- finding ---- */

static const wchar_t *base_name(const wchar_t *path) {
    const wchar_t *slash = wcsrchr(path, L'\\'), *other = wcsrchr(path, L'/');
    const wchar_t *end = slash > other ? slash : other;
    return end == NULL ? path : end + 1;
}

static bool is_name(const struct dll *module, const wchar_t *name) {
    const wchar_t *own = base_name(module->path);
    size_t size = wcslen(name);
    return _wcsicmp(own, name) == 0 ||
           (wcschr(name, L'.') == NULL && _wcsnicmp(own, name, size) == 0 &&
            _wcsicmp(own + size, L".dll") == 0);
}

/* Folders may be separated either way. */
static bool is_path(const wchar_t *a, const wchar_t *b) {
    for (; *a != L'\0' && *b != L'\0'; a++, b++) {
        bool both = (*a == L'\\' || *a == L'/') && (*b == L'\\' || *b == L'/');
        if (!both && towlower(*a) != towlower(*b))
            return false;
    }
    return *a == *b;
}

static struct dll *find_dll(const wchar_t *name) {
    bool bare = base_name(name) == name;
    for (struct dll *each = first; each != NULL; each = each->next)
        if (each->image.base != NULL && (bare ? is_name(each, name) : is_path(each->path, name)))
            return each;
    return NULL;
}

static struct dll *around(const void *address) {
    for (struct dll *each = first; each != NULL; each = each->next)
        if (each->image.base != NULL && pe_image_contains(&each->image, address))
            return each;
    return NULL;
}

static struct dll *of(void *handle) {
    struct dll *module = handle == NULL ? NULL : around(handle);
    return module != NULL && module->image.base == handle ? module : NULL;
}

void *pe_modules_find(const wchar_t *name) {
    struct dll *module = find_dll(name);
    return module == NULL ? NULL : module->image.base;
}

void *pe_modules_around(const void *address) {
    struct dll *module = around(address);
    return module == NULL ? NULL : module->image.base;
}

const wchar_t *pe_modules_path(void *handle) {
    struct dll *module = of(handle);
    return module == NULL ? NULL : module->path;
}

void pe_modules_quieten(void *handle) {
    struct dll *module = of(handle);
    if (module != NULL)
        module->quiet = true;
}

/* ---- symbols ---- */

/* Where imports of a DLL come from: a module in memory, or else the system's. */
static void *provider(const char *name) {
    wchar_t wide[MAX_PATH];
    if (MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, MAX_PATH) == 0)
        return NULL;
    void *own = pe_modules_find(wide);
    return own != NULL ? own : pe_system_module(wide);
}

static void *symbol_of(void *handle, struct pe_symbol symbol, int depth);

/* "MODULE.NAME" or "MODULE.#NUMBER". */
static void *follow(const char *forward, int depth) {
    char name[MAX_PATH];
    const char *dot = strrchr(forward, '.');
    if (dot == NULL || depth == MOST_FORWARDS ||
        snprintf(name, sizeof name, "%.*s.dll", (int)(dot - forward), forward) >= (int)sizeof name)
        return NULL;
    struct pe_symbol symbol = {dot[1] == '#' ? NULL : dot + 1, 0};
    if (symbol.name == NULL)
        symbol.ordinal = (uint16_t)atoi(dot + 2);
    void *handle = provider(name);
    return handle == NULL ? NULL : symbol_of(handle, symbol, depth + 1);
}

static void *symbol_of(void *handle, struct pe_symbol symbol, int depth) {
    struct dll *module = of(handle);
    const char *forward;
    if (module == NULL)
        return pe_system_symbol(handle, symbol);
    void *address = pe_image_export(&module->image, symbol, &forward);
    return forward == NULL ? address : follow(forward, depth);
}

void *pe_modules_symbol(void *handle, struct pe_symbol symbol) {
    void *address = symbol_of(handle, symbol, 0);
    if (address == NULL)
        SetLastError(ERROR_PROC_NOT_FOUND);
    return address;
}

/* ---- linking ---- */

static bool missing(const struct pe_symbol *symbol, const char *from, char *error, size_t size) {
    if (symbol->name == NULL)
        return dll_fails(error, size, "%s has no function number %u", from, symbol->ordinal);
    return dll_fails(error, size, "%s has no %s", from, symbol->name);
}

static bool import_from(const struct pe_image *image, const IMAGE_IMPORT_DESCRIPTOR *descriptor,
                        char *error, size_t size) {
    const char *name = pe_image_text(image, descriptor->Name);
    uint32_t index = 0;
    struct pe_symbol symbol;
    uint64_t *place;
    bool damaged = name == NULL;
    void *handle = damaged ? NULL : provider(name);
    if (!damaged && handle == NULL)
        return dll_fails(error, size, "it needs %s, which neither this program nor the system has",
                         name);
    while (!damaged && pe_image_next_import(image, descriptor, &index, &symbol, &place, &damaged)) {
        *place = (uint64_t)(uintptr_t)symbol_of(handle, symbol, 0);
        if (*place == 0)
            return missing(&symbol, name, error, size);
    }
    return !damaged || dll_fails(error, size, "its imports are damaged");
}

static bool import_all(const struct pe_image *image, char *error, size_t size) {
    uint32_t left;
    const IMAGE_IMPORT_DESCRIPTOR *at =
        pe_image_directory(image, IMAGE_DIRECTORY_ENTRY_IMPORT, &left);
    for (; at != NULL && left >= sizeof *at && at->Name != 0; at++, left -= sizeof *at)
        if (!import_from(image, at, error, size))
            return false;
    return true;
}

/* ---- variables of threads ---- */

static const IMAGE_TLS_DIRECTORY64 *tls_of(const struct pe_image *image) {
    uint32_t size = 0;
    const IMAGE_TLS_DIRECTORY64 *tls = pe_image_directory(image, IMAGE_DIRECTORY_ENTRY_TLS, &size);
    return size < sizeof *tls ? NULL : tls;
}

static uint64_t template_size(const IMAGE_TLS_DIRECTORY64 *tls) {
    return tls->EndAddressOfRawData - tls->StartAddressOfRawData;
}

static uint64_t variables_size(const IMAGE_TLS_DIRECTORY64 *tls) {
    return template_size(tls) + tls->SizeOfZeroFill;
}

/* Variables of which each thread has its own are in blocks that the system's loader makes for
 * modules that it knows: it knows the program. So the program asks for a block that it doesn't use
 * itself, and lends it to one module. */
__attribute__((used, section(".tls$LENT"))) static char lent[LENT_SIZE];

extern ULONG _tls_index;
static const IMAGE_TLS_DIRECTORY64 *borrower;

/* Of this thread. */
static void fill_block(void) {
    void **blocks = *(void ***)((char *)NtCurrentTeb() + TEB_BLOCKS);
    unsigned char *block = blocks[_tls_index];
    memcpy(block, (const void *)(uintptr_t)borrower->StartAddressOfRawData,
           template_size(borrower));
    memset(block + template_size(borrower), 0, borrower->SizeOfZeroFill);
}

/* Threads that run already are the system's own, and run none of the module's code. */
static bool lend(const struct pe_image *image, const IMAGE_TLS_DIRECTORY64 *tls) {
    uint64_t base = (uint64_t)(uintptr_t)image->base;
    DWORD *index = pe_image_at(image, tls->AddressOfIndex - base, sizeof *index);
    bool inside = pe_image_at(image, tls->StartAddressOfRawData - base, template_size(tls)) != NULL;
    /* A power of two plus one, as sections have it. */
    unsigned alignment = tls->Characteristics >> 20 & 0xF;
    if (borrower != NULL || index == NULL || !inside || variables_size(tls) > LENT_SIZE ||
        alignment > MOST_ALIGNMENT)
        return false;
    *index = _tls_index;
    borrower = tls;
    fill_block();
    return true;
}

/* ---- running ---- */

static bool call_tls(const struct pe_image *image, DWORD reason) {
    const IMAGE_TLS_DIRECTORY64 *tls = tls_of(image);
    uint64_t at = tls == NULL ? 0 : tls->AddressOfCallBacks;
    if (at == 0)
        return true;
    for (;; at += sizeof at) {
        const uint64_t *callback =
            pe_image_at(image, at - (uint64_t)(uintptr_t)image->base, sizeof at);
        if (callback == NULL || *callback == 0)
            return callback != NULL;
        ((PIMAGE_TLS_CALLBACK)(uintptr_t)*callback)(image->base, reason, NULL);
    }
}

/* `ending`: as the system's loader says it to DLLs when the process ends. */
static bool call_entry(const struct pe_image *image, DWORD reason, bool ending) {
    uint32_t offset = image->headers.OptionalHeader.AddressOfEntryPoint;
    void *address = offset == 0 ? NULL : pe_image_at(image, offset, 1);
    if (address == NULL)
        return offset == 0;
    return ((entry_function)address)(image->base, reason, ending ? image->base : NULL) ||
           reason != DLL_PROCESS_ATTACH;
}

static void tell(struct dll *module, DWORD reason) {
    if (module->attached && (!module->quiet || reason == DLL_PROCESS_DETACH)) {
        call_tls(&module->image, reason);
        call_entry(&module->image, reason, reason == DLL_PROCESS_DETACH);
    }
}

/* The system tells the program itself of threads and of the end, and the program its modules: the
 * newest last, but first of ends. */
static void WINAPI tell_all(void *program, DWORD reason, void *unused) {
    (void)program;
    (void)unused;
    if (reason == DLL_PROCESS_ATTACH)
        InitializeCriticalSection(&loading);
    else if (reason == DLL_THREAD_ATTACH) {
        if (borrower != NULL)
            fill_block();
        for (struct dll *each = first; each != NULL; each = each->next)
            tell(each, reason);
    } else
        for (struct dll *each = last; each != NULL; each = each->previous)
            tell(each, reason);
}

__attribute__((used, section(".CRT$XLM"))) static const PIMAGE_TLS_CALLBACK callback = tell_all;

/* ---- loading ---- */

static struct dll *add_dll(const wchar_t *path, const struct pe_image *image) {
    struct dll *module = calloc(1, sizeof *module + (wcslen(path) + 1) * sizeof *path);
    if (module == NULL)
        return NULL;
    module->image = *image;
    wcscpy(module->path, path);
    module->previous = last;
    MemoryBarrier();
    if (last == NULL)
        first = module;
    else
        last->next = module;
    return last = module;
}

static bool unwind(const struct pe_image *image) {
    uint32_t size;
    RUNTIME_FUNCTION *table = pe_image_directory(image, IMAGE_DIRECTORY_ENTRY_EXCEPTION, &size);
    return table == NULL ||
           RtlAddFunctionTable(table, size / sizeof *table, (uint64_t)(uintptr_t)image->base);
}

static bool attach(struct dll *module, char *error, size_t size) {
    if (!unwind(&module->image))
        return dll_fails(error, size, "its exceptions can't be made known");
    if (!call_tls(&module->image, DLL_PROCESS_ATTACH) ||
        !call_entry(&module->image, DLL_PROCESS_ATTACH, false))
        return dll_fails(error, size, "it refused to start");
    return module->attached = true;
}

static enum pe_outcome give_variables(const struct pe_image *image, char *error, size_t size) {
    const IMAGE_TLS_DIRECTORY64 *tls = tls_of(image);
    if (tls == NULL || variables_size(tls) <= MINGW_MARK || lend(image, tls))
        return PE_LOADED;
    dll_fails(error, size, "it has variables that each thread has its own of");
    return PE_NEEDS_A_FILE;
}

/* An image that is linked and whose code can run. */
static bool link(const struct pe_image *image, char *error, size_t size) {
    return import_all(image, error, size) &&
           (pe_map_protect(image) ||
            dll_fails(error, size, "this system lets no code run from memory"));
}

/* Gives back an image in which nothing has run. */
static void discard(struct pe_image image) {
    if (borrower != NULL && pe_image_contains(&image, borrower))
        borrower = NULL;
    pe_unmap(&image);
}

static void drop(struct dll *module) {
    struct pe_image image = module->image;
    module->waiting = false;
    module->image.base = NULL;
    discard(image);
}

static enum pe_outcome load_dll(const wchar_t *path, const void *data, size_t size, bool in_cycle,
                                char *error, size_t error_size) {
    struct pe_image image;
    if (!pe_map(&image, data, size, error, error_size))
        return PE_FAILED;
    enum pe_outcome outcome = give_variables(&image, error, error_size);
    if (outcome == PE_LOADED && !in_cycle && !link(&image, error, error_size))
        outcome = PE_FAILED;
    struct dll *module = outcome == PE_LOADED ? add_dll(path, &image) : NULL;
    if (module == NULL) {
        discard(image);
        return outcome == PE_LOADED ? PE_FAILED : outcome;
    }
    module->waiting = in_cycle;
    if (in_cycle || attach(module, error, error_size))
        return PE_LOADED;
    /* What it has begun may go on in other threads: its memory stays. */
    module->image.base = NULL;
    return PE_FAILED;
}

enum pe_outcome pe_modules_load(const wchar_t *path, const void *data, size_t size, bool in_cycle,
                                char *error, size_t error_size) {
    EnterCriticalSection(&loading);
    enum pe_outcome outcome = find_dll(path) != NULL
                                  ? PE_LOADED
                                  : load_dll(path, data, size, in_cycle, error, error_size);
    LeaveCriticalSection(&loading);
    return outcome;
}

void pe_modules_abandon(const wchar_t *path) {
    EnterCriticalSection(&loading);
    struct dll *module = find_dll(path);
    if (module != NULL && module->waiting)
        drop(module);
    LeaveCriticalSection(&loading);
}

static bool link_waiting(char *error, size_t error_size) {
    for (struct dll *each = first; each != NULL; each = each->next)
        if (each->waiting && !link(&each->image, error, error_size))
            return false;
    return true;
}

bool pe_modules_join(char *error, size_t error_size) {
    EnterCriticalSection(&loading);
    /* All are linked before the first of them starts: it may call the others. */
    bool linked = link_waiting(error, error_size), good = linked;
    for (struct dll *each = first; each != NULL; each = each->next) {
        if (!each->waiting)
            continue;
        if (!linked) {
            drop(each);
            continue;
        }
        each->waiting = false;
        good = good && attach(each, error, error_size);
        if (!good)
            each->image.base = NULL;
    }
    LeaveCriticalSection(&loading);
    return good;
}
