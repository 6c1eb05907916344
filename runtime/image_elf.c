/* The image of an ELF program: the embedder fills in the note and maps the container by one more
 * segment (docs/container-format.md, "Inside an executable"). */
#include "image.h"

#include <stddef.h>

/* Notes are packed to 4 bytes. */
struct __attribute__((packed)) container_note {
    uint32_t name_size, description_size, type;
    char name[8];
    int64_t distance;
    uint64_t size;
};

__attribute__((used, retain, section(".note.oxidize"),
               aligned(4))) static const struct container_note note = {sizeof "oxidize", 16, 1,
                                                                       "oxidize",        0,  0};

/* Gives the embedder a section header that covers the container, so that strip keeps it. */
__attribute__((used, retain, section(".oxidize"))) static const char placeholder[16] =
    "placeholder";

const void *image_container(uint64_t *size) {
    /* Volatile, as the values change after linking. */
    const volatile struct container_note *now = &note;
    int64_t distance = now->distance;
    *size = now->size;
    return distance == 0
               ? NULL
               : (const char *)&note + offsetof(struct container_note, distance) + distance;
}
