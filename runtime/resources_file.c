/* The resources file: see resources_file.h. */
#include "resources_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "map_file.h"
#include "program.h"

enum { LONGEST_PATH = 4096 };

/* The file of that name in the program's folder. */
static bool path_of(const char *name, const char *argv0, char *path, size_t path_size) {
    char *program = program_path(argv0);
    char *slash = program == NULL ? NULL : strrchr(program, PATH_SEPARATOR[0]);
    int folder = slash == NULL ? 0 : (int)(slash - program) + 1;
    int size = program == NULL ? -1 : snprintf(path, path_size, "%.*s%s", folder, program, name);
    free(program);
    return size > 0 && (size_t)size < path_size;
}

static bool digest_is(const unsigned char *digest, const char *hex) {
    char text[65] = "";
    for (int i = 0; i < 32; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    return hex != NULL && strcmp(text, hex) == 0;
}

bool resources_file_follow(struct container *c, const char *argv0, char *error, size_t error_size) {
    const char *name = container_setting(c, "resources_file");
    char path[LONGEST_PATH], why[256];
    uint64_t size;
    if (name == NULL)
        return true;
    if (!path_of(name, argv0, path, sizeof path)) {
        snprintf(error, error_size, "damaged: the name of its resources is too long");
        return false;
    }
    const void *data = map_file(path, &size, why, sizeof why);
    if (data == NULL) {
        snprintf(error, error_size, "its resources, %s, can't be read: %s", path, why);
        return false;
    }
    struct container found;
    if (!container_open(&found, data, size)) {
        snprintf(error, error_size, "its resources, %s, are damaged: %s", path, found.error);
        return false;
    }
    if (!digest_is(found.digest, container_setting(c, "resources_sha256"))) {
        snprintf(error, error_size, "%s belongs to another build of this program", path);
        return false;
    }
    *c = found;
    return true;
}
