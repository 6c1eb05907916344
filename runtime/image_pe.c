/* The image of a Windows program: the embedder appends a section, which the system maps with the
 * program (docs/container-format.md, "Inside an executable"). */
#include "image.h"

#include <string.h>
#include <windows.h>

static const char NAME[IMAGE_SIZEOF_SHORT_NAME + 1] = ".oxidize";

const void *image_container(uint64_t *size) {
    const unsigned char *base = (const unsigned char *)GetModuleHandleW(NULL);
    const IMAGE_DOS_HEADER *dos = (const IMAGE_DOS_HEADER *)base;
    const IMAGE_NT_HEADERS64 *headers = (const IMAGE_NT_HEADERS64 *)(base + dos->e_lfanew);
    const IMAGE_SECTION_HEADER *section = IMAGE_FIRST_SECTION(headers);
    for (unsigned i = 0; i < headers->FileHeader.NumberOfSections; i++, section++)
        if (memcmp(section->Name, NAME, sizeof section->Name) == 0) {
            *size = section->Misc.VirtualSize;
            return base + section->VirtualAddress;
        }
    return NULL;
}
