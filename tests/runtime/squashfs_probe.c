/* A program around the reader of squashfs for tests: walks a whole image, or damages copies of it
 * at random and walks those.
 *
 *   squashfs_probe FILE               prints what is in it; exit 1 with the error if damaged
 *   squashfs_probe FILE SEED ROUNDS   exit 0 unless a sanitizer stops it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../runtime/appimage/squashfs.h"
#include "damage.h"

enum { DEPTH = 20 };

struct counts {
    unsigned files, folders, links, left;
    uint64_t bytes;
};

static bool takes(void *context, const unsigned char *data, size_t size) {
    struct counts *counts = context;
    for (size_t i = 0; i < size; i++)
        counts->bytes += data[i] != 0;
    return true;
}

static bool walk(struct squashfs *fs, uint64_t number, struct counts *counts, int depth) {
    struct squashfs_inode inode;
    struct squashfs_listing listing;
    struct squashfs_entry entry;
    char target[SQUASHFS_LINK + 1];
    if (depth > DEPTH || counts->left-- == 0 || !squashfs_inode(fs, number, &inode))
        return false;
    if (inode.kind == SQUASHFS_SYMLINK) {
        counts->links++;
        return squashfs_link(fs, &inode, target) && strlen(target) <= inode.size;
    }
    if (inode.kind == SQUASHFS_FILE) {
        counts->files++;
        /* Such a size takes more blocks than there are bytes. */
        return inode.size < 1 << 24 && squashfs_read(fs, &inode, takes, counts);
    }
    counts->folders++;
    squashfs_list(fs, &inode, &listing);
    bool good = true;
    while (squashfs_next(fs, &listing, &entry))
        good = walk(fs, entry.inode, counts, depth + 1) && good;
    return good && fs->error == NULL;
}

static bool walk_all(struct squashfs *fs, const unsigned char *data, size_t size,
                     struct counts *counts) {
    *counts = (struct counts){.left = 1000};
    if (!squashfs_open(fs, data, size))
        return false;
    bool good = walk(fs, fs->root, counts, 0);
    squashfs_close(fs);
    return good;
}

int main(int argc, char **argv) {
    static struct squashfs fs;
    struct counts counts;
    uint64_t size;
    unsigned char *data = argc > 1 ? read_all(argv[1], &size) : NULL;
    if (data == NULL)
        return 2;
    if (argc == 2) {
        bool good = walk_all(&fs, data, size, &counts);
        if (good)
            printf("%u folders, %u files, %u links, %lu bytes\n", counts.folders, counts.files,
                   counts.links, (unsigned long)counts.bytes);
        else
            fprintf(stderr, "%s\n", fs.error != NULL ? fs.error : "too much of it");
        free(data);
        return good ? 0 : 1;
    }
    damage_seed(argv[2]);
    /* Exactly as large as what is walked, for sanitizers. */
    for (long round = strtol(argv[3], NULL, 10); round > 0; round--) {
        uint64_t cut = next_random() % 16 == 0 ? next_random() % size : size;
        unsigned char *copy = malloc(cut + 1);
        memcpy(copy, data, cut);
        if (cut > 0)
            damage(copy, cut);
        walk_all(&fs, copy, cut, &counts);
        free(copy);
    }
    free(data);
    return 0;
}
