/* Extraction on POSIX systems: files of the entry, each written beside and renamed. */
#define _GNU_SOURCE
#include "extract.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extract_entry.h"
#include "write_all.h"

static bool same_bytes(int fd, const void *data, size_t size) {
    if (size == 0)
        return true;
    void *mapped = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped == MAP_FAILED)
        return false;
    bool same = memcmp(mapped, data, size) == 0;
    munmap(mapped, size);
    return same;
}

/* A file of the user's own with just these bytes. */
static bool is_there(const char *path, const void *data, size_t size) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    bool good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
                (uint64_t)st.st_size == size && same_bytes(fd, data, size);
    close(fd);
    return good;
}

static bool write_beside(const char *path, const void *data, size_t size, mode_t mode) {
    char beside[PATH_MAX];
    if (snprintf(beside, sizeof beside, "%s.XXXXXX", path) >= (int)sizeof beside) {
        errno = ENAMETOOLONG;
        return false;
    }
    int fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0)
        return false;
    bool good = write_all(fd, data, size) && fchmod(fd, mode) == 0;
    good = close(fd) == 0 && good && rename(beside, path) == 0;
    if (!good) {
        int saved = errno;
        unlink(beside);
        errno = saved;
    }
    return good;
}

bool extract_file(const char *name, const void *data, size_t size, bool executable, char *path,
                  size_t path_size, char *error, size_t error_size) {
    const char *entry = extract_entry(executable, error, error_size);
    if (entry == NULL)
        return false;
    if (snprintf(path, path_size, "%s/%s", entry, name) >= (int)path_size) {
        snprintf(error, error_size, "too long a path: %s/%s", entry, name);
        return false;
    }
    if (is_there(path, data, size))
        return true;
    char *slash = strrchr(path, '/');
    *slash = '\0';
    bool made = extract_make_folders(path);
    *slash = '/';
    if (made && write_beside(path, data, size, executable ? 0700 : 0600))
        return true;
    snprintf(error, error_size, "can't write %s: %s", path, strerror(errno));
    return false;
}
