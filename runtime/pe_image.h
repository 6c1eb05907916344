/* A PE image in memory, laid out as a loader does it: its headers and tables. Every offset is
 * checked before it is followed; what leads outside is as if it weren't there. */
#ifndef OXIDIZE_PE_IMAGE_H
#define OXIDIZE_PE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <windows.h>

struct pe_image {
    unsigned char *base;
    size_t size;
    IMAGE_NT_HEADERS64 headers;
    size_t section_table; /* its offset, of an image that pe_map made */
};

/* The image at an address at which a module is loaded. False when there is none. */
bool pe_image_of(struct pe_image *image, void *base);

/* `size` bytes at an offset from the image's start; NULL when they lead outside. */
void *pe_image_at(const struct pe_image *image, uint64_t offset, uint64_t size);

/* A text with its NUL; NULL when it leads outside. */
const char *pe_image_text(const struct pe_image *image, uint64_t offset);

/* One of the image's tables (IMAGE_DIRECTORY_ENTRY_...), and its size; NULL when there is none. */
void *pe_image_directory(const struct pe_image *image, unsigned number, uint32_t *size);

/* Whether an address lies inside. */
bool pe_image_contains(const struct pe_image *image, const void *address);

/* What an import is by: a name, or a number where that is NULL. */
struct pe_symbol {
    const char *name;
    uint16_t ordinal;
};

/* Walks the imports of the module at `descriptor`: for each, where its address goes. False at the
 * end, or where they lead outside (then `*damaged` is set). `*index` starts at 0. */
bool pe_image_next_import(const struct pe_image *image, const IMAGE_IMPORT_DESCRIPTOR *descriptor,
                          uint32_t *index, struct pe_symbol *symbol, uint64_t **place,
                          bool *damaged);

/* What the image exports under a symbol: NULL when nothing, or when it is another module's; then
 * `*forward` is "MODULE.NAME". */
void *pe_image_export(const struct pe_image *image, struct pe_symbol symbol, const char **forward);

#endif
