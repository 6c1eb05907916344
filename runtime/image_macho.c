/* The image of a Mach-O program: the embedder puts the container in a segment's place
 * (docs/container-format.md, "Inside an executable"). */
#include "image.h"

#include <mach-o/getsect.h>
#include <mach-o/ldsyms.h>
#include <stdbool.h>
#include <string.h>

#define PLACEHOLDER "placeholder"

/* Makes the linker write the segment, after all others but the last. */
__attribute__((used, aligned(16),
               section("__OXIDIZE,__payload"))) static const char placeholder[16] = PLACEHOLDER;

const void *image_container(uint64_t *size) {
    unsigned long found = 0;
    const uint8_t *data = getsectiondata(&_mh_execute_header, "__OXIDIZE", "__payload", &found);
    *size = found;
    bool filled = data != NULL && memcmp(data, PLACEHOLDER, sizeof PLACEHOLDER) != 0;
    return filled ? data : NULL;
}
