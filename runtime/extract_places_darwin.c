/* The places that files can be extracted to on macOS. */
#include "extract_places.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/param.h>

const char *const extract_places_shared[] = {"/private/var/tmp", "/private/tmp", NULL};

void extract_place_own(char *out, size_t size) {
    const char *home = getenv("HOME");
    out[0] = '\0';
    if (home != NULL && home[0] == '/')
        snprintf(out, size, "%s/Library/Caches/oxidize-programs", home);
}

bool extract_place_executes(const char *folder) {
    struct statfs fs;
    return statfs(folder, &fs) == 0 && (fs.f_flags & MNT_NOEXEC) == 0;
}
