/* Libraries on Linux: an anonymous file in memory, loaded by its path under /proc. */
#define _GNU_SOURCE
#include "library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MFD_CLOEXEC
#define MFD_CLOEXEC 1U
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 0x10U
#endif

enum { COUNTER_BITS = 20 };

/* By number: the wrapper came with glibc 2.27, the call with Linux 3.17. */
static int create(const char *name) {
    int fd = (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC | MFD_EXEC);
    /* Linux before 6.3 doesn't know MFD_EXEC, and doesn't need it. */
    if (fd < 0 && errno == EINVAL)
        fd = (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC);
    return fd;
}

static bool write_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t written = write(fd, data, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        data += written;
        size -= (size_t)written;
    }
    return true;
}

/* glibc remembers a library by the path it came from, and descriptors are used again. So each path
 * is spelt in its own way: bit by bit of a counter, "/" or "./", which the kernel ignores. */
static void spell(char *path, size_t size, int fd) {
    static unsigned counter;
    unsigned bits = counter++;
    size_t at = (size_t)snprintf(path, size, "/proc/self/fd/");
    for (int bit = 0; bit < COUNTER_BITS; bit++)
        at += (size_t)snprintf(path + at, size - at, bits >> bit & 1 ? "./" : "/");
    snprintf(path + at, size - at, "%d", fd);
}

bool library_open(const char *name, const void *data, size_t size, char *path, size_t path_size,
                  int *handle, char *error, size_t error_size) {
    int fd = create(name);
    if (fd < 0 || !write_all(fd, data, size)) {
        snprintf(error, error_size, "can't hold %s in memory: %s", name, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    spell(path, path_size, fd);
    *handle = fd;
    return true;
}

void library_close(int handle) { close(handle); }

bool library_load(const char *path, char *error, size_t error_size) {
    if (dlopen(path, RTLD_LAZY | RTLD_LOCAL) != NULL)
        return true;
    const char *reason = dlerror();
    snprintf(error, error_size, "%s", reason != NULL ? reason : "dlopen failed");
    return false;
}
