/* What all of a squashfs image is read with: its head, compressed parts, blocks of metadata. */
#include "squashfs.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum { HEAD = 96, ZSTD = 6, MIN_BLOCK = 4096, MAX_BLOCK = 1 << 20 };
/* The bit of a block of metadata that isn't compressed, beside its size. */
enum { STORED = 0x8000 };

bool squashfs_fails(struct squashfs *fs, const char *error) {
    fs->error = error;
    return false;
}

uint64_t squashfs_number(const unsigned char *at, int bytes) {
    uint64_t value = 0;
    for (int i = bytes - 1; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

static bool is_inside(const struct squashfs *fs, uint64_t at, uint64_t size) {
    return at <= fs->size && size <= fs->size - at;
}

bool squashfs_open(struct squashfs *fs, const unsigned char *data, size_t size) {
    memset(fs, 0, sizeof *fs);
    fs->data = data;
    fs->size = size;
    if (size < HEAD || memcmp(data, "hsqs", 4) != 0 || squashfs_number(data + 28, 2) != 4)
        return squashfs_fails(fs, "there is no file system in it");
    if (squashfs_number(data + 20, 2) != ZSTD)
        return squashfs_fails(fs, "its file system isn't compressed by zstd");
    fs->inode_count = (uint32_t)squashfs_number(data + 4, 4);
    fs->block_size = (uint32_t)squashfs_number(data + 12, 4);
    fs->fragment_count = (uint32_t)squashfs_number(data + 16, 4);
    fs->root = squashfs_number(data + 32, 8);
    fs->inodes = squashfs_number(data + 64, 8);
    fs->directories = squashfs_number(data + 72, 8);
    fs->fragments = squashfs_number(data + 80, 8);
    if (squashfs_number(data + 40, 8) > size)
        return squashfs_fails(fs, "its end is missing");
    if (fs->block_size < MIN_BLOCK || fs->block_size > MAX_BLOCK)
        return squashfs_fails(fs, "its size of blocks is impossible");
    fs->block = malloc(fs->block_size);
    fs->fragment = malloc(fs->block_size);
    if (fs->block == NULL || fs->fragment == NULL) {
        squashfs_close(fs);
        return squashfs_fails(fs, "out of memory");
    }
    return true;
}

void squashfs_close(struct squashfs *fs) {
    free(fs->block);
    free(fs->fragment);
    fs->block = fs->fragment = NULL;
}

bool squashfs_unpack(struct squashfs *fs, uint64_t at, uint32_t stored, bool compressed, void *out,
                     size_t room, size_t *size) {
    if (!is_inside(fs, at, stored))
        return squashfs_fails(fs, "a part is beyond its end");
    if (!compressed) {
        if (stored > room)
            return squashfs_fails(fs, "a part is too large");
        memcpy(out, fs->data + at, stored);
        *size = stored;
        return true;
    }
    *size = ZSTD_decompress(out, room, fs->data + at, stored);
    return !ZSTD_isError(*size) || squashfs_fails(fs, "a part can't be decompressed");
}

static bool load_block(struct squashfs *fs, struct squashfs_block *cache, uint64_t at) {
    if (cache->next != 0 && cache->at == at)
        return true;
    cache->next = 0;
    if (!is_inside(fs, at, 2))
        return squashfs_fails(fs, "metadata is beyond its end");
    uint32_t head = (uint32_t)squashfs_number(fs->data + at, 2), stored = head & (STORED - 1u);
    if (!squashfs_unpack(fs, at + 2, stored, (head & STORED) == 0, cache->bytes, SQUASHFS_METADATA,
                         &cache->size))
        return false;
    if (cache->size == 0)
        return squashfs_fails(fs, "a block of metadata is empty");
    cache->at = at;
    cache->next = at + 2 + stored;
    return true;
}

bool squashfs_metadata(struct squashfs *fs, struct squashfs_cursor *cursor, void *out,
                       size_t size) {
    unsigned char *to = out;
    while (size > 0) {
        if (!load_block(fs, cursor->cache, cursor->block))
            return false;
        if (cursor->offset >= cursor->cache->size) {
            if (cursor->offset > cursor->cache->size)
                return squashfs_fails(fs, "metadata leads out of its block");
            cursor->block = cursor->cache->next;
            cursor->offset = 0;
            continue;
        }
        size_t here = cursor->cache->size - cursor->offset, some = size < here ? size : here;
        memcpy(to, cursor->cache->bytes + cursor->offset, some);
        to += some;
        cursor->offset += some;
        size -= some;
    }
    return true;
}
