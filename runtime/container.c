/* The container reader: a ladder of small typed reads over bounds-checked bytes. */
#include "container.h"

#include <stdio.h>
#include <string.h>

enum {
    VERSION = 2,
    HEADER_SIZE = 64,
    SECTION_SIZE = 24,
    MAX_SECTIONS = 64,
    ALIGNMENT = 16,
    BLOB_SIZE = 32,
    MODULE_SIZE = 64,
    FILE_SIZE = 40,
    SLOT_SIZE = 8,
    INDEX_SIZE = 4,
};

enum section_number {
    STRINGS = 1,
    BLOBS,
    MODULES,
    MODULE_HASH,
    FILES,
    FILE_HASH,
    LIBRARIES,
    CONFIG,
    DATA,
};

static const uint32_t MUST_UNDERSTAND = 0x80000000;
static const uint32_t MODULE_FLAGS = 127, FILE_FLAGS = 31;

/* Bytewise, so that the host's byte order and alignment don't matter; compilers make one load. */
static uint32_t read_u32(const unsigned char *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t read_u64(const unsigned char *p) {
    return (uint64_t)read_u32(p) | (uint64_t)read_u32(p + 4) << 32;
}

static bool fail(struct container *c, const char *message) {
    snprintf(c->error, sizeof c->error, "%s", message);
    return false;
}

static bool fail_section(struct container *c, uint32_t number) {
    snprintf(c->error, sizeof c->error, "section %u is damaged", number);
    return false;
}

static bool fail_row(struct container *c, uint32_t row, enum section_number section) {
    snprintf(c->error, sizeof c->error, "row %u of section %u is damaged", row, section);
    return false;
}

/* ---- opening ---- */

static struct table *table_of(struct container *c, uint32_t kind, uint32_t *row_size) {
    switch (kind) {
    case STRINGS:
        *row_size = 1;
        return &c->strings;
    case BLOBS:
        *row_size = BLOB_SIZE;
        return &c->blobs;
    case MODULES:
        *row_size = MODULE_SIZE;
        return &c->modules;
    case MODULE_HASH:
        *row_size = SLOT_SIZE;
        return &c->module_hash;
    case FILES:
        *row_size = FILE_SIZE;
        return &c->files;
    case FILE_HASH:
        *row_size = SLOT_SIZE;
        return &c->file_hash;
    case LIBRARIES:
        *row_size = INDEX_SIZE;
        return &c->libraries;
    case CONFIG:
        *row_size = 1;
        return &c->config;
    default:
        return NULL;
    }
}

static bool open_section(struct container *c, uint32_t kind, uint64_t offset, uint64_t size) {
    uint32_t row_size = 0;
    if (kind == DATA) {
        c->data_first = offset;
        c->data_end = offset + size;
        return true;
    }
    struct table *table = table_of(c, kind, &row_size);
    if (table == NULL)
        return kind >= MUST_UNDERSTAND;
    if (size % row_size != 0 || size / row_size >= CONTAINER_NONE)
        return false;
    *table = (struct table){c->data + offset, (uint32_t)(size / row_size), row_size};
    return true;
}

static bool open_sections(struct container *c, uint32_t count) {
    uint32_t last = 0;
    for (uint32_t i = 0; i < count; i++) {
        const unsigned char *row = c->data + HEADER_SIZE + SECTION_SIZE * (size_t)i;
        uint32_t kind = read_u32(row);
        uint64_t offset = read_u64(row + 8), size = read_u64(row + 16);
        if (kind <= last || read_u32(row + 4) != 0 || offset % ALIGNMENT != 0 || offset > c->size ||
            size > c->size - offset || !open_section(c, kind, offset, size))
            return fail_section(c, i);
        last = kind;
    }
    return true;
}

static bool is_hash_table(const struct table *hash, const struct table *rows) {
    uint32_t slots = hash->count;
    return slots >= 2 && (slots & (slots - 1)) == 0 && rows->count <= slots / 2;
}

bool container_open(struct container *c, const void *data, uint64_t size) {
    memset(c, 0, sizeof *c);
    c->data = data;
    if (size < HEADER_SIZE || memcmp(data, "OXIDIZE", 8) != 0)
        return fail(c, "not a container");
    uint32_t version = read_u32(c->data + 8), sections = read_u32(c->data + 12);
    if (version != VERSION) {
        snprintf(c->error, sizeof c->error, "container version %u, this program reads %u", version,
                 (unsigned)VERSION);
        return false;
    }
    c->size = read_u64(c->data + 16);
    if (c->size > size || c->size < HEADER_SIZE + SECTION_SIZE * (uint64_t)sections)
        return fail(c, "container is cut off");
    if (sections > MAX_SECTIONS || read_u64(c->data + 24) != 0)
        return fail(c, "the header is damaged");
    c->digest = c->data + 32;
    if (!open_sections(c, sections))
        return false;
    if (!is_hash_table(&c->module_hash, &c->modules))
        return fail_section(c, MODULE_HASH - 1);
    if (!is_hash_table(&c->file_hash, &c->files))
        return fail_section(c, FILE_HASH - 1);
    return true;
}

/* ---- rows ---- */

static const unsigned char *row_at(const struct table *table, uint32_t index) {
    return index < table->count ? table->rows + (size_t)table->row_size * index : NULL;
}

static bool read_text(struct container *c, const unsigned char *row, struct text *out) {
    uint32_t offset = read_u32(row), size = read_u32(row + 4);
    if (offset >= c->strings.count || size >= c->strings.count - offset ||
        c->strings.rows[offset + size] != 0)
        return false;
    *out = (struct text){(const char *)c->strings.rows + offset, size};
    return true;
}

static bool libraries_inside(struct container *c, uint32_t first, uint32_t count) {
    return count == 0 || (first < c->libraries.count && count <= c->libraries.count - first);
}

static bool blob_inside(struct container *c, uint32_t index) {
    return index == CONTAINER_NONE || index < c->blobs.count;
}

bool container_module(struct container *c, uint32_t index, struct module *out) {
    const unsigned char *row = row_at(&c->modules, index);
    if (row == NULL || !read_text(c, row, &out->name) || !read_text(c, row + 8, &out->path) ||
        !read_text(c, row + 48, &out->beside))
        return fail_row(c, index, MODULES);
    out->flags = read_u32(row + 16);
    out->source = read_u32(row + 20);
    out->extension = read_u32(row + 36);
    out->first_library = read_u32(row + 40);
    out->library_count = read_u32(row + 44);
    bool inside = (out->flags & ~MODULE_FLAGS) == 0 && read_u64(row + 56) == 0 &&
                  blob_inside(c, out->source) && blob_inside(c, out->extension) &&
                  libraries_inside(c, out->first_library, out->library_count);
    for (int level = 0; level < CONTAINER_LEVELS; level++) {
        out->code[level] = read_u32(row + 24 + 4 * level);
        inside = inside && blob_inside(c, out->code[level]);
    }
    return inside || fail_row(c, index, MODULES);
}

bool container_file(struct container *c, uint32_t index, struct file *out) {
    const unsigned char *row = row_at(&c->files, index);
    if (row == NULL || !read_text(c, row, &out->path) || !read_text(c, row + 28, &out->beside))
        return fail_row(c, index, FILES);
    out->flags = read_u32(row + 8);
    out->content = read_u32(row + 12);
    out->first_library = read_u32(row + 16);
    out->library_count = read_u32(row + 20);
    out->descriptor = read_u32(row + 24);
    bool there =
        out->content < c->blobs.count || (out->content == CONTAINER_NONE && out->beside.size > 0);
    if ((out->flags & ~FILE_FLAGS) != 0 || read_u32(row + 36) != 0 || !there ||
        !libraries_inside(c, out->first_library, out->library_count))
        return fail_row(c, index, FILES);
    return true;
}

bool container_blob(struct container *c, uint32_t index, struct blob *out) {
    const unsigned char *row = row_at(&c->blobs, index);
    if (row == NULL)
        return fail_row(c, index, BLOBS);
    uint64_t offset = read_u64(row);
    out->size = read_u64(row + 8);
    out->raw_size = read_u64(row + 16);
    out->codec = read_u32(row + 24);
    if (offset < c->data_first || offset >= c->data_end || out->size >= c->data_end - offset ||
        out->codec > CODEC_ZLIB || read_u32(row + 28) != 0 ||
        (out->codec == CODEC_STORED && out->raw_size != out->size))
        return fail_row(c, index, BLOBS);
    out->data = c->data + offset;
    return true;
}

bool container_library(struct container *c, uint32_t place, uint32_t *file) {
    const unsigned char *row = row_at(&c->libraries, place);
    if (row == NULL || read_u32(row) >= c->files.count)
        return fail_row(c, place, LIBRARIES);
    *file = read_u32(row);
    return true;
}

bool container_next_setting(struct container *c, uint32_t *cursor, const char **key,
                            const char **value) {
    const char *config = (const char *)c->config.rows;
    uint32_t size = c->config.count;
    if (*cursor >= size)
        return false;
    const char *key_end = memchr(config + *cursor, 0, size - *cursor);
    if (key_end == NULL)
        return fail_section(c, CONFIG - 1);
    uint32_t value_at = (uint32_t)(key_end - config) + 1;
    const char *end = value_at < size ? memchr(config + value_at, 0, size - value_at) : NULL;
    if (end == NULL)
        return fail_section(c, CONFIG - 1);
    *key = config + *cursor;
    *value = config + value_at;
    *cursor = (uint32_t)(end - config) + 1;
    return true;
}

const char *container_setting(struct container *c, const char *wanted) {
    uint32_t cursor = 0;
    const char *key, *value;
    while (container_next_setting(c, &cursor, &key, &value))
        if (strcmp(key, wanted) == 0)
            return value;
    return NULL;
}

/* ---- finding ---- */

static uint32_t hash_name(const char *name, size_t size) {
    uint32_t hash = 0x811C9DC5;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)name[i]) * 0x01000193;
    return hash;
}

