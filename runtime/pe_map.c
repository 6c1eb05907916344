/* Mapping: see pe_map.h. */
#include "pe_map.h"

#include <stdio.h>
#include <string.h>

#if defined(__aarch64__)
enum { MACHINE = IMAGE_FILE_MACHINE_ARM64 };
#else
enum { MACHINE = IMAGE_FILE_MACHINE_AMD64 };
#endif

enum { PAGE = 4096 };

static bool map_fails(char *error, size_t size, const char *message) {
    snprintf(error, size, "%s", message);
    return false;
}

/* ---- headers ---- */

static const char *wrong_headers(const IMAGE_NT_HEADERS64 *headers) {
    const IMAGE_OPTIONAL_HEADER64 *optional = &headers->OptionalHeader;
    if (headers->Signature != IMAGE_NT_SIGNATURE ||
        optional->Magic != IMAGE_NT_OPTIONAL_HDR64_MAGIC ||
        headers->FileHeader.SizeOfOptionalHeader < sizeof *optional)
        return "it is no 64-bit PE file";
    if (headers->FileHeader.Machine != MACHINE)
        return "it is for another machine";
    if (!(headers->FileHeader.Characteristics & IMAGE_FILE_DLL))
        return "it is no DLL";
    if (optional->SectionAlignment % PAGE != 0 || optional->SectionAlignment == 0 ||
        optional->SizeOfImage == 0 || optional->SizeOfImage > INT32_MAX ||
        optional->SizeOfHeaders > optional->SizeOfImage)
        return "its headers are damaged";
    if (optional->DataDirectory[IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR].Size != 0)
        return "it is .NET code";
    return NULL;
}

/* The headers, copied, and where the sections' table is. */
static const char *read_headers(struct pe_image *image, const unsigned char *data, size_t size) {
    IMAGE_NT_HEADERS64 *headers = &image->headers;
    IMAGE_DOS_HEADER dos;
    if (size < sizeof dos)
        return "it is cut off";
    memcpy(&dos, data, sizeof dos);
    size_t at = (size_t)dos.e_lfanew;
    if (dos.e_magic != IMAGE_DOS_SIGNATURE || dos.e_lfanew < 0 || at % sizeof(uint32_t) != 0)
        return "it is no PE file";
    if (at > size || sizeof *headers > size - at)
        return "it is cut off";
    memcpy(headers, data + at, sizeof *headers);
    const char *wrong = wrong_headers(headers);
    if (wrong != NULL)
        return wrong;
    size_t table = at + offsetof(IMAGE_NT_HEADERS64, OptionalHeader) +
                   headers->FileHeader.SizeOfOptionalHeader;
    size_t bytes = headers->FileHeader.NumberOfSections * sizeof(IMAGE_SECTION_HEADER);
    if (table > size || bytes > size - table || headers->OptionalHeader.SizeOfHeaders > size ||
        table + bytes > headers->OptionalHeader.SizeOfHeaders)
        return "it is cut off";
    image->section_table = table;
    return NULL;
}

/* ---- sections ---- */

static size_t size_in_memory(const IMAGE_SECTION_HEADER *section) {
    return section->Misc.VirtualSize != 0 ? section->Misc.VirtualSize : section->SizeOfRawData;
}

static bool copy_section(const struct pe_image *image, const IMAGE_SECTION_HEADER *section,
                         const unsigned char *data, size_t size) {
    size_t wanted = size_in_memory(section), stored = section->SizeOfRawData;
    void *place = pe_image_at(image, section->VirtualAddress, wanted);
    if (stored > wanted)
        stored = wanted; /* the rest only fills up the file */
    if (place == NULL || section->VirtualAddress % PAGE != 0 ||
        section->VirtualAddress < image->headers.OptionalHeader.SizeOfHeaders ||
        (stored > 0 &&
         (section->PointerToRawData > size || stored > size - section->PointerToRawData)))
        return false;
    if (stored > 0)
        memcpy(place, data + section->PointerToRawData, stored);
    return true;
}

/* ---- addresses ---- */

