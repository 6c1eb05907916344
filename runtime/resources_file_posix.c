/* The resources file on systems with mmap. */
#include "resources_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program.h"

static const char *setting(struct container *c, const char *wanted) {
    uint32_t cursor = 0;
    const char *key, *value;
    while (container_next_setting(c, &cursor, &key, &value))
        if (strcmp(key, wanted) == 0)
            return value;
    return NULL;
}

/* The file of that name in the program's folder. */
static bool path_of(const char *name, const char *argv0, char *path, size_t path_size) {
    char *program = program_path(argv0);
    char *slash = program == NULL ? NULL : strrchr(program, '/');
    int folder = slash == NULL ? 0 : (int)(slash - program) + 1;
    int size = program == NULL ? -1 : snprintf(path, path_size, "%.*s%s", folder, program, name);
    free(program);
    return size > 0 && (size_t)size < path_size;
}

/* NULL, with errno, for what isn't a file; a pipe isn't waited for. */
static const void *map(const char *path, uint64_t *size) {
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return NULL;
    const void *data = NULL;
    if (fstat(file, &status) == 0) {
        *size = (uint64_t)status.st_size;
        if (!S_ISREG(status.st_mode))
            errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
        else if (status.st_size == 0)
            data = ""; /* nothing can be mapped, and it is no container */
        else
            data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    }
    int problem = errno;
    close(file);
    errno = problem;
    return data == MAP_FAILED ? NULL : data;
}

static bool digest_is(const unsigned char *digest, const char *hex) {
    char text[65] = "";
    for (int i = 0; i < 32; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    return hex != NULL && strcmp(text, hex) == 0;
}

bool resources_file_follow(struct container *c, const char *argv0, char *error, size_t error_size) {
    const char *name = setting(c, "resources_file");
    char path[PATH_MAX];
    uint64_t size;
    if (name == NULL)
        return true;
    if (!path_of(name, argv0, path, sizeof path)) {
        snprintf(error, error_size, "damaged: the name of its resources is too long");
        return false;
    }
    const void *data = map(path, &size);
    if (data == NULL) {
        snprintf(error, error_size, "its resources, %s, can't be read: %s", path, strerror(errno));
        return false;
    }
    struct container found;
    if (!container_open(&found, data, size)) {
        snprintf(error, error_size, "its resources, %s, are damaged: %s", path, found.error);
        return false;
    }
    if (!digest_is(found.digest, setting(c, "resources_sha256"))) {
        snprintf(error, error_size, "%s belongs to another build of this program", path);
        return false;
    }
    *c = found;
    return true;
}
