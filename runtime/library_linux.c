/* Libraries on Linux: an anonymous file in memory, with a path under /proc. */
#define _GNU_SOURCE
#include "library.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "extract.h"
#include "write_all.h"

#ifndef MFD_CLOEXEC
#define MFD_CLOEXEC 1U
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 0x10U
#endif

enum { COUNTER_BITS = 20 };

/* By number: the wrapper came with glibc 2.27, the call with Linux 3.17. */
static int create_memory_file(const char *name) {
    int fd = (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC | MFD_EXEC);
    /* Linux before 6.3 doesn't know MFD_EXEC, and doesn't need it. */
    if (fd < 0 && errno == EINVAL)
        fd = (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC);
    return fd;
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

/* Whether memory may hold code here: there may be no /proc, and a sysctl or a security module may
 * forbid it. */
static bool memory_serves(int fd) {
    static enum { UNKNOWN, SERVES, FAILS } state;
    if (state == UNKNOWN) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        void *page = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
        state = page != MAP_FAILED && access(path, R_OK) == 0 ? SERVES : FAILS;
        if (page != MAP_FAILED)
            munmap(page, 1);
    }
    return state == SERVES;
}

static int open_in_memory(const char *name, const void *data, size_t size) {
    int fd = create_memory_file(name);
    if (fd >= 0 && (!memory_serves(fd) || !write_all(fd, data, size))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

bool library_open(const char *name, const void *data, size_t size, unsigned flags,
                  struct library *library, char *error, size_t error_size) {
    const char *slash = strrchr(name, '/');
    library->handle =
        flags & LIBRARY_EXTRACT ? -1 : open_in_memory(slash != NULL ? slash + 1 : name, data, size);
    if (library->handle < 0)
        return extract_file(name, data, size, true, library->path, sizeof library->path, error,
                            error_size);
    spell(library->path, sizeof library->path, library->handle);
    return true;
}

/* Descriptors of cycles are high, so that they are free; the limit may be lower. */
static void allow(int descriptor) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur <= (rlim_t)descriptor &&
        limit.rlim_max > (rlim_t)descriptor) {
        limit.rlim_cur = (rlim_t)descriptor + 1;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

bool library_pin(struct library *library, int descriptor, char *error, size_t error_size) {
    int fd = library->handle;
    if (fd < 0)
        fd = open(library->path, O_RDONLY | O_CLOEXEC);
    allow(descriptor);
    bool taken = fcntl(descriptor, F_GETFD) >= 0;
    bool good = fd >= 0 && !taken && dup3(fd, descriptor, O_CLOEXEC) == descriptor;
    if (!good)
        snprintf(error, error_size, "descriptor %d can't be had: %s", descriptor,
                 taken ? "it is taken" : strerror(errno));
    if (fd >= 0)
        close(fd);
#ifdef __GLIBC__
    library->handle = good ? descriptor : -1;
#else
    /* musl tells by its file whether a library is loaded: it stays open for all that name it. */
    library->handle = -1;
#endif
    snprintf(library->path, sizeof library->path, "/proc/self/fd/%d", descriptor);
    return good;
}

void library_close(struct library *library) {
    if (library->handle >= 0)
        close(library->handle);
}
