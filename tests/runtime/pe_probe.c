/* A program around runtime/pe_image.c and runtime/pe_map.c for tests: lays out a DLL as Windows'
 * launcher does, and walks all of it that the launcher reads.
 *
 *   pe_probe FILE              prints what was found; exit 1 with the reason if it is refused
 *   pe_probe FILE SEED COUNT   walks COUNT damaged copies */
#include "pe_map.h"

#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Windows ---- */

enum { MOST_MEMORY = 1 << 24 };

void *VirtualAlloc(void *place, size_t size, DWORD kind, DWORD access) {
    (void)kind;
    (void)access;
    void *memory;
    if (place != NULL || size > MOST_MEMORY || posix_memalign(&memory, 4096, size) != 0)
        return NULL;
    return memset(memory, 0, size);
}

BOOL VirtualProtect(void *place, size_t size, DWORD access, DWORD *before) {
    (void)access;
    (void)before;
    if (__asan_region_is_poisoned(place, size) != NULL)
        abort();
    return 1;
}

BOOL VirtualFree(void *place, size_t size, DWORD kind) {
    (void)size;
    (void)kind;
    free(place);
    return 1;
}

HANDLE GetCurrentProcess(void) { return NULL; }

BOOL FlushInstructionCache(HANDLE process, const void *place, size_t size) {
    (void)process;
    (void)place;
    (void)size;
    return 1;
}

/* ---- walking ---- */

struct found {
    unsigned exports, imports;
    const char *error;
};

static unsigned count_exports(const struct pe_image *image) {
    uint32_t size;
    unsigned count = 0;
    const char *forward;
    const IMAGE_EXPORT_DIRECTORY *table =
        pe_image_directory(image, IMAGE_DIRECTORY_ENTRY_EXPORT, &size);
    if (table == NULL || size < sizeof *table)
        return 0;
    for (uint64_t i = 0; i < table->NumberOfNames && i < UINT16_MAX; i++) {
        const uint32_t *name =
            pe_image_at(image, table->AddressOfNames + i * sizeof *name, sizeof *name);
        struct pe_symbol symbol = {name == NULL ? NULL : pe_image_text(image, *name), (uint16_t)i};
        count += pe_image_export(image, symbol, &forward) != NULL || forward != NULL;
    }
    return count;
}

/* As imports are linked: a name is read, an address is written. */
static unsigned count_imports(const struct pe_image *image) {
    uint32_t left;
    unsigned count = 0;
    bool damaged = false;
    const IMAGE_IMPORT_DESCRIPTOR *at =
        pe_image_directory(image, IMAGE_DIRECTORY_ENTRY_IMPORT, &left);
    for (; at != NULL && !damaged && left >= sizeof *at && at->Name != 0;
         at++, left -= sizeof *at) {
        uint32_t index = 0;
        struct pe_symbol symbol;
        uint64_t *place;
        damaged = pe_image_text(image, at->Name) == NULL;
        while (!damaged && pe_image_next_import(image, at, &index, &symbol, &place, &damaged)) {
            *place = symbol.name == NULL ? symbol.ordinal : strlen(symbol.name);
            count++;
        }
    }
    return count;
}

static bool walk(const unsigned char *data, size_t size, struct found *found) {
    static char error[256];
    struct pe_image image;
    found->error = error;
    if (!pe_map(&image, data, size, error, sizeof error))
        return false;
    found->exports = count_exports(&image);
    found->imports = count_imports(&image);
    bool protected = pe_map_protect(&image);
    found->error = "it can't be protected";
    pe_unmap(&image);
    return protected;
}

/* ---- damage ---- */

/* Half of it in the first page, which has the headers. */
static void damage(unsigned char *data, size_t size) {
    for (int i = rand() % 4; i >= 0; i--) {
        size_t most = rand() % 2 && size > 1024 ? 1024 : size;
        unsigned char *place = &data[(size_t)rand() % most];
        *place = rand() % 2 ? (unsigned char)(*place ^ 1 << rand() % 8) : (unsigned char)rand();
    }
}

static int walk_damaged(const unsigned char *whole, size_t size, unsigned seed, int count) {
    struct found found;
    srand(seed);
    for (int i = 0; i < count; i++) {
        size_t kept = rand() % 8 ? size : (size_t)rand() % size;
        unsigned char *data = malloc(kept + 1); /* never empty */
        if (data == NULL)
            return 2;
        memcpy(data, whole, kept);
        if (kept > 0)
            damage(data, kept);
        walk(data, kept, &found);
        free(data);
    }
    return 0;
}

static unsigned char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    unsigned char *data = file == NULL ? NULL : malloc(MOST_MEMORY);
    *size = data == NULL ? 0 : fread(data, 1, MOST_MEMORY, file);
    if (file != NULL)
        fclose(file);
    return *size == 0 ? NULL : realloc(data, *size);
}

static int tell(const unsigned char *data, size_t size) {
    struct found found;
    if (!walk(data, size, &found))
        return printf("%s\n", found.error) > 0;
    return printf("%u exports, %u imports\n", found.exports, found.imports) < 0;
}

int main(int argc, char **argv) {
    size_t size;
    unsigned char *data = argc > 1 ? read_file(argv[1], &size) : NULL;
    if (data == NULL)
        return 2;
    int code = argc > 3 ? walk_damaged(data, size, (unsigned)atoi(argv[2]), atoi(argv[3]))
                        : tell(data, size);
    free(data);
    return code;
}
