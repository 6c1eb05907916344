/* The container: in-memory resources, read in place (docs/container-format.md).
 *
 * A container borrows the bytes that it was opened on; nothing is allocated or copied. Every
 * function that gives out something from a row checks the row's offsets first and returns false,
 * with a message in `container.error`, when one leads outside. No dependency but libc. */
#ifndef OXIDIZE_CONTAINER_H
#define OXIDIZE_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTAINER_NONE UINT32_MAX

enum { CONTAINER_LEVELS = 3 };

enum module_flag {
    MODULE_PACKAGE = 1,
    MODULE_NAMESPACE = 2,
    MODULE_EXTENSION = 4,
    MODULE_STANDARD_LIBRARY = 8,
    MODULE_NAMES_FILE = 16,
    MODULE_EXTRACT = 32,
    MODULE_CALLS_FILE = 64,
};

enum file_flag {
    FILE_EXECUTABLE = 1,
    FILE_SHARED_LIBRARY = 2,
    FILE_LICENCE = 4,
    FILE_PREFER_SYSTEM = 8,
    FILE_EXTRACT = 16,
};

enum blob_codec { CODEC_STORED = 0, CODEC_ZLIB = 1 };

/* One table of the container: `count` rows of a fixed size. */
struct table {
    const unsigned char *rows;
    uint32_t count;
    uint32_t row_size;
};

struct container {
    const unsigned char *data;
    uint64_t size;
    struct table strings, blobs, modules, module_hash, files, file_hash, libraries, config;
    uint64_t data_first, data_end;
    const unsigned char *digest; /* sha256 of the contents, 32 bytes, as the header says it */
    char error[96];
};

/* A string of the container, not NUL-terminated by promise but in fact: `text[size]` is NUL. */
struct text {
    const char *text;
    uint32_t size;
};

struct blob {
    const unsigned char *data;
    uint64_t size;
    uint64_t raw_size;
    uint32_t codec;
};

/* A row of MODULES; blobs are indices or CONTAINER_NONE. `beside` is the folder, relative to the
 * program's, that the module lies in as a file; empty for those in the container. */
struct module {
    struct text name, path, beside;
    uint32_t flags, source, code[CONTAINER_LEVELS], extension, first_library, library_count;
};

/* A row of FILES; one that lies beside the program has no content. */
struct file {
    struct text path, beside;
    uint32_t flags, content, first_library, library_count, descriptor;
};

/* Opens a container of at most `size` bytes at `data` (aligned to 16). */
bool container_open(struct container *c, const void *data, uint64_t size);

/* Indices by name or path; CONTAINER_NONE when there is none. */
uint32_t container_find_module(struct container *c, const char *name, size_t size);
uint32_t container_find_file(struct container *c, const char *path, size_t size);

/* Index of the first row whose name or path is not less than the prefix: rows are sorted, so
 * those that start with it follow. Equal to the number of rows when there is none. */
uint32_t container_first_module(struct container *c, const char *prefix, size_t size);
uint32_t container_first_file(struct container *c, const char *prefix, size_t size);

bool container_module(struct container *c, uint32_t index, struct module *out);
bool container_file(struct container *c, uint32_t index, struct file *out);
bool container_blob(struct container *c, uint32_t index, struct blob *out);

/* The file index at a place of LIBRARIES. */
bool container_library(struct container *c, uint32_t place, uint32_t *file);

/* Walks CONFIG: `*cursor` starts at 0; false at the end and on damage (then `error` is set). */
bool container_next_setting(struct container *c, uint32_t *cursor, const char **key,
                            const char **value);

/* The first value of a key of CONFIG; NULL when there is none. */
const char *container_setting(struct container *c, const char *wanted);

#endif