/* The first field of modules and files alike is the name. A damaged row is like no other name. */
static bool row_name(struct container *c, const struct table *rows, uint32_t index,
                     struct text *out) {
    const unsigned char *row = row_at(rows, index);
    return row != NULL && read_text(c, row, out);
}

static uint32_t find(struct container *c, const struct table *hash, const struct table *rows,
                     const char *name, size_t size) {
    uint32_t wanted = hash_name(name, size), mask = hash->count - 1;
    /* Bounded by the number of slots: a damaged table may have no empty one. */
    for (uint32_t step = 0; step <= mask; step++) {
        const unsigned char *slot = hash->rows + SLOT_SIZE * (size_t)((wanted + step) & mask);
        uint32_t index = read_u32(slot + 4);
        if (index == 0)
            return CONTAINER_NONE;
        struct text found;
        if (read_u32(slot) == wanted && row_name(c, rows, index - 1, &found) &&
            found.size == size && memcmp(found.text, name, size) == 0)
            return index - 1;
    }
    return CONTAINER_NONE;
}

uint32_t container_find_module(struct container *c, const char *name, size_t size) {
    return find(c, &c->module_hash, &c->modules, name, size);
}

uint32_t container_find_file(struct container *c, const char *path, size_t size) {
    return find(c, &c->file_hash, &c->files, path, size);
}

static bool less(struct text a, const char *b, size_t b_size) {
    size_t common = a.size < b_size ? a.size : b_size;
    int order = memcmp(a.text, b, common);
    return order != 0 ? order < 0 : a.size < b_size;
}

static uint32_t first_not_less(struct container *c, const struct table *rows, const char *prefix,
                               size_t size) {
    uint32_t low = 0, high = rows->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct text name;
        if (row_name(c, rows, middle, &name) && less(name, prefix, size))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t container_first_module(struct container *c, const char *prefix, size_t size) {
    return first_not_less(c, &c->modules, prefix, size);
}

uint32_t container_first_file(struct container *c, const char *prefix, size_t size) {
    return first_not_less(c, &c->files, prefix, size);
}
