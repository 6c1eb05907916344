/* The places that files can be extracted to on Linux. */
#define _GNU_SOURCE
#include "extract_places.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>

const char *const extract_places_shared[] = {"/var/tmp", "/tmp", "/dev/shm", NULL};

void extract_place_own(char *out, size_t size) {
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    out[0] = '\0';
    if (cache != NULL && cache[0] == '/')
        snprintf(out, size, "%s/oxidize-programs", cache);
    else if (home != NULL && home[0] == '/')
        snprintf(out, size, "%s/.cache/oxidize-programs", home);
}

bool extract_place_executes(const char *folder) {
    struct statvfs fs;
    return statvfs(folder, &fs) == 0 && (fs.f_flag & ST_NOEXEC) == 0;
}
