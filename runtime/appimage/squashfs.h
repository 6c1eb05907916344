/* A squashfs image in memory: version 4, compressed by zstd. Images may be damaged in any way: what
 * is read is checked. */
#ifndef OXIDIZE_APPIMAGE_SQUASHFS_H
#define OXIDIZE_APPIMAGE_SQUASHFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SQUASHFS_METADATA = 8192, SQUASHFS_NAME = 256, SQUASHFS_LINK = 4095 };

/* The last block of metadata that was read of one table. */
struct squashfs_block {
    uint64_t at, next;
    size_t size;
    unsigned char bytes[SQUASHFS_METADATA];
};

/* Where to read on in metadata: a block, and a place in what it holds. */
struct squashfs_cursor {
    struct squashfs_block *cache;
    uint64_t block;
    size_t offset;
};

struct squashfs {
    const unsigned char *data;
    size_t size;
    uint64_t root, inodes, directories, fragments;
    uint32_t inode_count, block_size, fragment_count;
    struct squashfs_block inode_block, directory_block, fragment_block;
    unsigned char *block, *fragment; /* of block_size bytes each */
    uint64_t fragment_at;            /* what `fragment` is the content of; 0 for nothing */
    size_t fragment_size;
    const char *error; /* why the last call failed, in a few words */
};

enum squashfs_kind { SQUASHFS_FOLDER = 1, SQUASHFS_FILE = 2, SQUASHFS_SYMLINK = 3 };

struct squashfs_inode {
    enum squashfs_kind kind;
    unsigned mode; /* its permissions */
    uint64_t size; /* of a file's content, a link's target, a folder's list */
    uint64_t start;
    uint32_t offset, fragment;
    struct squashfs_cursor rest; /* a file's list of blocks, or a link's target */
};

/* A name in a folder, and what has it. */
struct squashfs_entry {
    char name[SQUASHFS_NAME + 1];
    uint64_t inode;
};

/* A folder that is being read. */
struct squashfs_listing {
    struct squashfs_cursor cursor;
    uint64_t left; /* bytes */
    uint32_t count, start;
};

/* Takes some of a file's content; false ends reading. */
typedef bool squashfs_sink(void *context, const unsigned char *data, size_t size);

/* All of these: false, with an error, for an image that is damaged. `data` has to stay. */
bool squashfs_open(struct squashfs *fs, const unsigned char *data, size_t size);
void squashfs_close(struct squashfs *fs);
bool squashfs_inode(struct squashfs *fs, uint64_t number, struct squashfs_inode *inode);
bool squashfs_link(struct squashfs *fs, const struct squashfs_inode *inode,
                   char target[SQUASHFS_LINK + 1]);

/* False at the end, too, where there is no error. */
void squashfs_list(struct squashfs *fs, const struct squashfs_inode *inode,
                   struct squashfs_listing *listing);
bool squashfs_next(struct squashfs *fs, struct squashfs_listing *listing,
                   struct squashfs_entry *entry);

/* False without an error where the sink said so. */
bool squashfs_read(struct squashfs *fs, const struct squashfs_inode *inode, squashfs_sink *sink,
                   void *context);

/* For the parts of the reader: numbers as they lie in images, decompression and metadata. */
uint64_t squashfs_number(const unsigned char *at, int bytes);
bool squashfs_unpack(struct squashfs *fs, uint64_t at, uint32_t stored, bool compressed, void *out,
                     size_t room, size_t *size);
bool squashfs_metadata(struct squashfs *fs, struct squashfs_cursor *cursor, void *out, size_t size);
bool squashfs_fails(struct squashfs *fs, const char *error);

#endif
