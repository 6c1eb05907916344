/* The program's path on Linux: /proc/self/exe, else what exec was given. */
#include "program.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

char *program_path(const char *argv0) {
    char link[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", link, sizeof link - 1);
    if (size > 0 && link[0] == '/') {
        link[size] = '\0';
        return strdup(link);
    }
    const char *given = (const char *)getauxval(AT_EXECFN);
    if (given == NULL)
        given = argv0;
    char *resolved = realpath(given, NULL);
    return resolved != NULL ? resolved : strdup(given);
}

bool program_started_itself(const char *program) {
    char link[64], parent[PATH_MAX];
    snprintf(link, sizeof link, "/proc/%ld/exe", (long)getppid());
    ssize_t size = readlink(link, parent, sizeof parent - 1);
    if (size <= 0)
        return false;
    parent[size] = '\0';
    return strcmp(parent, program) == 0;
}
