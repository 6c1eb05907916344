/* What runtime/pe_image.c and runtime/pe_map.c take from Windows' headers, for tests elsewhere: the
 * PE format, and memory that AddressSanitizer watches. */
#ifndef OXIDIZE_SHIM_WINDOWS_H
#define OXIDIZE_SHIM_WINDOWS_H

#include <stdint.h>

typedef int BOOL;
typedef uint32_t DWORD;
typedef void *HANDLE;

/* ---- the format ---- */

typedef struct {
    uint16_t e_magic, unused[29];
    int32_t e_lfanew;
} IMAGE_DOS_HEADER;

typedef struct {
    uint16_t Machine, NumberOfSections;
    uint32_t TimeDateStamp, PointerToSymbolTable, NumberOfSymbols;
    uint16_t SizeOfOptionalHeader, Characteristics;
} IMAGE_FILE_HEADER;

typedef struct {
    uint32_t VirtualAddress, Size;
} IMAGE_DATA_DIRECTORY;

enum {
    IMAGE_DIRECTORY_ENTRY_EXPORT = 0,
    IMAGE_DIRECTORY_ENTRY_IMPORT = 1,
    IMAGE_DIRECTORY_ENTRY_BASERELOC = 5,
    IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR = 14,
    IMAGE_NUMBEROF_DIRECTORY_ENTRIES = 16,
};

typedef struct {
    uint16_t Magic;
    uint8_t MajorLinkerVersion, MinorLinkerVersion;
    uint32_t SizeOfCode, SizeOfInitializedData, SizeOfUninitializedData, AddressOfEntryPoint,
        BaseOfCode;
    uint64_t ImageBase;
    uint32_t SectionAlignment, FileAlignment;
    uint16_t versions[6];
    uint32_t Win32VersionValue, SizeOfImage, SizeOfHeaders, CheckSum;
    uint16_t Subsystem, DllCharacteristics;
    uint64_t sizes[4];
    uint32_t LoaderFlags, NumberOfRvaAndSizes;
    IMAGE_DATA_DIRECTORY DataDirectory[IMAGE_NUMBEROF_DIRECTORY_ENTRIES];
} IMAGE_OPTIONAL_HEADER64;

typedef struct {
    uint32_t Signature;
    IMAGE_FILE_HEADER FileHeader;
    IMAGE_OPTIONAL_HEADER64 OptionalHeader;
} IMAGE_NT_HEADERS64;

typedef struct {
    uint8_t Name[8];
    union {
        uint32_t VirtualSize;
    } Misc;
    uint32_t VirtualAddress, SizeOfRawData, PointerToRawData, unused[3], Characteristics;
} IMAGE_SECTION_HEADER;

typedef struct {
    uint32_t VirtualAddress, SizeOfBlock;
} IMAGE_BASE_RELOCATION;

typedef struct {
    uint32_t OriginalFirstThunk, TimeDateStamp, ForwarderChain, Name, FirstThunk;
} IMAGE_IMPORT_DESCRIPTOR;

typedef struct {
    uint32_t Characteristics, TimeDateStamp, versions, Name, Base, NumberOfFunctions, NumberOfNames,
        AddressOfFunctions, AddressOfNames, AddressOfNameOrdinals;
} IMAGE_EXPORT_DIRECTORY;

#define IMAGE_DOS_SIGNATURE 0x5A4D
#define IMAGE_NT_SIGNATURE 0x4550
#define IMAGE_NT_OPTIONAL_HDR64_MAGIC 0x20B
#define IMAGE_FILE_MACHINE_AMD64 0x8664
#define IMAGE_FILE_MACHINE_ARM64 0xAA64
#define IMAGE_FILE_RELOCS_STRIPPED 0x0001
#define IMAGE_FILE_DLL 0x2000
#define IMAGE_SCN_MEM_EXECUTE 0x20000000U
#define IMAGE_SCN_MEM_WRITE 0x80000000U
#define IMAGE_REL_BASED_ABSOLUTE 0
#define IMAGE_REL_BASED_DIR64 10
#define IMAGE_SNAP_BY_ORDINAL64(row) ((row) >> 63 != 0)
#define IMAGE_ORDINAL64(row) ((row) & 0xFFFF)

/* ---- memory ---- */

enum {
    MEM_COMMIT = 0x1000,
    MEM_RESERVE = 0x2000,
    MEM_RELEASE = 0x8000,
    PAGE_READONLY = 0x02,
    PAGE_READWRITE = 0x04,
    PAGE_EXECUTE_READ = 0x20,
    PAGE_EXECUTE_READWRITE = 0x40,
};

void *VirtualAlloc(void *place, size_t size, DWORD kind, DWORD access);
BOOL VirtualProtect(void *place, size_t size, DWORD access, DWORD *before);
BOOL VirtualFree(void *place, size_t size, DWORD kind);
HANDLE GetCurrentProcess(void);
BOOL FlushInstructionCache(HANDLE process, const void *place, size_t size);

#endif
