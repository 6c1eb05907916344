/* Mapping a file on systems with mmap. */
#include "map_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* NULL with errno. */
static const void *map(int file, uint64_t *size) {
    struct stat status;
    if (fstat(file, &status) != 0)
        return NULL;
    *size = (uint64_t)status.st_size;
    if (!S_ISREG(status.st_mode)) {
        errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
        return NULL;
    }
    if (status.st_size == 0)
        return ""; /* nothing can be mapped */
    const void *data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    return data == MAP_FAILED ? NULL : data;
}

const void *map_file(const char *path, uint64_t *size, char *why, size_t why_size) {
    /* A pipe isn't waited for. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const void *data = file < 0 ? NULL : map(file, size);
    if (data == NULL)
        snprintf(why, why_size, "%s", strerror(errno));
    if (file >= 0)
        close(file);
    return data;
}
