/* The program's path on macOS, as dyld and the kernel know it. */
#include "program.h"

#include <libproc.h>
#include <limits.h>
#include <mach-o/dyld.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *program_path(const char *argv0) {
    char given[PATH_MAX];
    uint32_t size = sizeof given;
    if (_NSGetExecutablePath(given, &size) != 0)
        return strdup(argv0);
    char *resolved = realpath(given, NULL);
    return resolved != NULL ? resolved : strdup(given);
}

bool program_started_itself(const char *program) {
    char parent[PROC_PIDPATHINFO_MAXSIZE];
    int size = proc_pidpath(getppid(), parent, sizeof parent);
    return size > 0 && strcmp(parent, program) == 0;
}
