/* A program around runtime/container.c for tests: walks a whole container, or damages copies of it
 * at random and walks those.
 *
 *   container_probe FILE               prints what is in it; exit 1 with the error if damaged
 *   container_probe FILE SEED ROUNDS   exit 0 unless a sanitizer stops it */
#include "container.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "damage.h"

static uint64_t total; /* so that no read is optimised away */

static void touch(const unsigned char *data, uint64_t size) {
    for (uint64_t i = 0; i < size; i++)
        total += data[i];
}

/* With the NUL behind it, on which C relies. */
static void touch_text(struct text text) {
    touch((const unsigned char *)text.text, (uint64_t)text.size + 1);
}

static bool walk_blob(struct container *c, uint32_t index) {
    struct blob blob;
    if (index == CONTAINER_NONE)
        return true;
    if (!container_blob(c, index, &blob))
        return false;
    touch(blob.data, blob.size);
    return true;
}

static bool walk_libraries(struct container *c, uint32_t first, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t file;
        if (!container_library(c, first + i, &file))
            return false;
    }
    return true;
}

static bool walk_module(struct container *c, uint32_t index) {
    struct module m;
    if (!container_module(c, index, &m) || !walk_blob(c, m.source) || !walk_blob(c, m.extension) ||
        !walk_libraries(c, m.first_library, m.library_count))
        return false;
    touch_text(m.name);
    touch_text(m.path);
    touch_text(m.beside);
    for (int level = 0; level < CONTAINER_LEVELS; level++)
        if (!walk_blob(c, m.code[level]))
            return false;
    return container_find_module(c, m.name.text, m.name.size) == index &&
           container_first_module(c, m.name.text, m.name.size) == index;
}

static bool walk_file(struct container *c, uint32_t index) {
    struct file f;
    if (!container_file(c, index, &f))
        return false;
    touch_text(f.path);
    touch_text(f.beside);
    return walk_blob(c, f.content) && walk_libraries(c, f.first_library, f.library_count) &&
           container_find_file(c, f.path.text, f.path.size) == index &&
           container_first_file(c, f.path.text, f.path.size) == index;
}

static bool walk(struct container *c, const unsigned char *data, uint64_t size, int *settings) {
    uint32_t cursor = 0;
    const char *key, *value;
    if (!container_open(c, data, size))
        return false;
    bool good = true;
    /* On through damage: in a damaged container, every row must be safe to ask for. */
    for (uint32_t i = 0; i < c->modules.count; i++)
        good = walk_module(c, i) && good;
    for (uint32_t i = 0; i < c->files.count; i++)
        good = walk_file(c, i) && good;
    for (uint32_t i = 0; i < c->blobs.count; i++)
        good = walk_blob(c, i) && good;
    while (container_next_setting(c, &cursor, &key, &value)) {
        touch((const unsigned char *)key, strlen(key));
        touch((const unsigned char *)value, strlen(value));
        ++*settings;
    }
    return good && c->error[0] == '\0' &&
           container_find_module(c, "not there", 9) == CONTAINER_NONE;
}

int main(int argc, char **argv) {
    struct container container;
    uint64_t size;
    int settings = 0;
    unsigned char *data = argc > 1 ? read_all(argv[1], &size) : NULL;
    if (data == NULL)
        return 2;
    if (argc == 2) {
        bool good = walk(&container, data, size, &settings);
        if (good)
            printf("%u modules, %u files, %u blobs, %d settings\n", container.modules.count,
                   container.files.count, container.blobs.count, settings);
        else
            fprintf(stderr, "%s\n", container.error);
        free(data);
        return good ? 0 : 1;
    }
    damage_seed(argv[2]);
    unsigned char *copy = malloc(size);
    for (long round = strtol(argv[3], NULL, 10); copy != NULL && round > 0; round--) {
        memcpy(copy, data, size);
        damage(copy, size);
        uint64_t cut = next_random() % 16 == 0 ? next_random() % size : size;
        walk(&container, copy, cut, &settings);
    }
    free(copy);
    free(data);
    return 0;
}
