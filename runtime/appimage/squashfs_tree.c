/* The tree of a squashfs image: inodes, lists of folders, targets of links. */
#include <string.h>

#include "squashfs.h"

/* Kinds beyond this are the same ones with larger fields. */
enum { EXTENDED = 7, COMMON = 16, RUN = 12, ENTRY = 8 };
/* A folder's size counts "." and "..", which aren't there. */
enum { DOTS = 3 };

static bool read_folder(struct squashfs *fs, struct squashfs_inode *inode, bool extended) {
    unsigned char raw[24];
    if (!squashfs_metadata(fs, &inode->rest, raw, extended ? 24 : 16))
        return false;
    inode->start = squashfs_number(raw + (extended ? 8 : 0), 4);
    inode->offset = (uint32_t)squashfs_number(raw + (extended ? 18 : 10), 2);
    inode->size = squashfs_number(raw + (extended ? 4 : 8), extended ? 4 : 2);
    inode->size = inode->size > DOTS ? inode->size - DOTS : 0;
    return true;
}

static bool read_file(struct squashfs *fs, struct squashfs_inode *inode, bool extended) {
    unsigned char raw[40];
    if (!squashfs_metadata(fs, &inode->rest, raw, extended ? 40 : 16))
        return false;
    inode->start = squashfs_number(raw, extended ? 8 : 4);
    inode->size = squashfs_number(raw + (extended ? 8 : 12), extended ? 8 : 4);
    inode->fragment = (uint32_t)squashfs_number(raw + (extended ? 28 : 4), 4);
    inode->offset = (uint32_t)squashfs_number(raw + (extended ? 32 : 8), 4);
    return true;
}

static bool read_symlink(struct squashfs *fs, struct squashfs_inode *inode) {
    unsigned char raw[8];
    if (!squashfs_metadata(fs, &inode->rest, raw, sizeof raw))
        return false;
    inode->size = squashfs_number(raw + 4, 4);
    return inode->size <= SQUASHFS_LINK || squashfs_fails(fs, "a link is too long");
}

bool squashfs_inode(struct squashfs *fs, uint64_t number, struct squashfs_inode *inode) {
    unsigned char raw[COMMON];
    memset(inode, 0, sizeof *inode);
    inode->rest.cache = &fs->inode_block;
    inode->rest.block = fs->inodes + (number >> 16);
    inode->rest.offset = number & 0xffff;
    if (!squashfs_metadata(fs, &inode->rest, raw, sizeof raw))
        return false;
    unsigned kind = (unsigned)squashfs_number(raw, 2);
    bool extended = kind > EXTENDED;
    inode->kind = kind - (extended ? EXTENDED : 0);
    inode->mode = (unsigned)squashfs_number(raw + 2, 2) & 0777;
    if (inode->kind == SQUASHFS_FOLDER)
        return read_folder(fs, inode, extended);
    if (inode->kind == SQUASHFS_FILE)
        return read_file(fs, inode, extended);
    if (inode->kind == SQUASHFS_SYMLINK)
        return read_symlink(fs, inode);
    return squashfs_fails(fs, "something is neither a file nor a folder nor a link");
}

bool squashfs_link(struct squashfs *fs, const struct squashfs_inode *inode,
                   char target[SQUASHFS_LINK + 1]) {
    struct squashfs_cursor cursor = inode->rest;
    target[inode->size] = '\0';
    return squashfs_metadata(fs, &cursor, target, inode->size);
}

void squashfs_list(struct squashfs *fs, const struct squashfs_inode *inode,
                   struct squashfs_listing *listing) {
    memset(listing, 0, sizeof *listing);
    listing->cursor.cache = &fs->directory_block;
    listing->cursor.block = fs->directories + inode->start;
    listing->cursor.offset = inode->offset;
    listing->left = inode->size;
    fs->error = NULL;
}

static bool take(struct squashfs *fs, struct squashfs_listing *listing, void *out, size_t size) {
    if (size > listing->left)
        return squashfs_fails(fs, "a folder's list is cut off");
    listing->left -= size;
    return squashfs_metadata(fs, &listing->cursor, out, size);
}

/* Whether it is the name of something inside its folder. */
static bool is_name(const char *name, size_t size) {
    return strlen(name) == size && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

bool squashfs_next(struct squashfs *fs, struct squashfs_listing *listing,
                   struct squashfs_entry *entry) {
    unsigned char raw[RUN];
    if (listing->left == 0)
        return false;
    if (listing->count == 0) {
        if (!take(fs, listing, raw, RUN))
            return false;
        listing->count = (uint32_t)squashfs_number(raw, 4) + 1;
        listing->start = (uint32_t)squashfs_number(raw + 4, 4);
    }
    if (!take(fs, listing, raw, ENTRY))
        return false;
    size_t size = squashfs_number(raw + 6, 2) + 1;
    if (size > SQUASHFS_NAME)
        return squashfs_fails(fs, "a name is too long");
    if (!take(fs, listing, entry->name, size))
        return false;
    entry->name[size] = '\0';
    entry->inode = (uint64_t)listing->start << 16 | squashfs_number(raw, 2);
    listing->count--;
    return is_name(entry->name, size) || squashfs_fails(fs, "a name leads elsewhere");
}