/* One block of the table: the addresses of one page. */
static bool move_block(const struct pe_image *image, const IMAGE_BASE_RELOCATION *block,
                       uint64_t distance) {
    const uint16_t *rows = (const uint16_t *)(block + 1);
    size_t count = (block->SizeOfBlock - sizeof *block) / sizeof *rows;
    for (size_t i = 0; i < count; i++) {
        unsigned kind = rows[i] >> 12, offset = rows[i] & 0xFFF;
        if (kind == IMAGE_REL_BASED_ABSOLUTE)
            continue;
        unsigned char *place =
            pe_image_at(image, (uint64_t)block->VirtualAddress + offset, sizeof(uint64_t));
        uint64_t value;
        if (kind != IMAGE_REL_BASED_DIR64 || place == NULL)
            return false;
        memcpy(&value, place, sizeof value);
        value += distance;
        memcpy(place, &value, sizeof value);
    }
    return true;
}

static bool move_addresses(const struct pe_image *image) {
    uint64_t distance = (uint64_t)(uintptr_t)image->base - image->headers.OptionalHeader.ImageBase;
    uint32_t left;
    const unsigned char *at = pe_image_directory(image, IMAGE_DIRECTORY_ENTRY_BASERELOC, &left);
    if (distance == 0 || at == NULL)
        return distance == 0 ||
               !(image->headers.FileHeader.Characteristics & IMAGE_FILE_RELOCS_STRIPPED);
    while (left >= sizeof(IMAGE_BASE_RELOCATION)) {
        const IMAGE_BASE_RELOCATION *block = (const IMAGE_BASE_RELOCATION *)at;
        uint32_t size = block->SizeOfBlock; /* a damaged block may move its own */
        if (size < sizeof *block || size > left || !move_block(image, block, distance))
            return false;
        at += size;
        left -= size;
    }
    return true;
}

/* ---- all of it ---- */

static const char *lay_out(const struct pe_image *image, const unsigned char *data, size_t size) {
    const IMAGE_SECTION_HEADER *sections =
        (const IMAGE_SECTION_HEADER *)(data + image->section_table);
    memcpy(image->base, data, image->headers.OptionalHeader.SizeOfHeaders);
    for (unsigned i = 0; i < image->headers.FileHeader.NumberOfSections; i++)
        if (!copy_section(image, &sections[i], data, size))
            return "its sections are damaged";
    return move_addresses(image) ? NULL : "its relocations are damaged";
}

bool pe_map(struct pe_image *image, const void *data, size_t size, char *error, size_t error_size) {
    const char *wrong = read_headers(image, data, size);
    if (wrong != NULL)
        return map_fails(error, error_size, wrong);
    image->size = image->headers.OptionalHeader.SizeOfImage;
    image->base = VirtualAlloc(NULL, image->size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (image->base == NULL)
        return map_fails(error, error_size, "there is no memory for it");
    wrong = lay_out(image, data, size);
    if (wrong == NULL)
        return true;
    pe_unmap(image);
    return map_fails(error, error_size, wrong);
}

static DWORD access_of(const IMAGE_SECTION_HEADER *section) {
    static const DWORD accesses[2][2] = {{PAGE_READONLY, PAGE_READWRITE},
                                         {PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE}};
    bool executes = (section->Characteristics & IMAGE_SCN_MEM_EXECUTE) != 0;
    return accesses[executes][(section->Characteristics & IMAGE_SCN_MEM_WRITE) != 0];
}

bool pe_map_protect(const struct pe_image *image) {
    const IMAGE_SECTION_HEADER *section =
        (const IMAGE_SECTION_HEADER *)(image->base + image->section_table);
    DWORD before;
    if (!VirtualProtect(image->base, image->headers.OptionalHeader.SizeOfHeaders, PAGE_READONLY,
                        &before))
        return false;
    for (unsigned i = 0; i < image->headers.FileHeader.NumberOfSections; i++, section++) {
        size_t size = size_in_memory(section);
        /* Relocations and imports may have been written over it. */
        void *place = pe_image_at(image, section->VirtualAddress, size);
        if (place == NULL ||
            (size > 0 && !VirtualProtect(place, size, access_of(section), &before)))
            return false;
    }
    FlushInstructionCache(GetCurrentProcess(), image->base, image->size);
    return true;
}

void pe_unmap(const struct pe_image *image) { VirtualFree(image->base, 0, MEM_RELEASE); }
