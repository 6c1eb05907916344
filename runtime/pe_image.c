/* A PE image: see pe_image.h. */
#include "pe_image.h"

#include <string.h>

bool pe_image_of(struct pe_image *image, void *base) {
    const IMAGE_DOS_HEADER *dos = base;
    if (dos == NULL || dos->e_magic != IMAGE_DOS_SIGNATURE)
        return false;
    memcpy(&image->headers, (unsigned char *)base + dos->e_lfanew, sizeof image->headers);
    image->base = base;
    image->size = image->headers.OptionalHeader.SizeOfImage;
    return image->headers.Signature == IMAGE_NT_SIGNATURE &&
           image->headers.OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC;
}

void *pe_image_at(const struct pe_image *image, uint64_t offset, uint64_t size) {
    return offset <= image->size && size <= image->size - offset ? image->base + offset : NULL;
}

const char *pe_image_text(const struct pe_image *image, uint64_t offset) {
    const char *text = pe_image_at(image, offset, 1);
    return text != NULL && memchr(text, 0, image->size - offset) != NULL ? text : NULL;
}

void *pe_image_directory(const struct pe_image *image, unsigned number, uint32_t *size) {
    const IMAGE_OPTIONAL_HEADER64 *optional = &image->headers.OptionalHeader;
    if (number >= optional->NumberOfRvaAndSizes || number >= IMAGE_NUMBEROF_DIRECTORY_ENTRIES)
        return NULL;
    IMAGE_DATA_DIRECTORY entry = optional->DataDirectory[number];
    *size = entry.Size;
    return entry.VirtualAddress == 0 || entry.Size == 0
               ? NULL
               : pe_image_at(image, entry.VirtualAddress, entry.Size);
}

bool pe_image_contains(const struct pe_image *image, const void *address) {
    return (uintptr_t)address - (uintptr_t)image->base < image->size;
}

/* ---- imports ---- */

bool pe_image_next_import(const struct pe_image *image, const IMAGE_IMPORT_DESCRIPTOR *descriptor,
                          uint32_t *index, struct pe_symbol *symbol, uint64_t **place,
                          bool *damaged) {
    uint32_t names = descriptor->OriginalFirstThunk;
    uint64_t at = (uint64_t)*index * sizeof(uint64_t);
    const uint64_t *name =
        pe_image_at(image, (names != 0 ? names : descriptor->FirstThunk) + at, sizeof *name);
    *place = pe_image_at(image, descriptor->FirstThunk + at, sizeof **place);
    *damaged = name == NULL || *place == NULL;
    if (*damaged || *name == 0)
        return false;
    ++*index;
    bool numbered = IMAGE_SNAP_BY_ORDINAL64(*name);
    /* A hint comes before the name. */
    symbol->name = numbered ? NULL : pe_image_text(image, (*name & 0x7FFFFFFF) + 2);
    symbol->ordinal = (uint16_t)IMAGE_ORDINAL64(*name);
    *damaged = !numbered && symbol->name == NULL;
    return !*damaged;
}

/* ---- exports ---- */

/* The index of a name among the exports' addresses; names are sorted. */
static bool find_name(const struct pe_image *image, const IMAGE_EXPORT_DIRECTORY *table,
                      const char *name, uint32_t *index) {
    uint64_t low = 0, high = table->NumberOfNames;
    const uint32_t *names = pe_image_at(image, table->AddressOfNames, high * sizeof *names);
    const uint16_t *ordinals =
        pe_image_at(image, table->AddressOfNameOrdinals, high * sizeof *ordinals);
    while (names != NULL && ordinals != NULL && low < high) {
        uint64_t middle = low + (high - low) / 2;
        const char *found = pe_image_text(image, names[middle]);
        int order = found == NULL ? 1 : strcmp(found, name);
        if (order == 0) {
            *index = ordinals[middle];
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

void *pe_image_export(const struct pe_image *image, struct pe_symbol symbol, const char **forward) {
    uint32_t size, index = 0;
    const IMAGE_EXPORT_DIRECTORY *table =
        pe_image_directory(image, IMAGE_DIRECTORY_ENTRY_EXPORT, &size);
    *forward = NULL;
    if (table == NULL || size < sizeof *table)
        return NULL;
    if (symbol.name == NULL)
        index = symbol.ordinal - table->Base;
    else if (!find_name(image, table, symbol.name, &index))
        return NULL;
    const uint32_t *addresses = pe_image_at(image, table->AddressOfFunctions,
                                            (uint64_t)table->NumberOfFunctions * sizeof *addresses);
    if (addresses == NULL || index >= table->NumberOfFunctions || addresses[index] == 0)
        return NULL;
    void *address = pe_image_at(image, addresses[index], 1);
    /* An address inside the table itself is the name of another module's symbol. */
    if (address != NULL && (uintptr_t)address - (uintptr_t)table < size) {
        *forward = pe_image_text(image, addresses[index]);
        return NULL;
    }
    return address;
}
