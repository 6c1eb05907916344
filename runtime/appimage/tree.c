/* The tree of an image in a folder: a walk of the one, that looks at or writes the other. */
#define _GNU_SOURCE
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../write_all.h"

enum { DEPTH = 100 };

/* A walk: `path` is where it is, of which all after `top` is the path in the image. */
struct walk {
    struct squashfs *fs;
    bool (*visit)(struct walk *walk, const struct squashfs_inode *inode);
    const char *pattern;
    char path[PATH_MAX];
    size_t top;
    uint32_t left; /* how many there can still be */
    int failure;   /* errno of what can't be written; 0 where the image is to blame */
};

static bool walk_folder(struct walk *walk, const struct squashfs_inode *folder, int depth) {
    struct squashfs_listing listing;
    struct squashfs_entry entry;
    struct squashfs_inode inode;
    size_t end = strlen(walk->path);
    if (depth > DEPTH)
        return squashfs_fails(walk->fs, "folders are too deep");
    squashfs_list(walk->fs, folder, &listing);
    while (squashfs_next(walk->fs, &listing, &entry)) {
        if (walk->left-- == 0)
            return squashfs_fails(walk->fs, "a folder is in itself");
        size_t room = sizeof walk->path - end;
        if (snprintf(walk->path + end, room, "/%s", entry.name) >= (int)room)
            return squashfs_fails(walk->fs, "a path is too long");
        if (!squashfs_inode(walk->fs, entry.inode, &inode) || !walk->visit(walk, &inode) ||
            (inode.kind == SQUASHFS_FOLDER && !walk_folder(walk, &inode, depth + 1)))
            return false;
        walk->path[end] = '\0';
    }
    return walk->fs->error == NULL;
}

static bool walk_all(struct walk *walk, const char *folder) {
    struct squashfs_inode root;
    walk->top = strlen(folder);
    walk->left = walk->fs->inode_count;
    snprintf(walk->path, sizeof walk->path, "%s", folder);
    if (!squashfs_inode(walk->fs, walk->fs->root, &root))
        return false;
    if (root.kind != SQUASHFS_FOLDER)
        return squashfs_fails(walk->fs, "its root is no folder");
    return walk_folder(walk, &root, 0);
}

/* ---- what is there ---- */

static bool links_there(struct walk *walk, const struct squashfs_inode *inode) {
    char target[SQUASHFS_LINK + 1], there[SQUASHFS_LINK + 1];
    ssize_t size = readlink(walk->path, there, sizeof there);
    return size == (ssize_t)inode->size && squashfs_link(walk->fs, inode, target) &&
           memcmp(target, there, (size_t)size) == 0;
}

static bool is_there(struct walk *walk, const struct squashfs_inode *inode) {
    struct stat st;
    if (inode->kind == SQUASHFS_SYMLINK)
        return links_there(walk, inode);
    if (lstat(walk->path, &st) != 0)
        return false;
    if (inode->kind == SQUASHFS_FOLDER)
        return S_ISDIR(st.st_mode);
    return S_ISREG(st.st_mode) && (uint64_t)st.st_size == inode->size &&
           (st.st_mode & 0777) == inode->mode;
}

bool tree_is_there(struct squashfs *fs, const char *folder) {
    struct walk walk = {.fs = fs, .visit = is_there};
    return walk_all(&walk, folder);
}

/* ---- writing ---- */

static bool takes(void *context, const unsigned char *data, size_t size) {
    return write_all(*(int *)context, (const char *)data, size);
}

static bool write_file(struct walk *walk, const struct squashfs_inode *inode) {
    char beside[PATH_MAX];
    if (snprintf(beside, sizeof beside, "%s.XXXXXX", walk->path) >= (int)sizeof beside) {
        errno = ENAMETOOLONG;
        return false;
    }
    int fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0)
        return false;
    bool good = squashfs_read(walk->fs, inode, takes, &fd) && fchmod(fd, inode->mode) == 0;
    good = close(fd) == 0 && good && rename(beside, walk->path) == 0;
    if (!good) {
        int saved = errno;
        unlink(beside);
        errno = saved;
    }
    return good;
}

static bool write_symlink(struct walk *walk, const struct squashfs_inode *inode) {
    char target[SQUASHFS_LINK + 1];
    if (!squashfs_link(walk->fs, inode, target))
        return false;
    unlink(walk->path);
    return symlink(target, walk->path) == 0 || (errno == EEXIST && links_there(walk, inode));
}

/* The folders that lead to a file, which a pattern has passed over. */
static bool make_way(struct walk *walk) {
    for (char *at = strchr(walk->path + walk->top + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        bool made = mkdir(walk->path, 0755) == 0 || errno == EEXIST;
        *at = '/';
        if (!made)
            return false;
    }
    return true;
}

static bool make_folder(struct walk *walk, const struct squashfs_inode *inode) {
    /* Another process may have been quicker. */
    return mkdir(walk->path, inode->mode | 0700) == 0 || is_there(walk, inode);
}

static bool write_node(struct walk *walk, const struct squashfs_inode *inode) {
    const char *path = walk->path + walk->top + 1;
    if (walk->pattern != NULL && fnmatch(walk->pattern, path, FNM_FILE_NAME | FNM_LEADING_DIR) != 0)
        return true;
    if (is_there(walk, inode))
        return true;
    if (walk->fs->error != NULL)
        return false;
    bool good = make_way(walk);
    if (inode->kind == SQUASHFS_FOLDER)
        good = good && make_folder(walk, inode);
    else if (inode->kind == SQUASHFS_FILE)
        good = good && write_file(walk, inode);
    else
        good = good && write_symlink(walk, inode);
    if (!good && walk->fs->error == NULL)
        walk->failure = errno;
    return good;
}

bool tree_write(struct squashfs *fs, const char *folder, const char *pattern, char *error,
                size_t error_size) {
    struct walk walk = {.fs = fs, .visit = write_node, .pattern = pattern};
    if (walk_all(&walk, folder))
        return true;
    if (walk.failure != 0)
        snprintf(error, error_size, "can't write %s: %s", walk.path, strerror(walk.failure));
    else
        snprintf(error, error_size, "damaged: %s", fs->error != NULL ? fs->error : "no reason");
    return false;
}
