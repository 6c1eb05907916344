/* Writing all of some bytes to a descriptor. */
#ifndef OXIDIZE_WRITE_ALL_H
#define OXIDIZE_WRITE_ALL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

/* False with errno set when not all of it could be written. */
static inline bool write_all(int fd, const char *data, size_t size) {
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

#endif
