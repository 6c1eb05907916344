/* The content of files in a squashfs image: blocks, and the end in a fragment that files share. */
#include <string.h>

#include "squashfs.h"

enum { NO_FRAGMENT = 0xffffffff, FRAGMENT = 16 };
/* The bit of a block that isn't compressed, beside its size. */
enum { STORED = 1 << 24 };

static bool unpack(struct squashfs *fs, uint64_t at, uint32_t head, unsigned char *out,
                   size_t *size) {
    return squashfs_unpack(fs, at, head & (STORED - 1), (head & STORED) == 0, out, fs->block_size,
                           size);
}

/* Makes `fs->fragment` the content of that fragment. */
static bool load_fragment(struct squashfs *fs, uint32_t number, size_t *size) {
    const unsigned per_block = SQUASHFS_METADATA / FRAGMENT;
    uint64_t index = fs->fragments + (uint64_t)(number / per_block) * 8;
    unsigned char raw[FRAGMENT];
    if (number >= fs->fragment_count || index > fs->size || fs->size - index < 8)
        return squashfs_fails(fs, "a file's end is missing");
    struct squashfs_cursor cursor = {
        .cache = &fs->fragment_block,
        .block = squashfs_number(fs->data + index, 8),
        .offset = (size_t)(number % per_block) * FRAGMENT,
    };
    if (!squashfs_metadata(fs, &cursor, raw, sizeof raw))
        return false;
    uint64_t at = squashfs_number(raw, 8);
    if (fs->fragment_at == at && at != 0) {
        *size = fs->fragment_size;
        return true;
    }
    fs->fragment_at = 0;
    if (!unpack(fs, at, (uint32_t)squashfs_number(raw + 8, 4), fs->fragment, size))
        return false;
    fs->fragment_at = at;
    fs->fragment_size = *size;
    return true;
}

static bool read_end(struct squashfs *fs, const struct squashfs_inode *inode, size_t size,
                     squashfs_sink *sink, void *context) {
    size_t there = 0;
    if (!load_fragment(fs, inode->fragment, &there))
        return false;
    if (inode->offset > there || size > there - inode->offset)
        return squashfs_fails(fs, "a file's end is beyond what there is");
    return sink(context, fs->fragment + inode->offset, size);
}

bool squashfs_read(struct squashfs *fs, const struct squashfs_inode *inode, squashfs_sink *sink,
                   void *context) {
    struct squashfs_cursor cursor = inode->rest;
    uint64_t left = inode->size, at = inode->start;
    bool shared = inode->fragment != NO_FRAGMENT;
    fs->error = NULL;
    while (left > 0) {
        size_t wanted = left < fs->block_size ? (size_t)left : fs->block_size, size = 0;
        if (shared && wanted < fs->block_size)
            return read_end(fs, inode, wanted, sink, context);
        unsigned char raw[4];
        if (!squashfs_metadata(fs, &cursor, raw, sizeof raw))
            return false;
        uint32_t head = (uint32_t)squashfs_number(raw, 4);
        if (head == 0) { /* nothing but zeros */
            memset(fs->block, 0, wanted);
            size = wanted;
        } else if (!unpack(fs, at, head, fs->block, &size)) {
            return false;
        }
        if (size != wanted)
            return squashfs_fails(fs, "a file's block has another size");
        if (!sink(context, fs->block, size))
            return false;
        at += head & (STORED - 1);
        left -= size;
    }
    return true;
}
