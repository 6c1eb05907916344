/* The entry on POSIX systems: FOLDER/<identity>, in the first folder that serves. */
#define _GNU_SOURCE
#include "extract_entry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "extract.h"
#include "extract_places.h"

enum { HEX_SIZE = 2 * 16, DAY = 24 * 60 * 60, KEEP_DAYS = 30, TRIED_SIZE = 320 };

static char identity_hex[HEX_SIZE + 1];

void extract_identify(const unsigned char identity[EXTRACT_IDENTITY_SIZE]) {
    for (int i = 0; i < HEX_SIZE / 2; i++)
        snprintf(identity_hex + 2 * i, 3, "%02x", identity[i]);
}

bool extract_make_folders(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST || errno == EROFS;
        *slash = '/';
        if (!made && errno != EACCES)
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* Whether nobody but the user can have put something there. */
static bool is_private(const char *path) {
    struct stat st;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           (st.st_mode & 0077) == 0;
}

static bool can_write(const char *folder) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/.probe.XXXXXX", folder) >= (int)sizeof path)
        return false;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return false;
    bool good = write(fd, "x", 1) == 1;
    close(fd);
    unlink(path);
    return good;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    (void)st;
    (void)type;
    (void)ftw;
    remove(path);
    return 0;
}

/* Drops what no program has used for a month. */
static void sweep(const char *folder) {
    char path[PATH_MAX];
    struct stat st;
    time_t now = time(NULL);
    DIR *dir = opendir(folder);
    for (struct dirent *entry = NULL; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (strlen(entry->d_name) != HEX_SIZE ||
            strspn(entry->d_name, "0123456789abcdef") != HEX_SIZE ||
            strcmp(entry->d_name, identity_hex) == 0 ||
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path)
            continue;
        if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode) || now - st.st_mtime <= KEEP_DAYS * DAY)
            continue;
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
            nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
        if (fd >= 0)
            close(fd);
    }
    if (dir != NULL)
        closedir(dir);
}

/* The descriptor that locks the last entry; -1 for none. */
static int used = -1;

/* Tells the sweep of other programs that this one is used: by its time for later, and as long as
 * this process lives by a lock, whose descriptor stays open. */
static void mark_used(const char *entry) {
    struct stat st;
    used = open(entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (used >= 0 && flock(used, LOCK_SH | LOCK_NB) != 0) {
        close(used);
        used = -1;
    }
    if (stat(entry, &st) == 0 && time(NULL) - st.st_mtime > DAY)
        utimensat(AT_FDCWD, entry, NULL, 0);
}

void extract_entry_hand_on(void) {
    if (used >= 0)
        fcntl(used, F_SETFD, 0);
}

/* Makes FOLDER/<identity> if the folder serves. What everybody shares (/tmp) isn't made. */
static bool use_folder(char *folder, bool shared, bool executable, char *entry, size_t entry_size) {
    bool made = shared ? mkdir(folder, 0700) == 0 || errno == EEXIST : extract_make_folders(folder);
    if (folder[0] != '/' || !made || !is_private(folder) || !can_write(folder) ||
        (executable && !extract_place_executes(folder)) ||
        snprintf(entry, entry_size, "%s/%s", folder, identity_hex) >= (int)entry_size)
        return false;
    if (mkdir(entry, 0700) == 0)
        sweep(folder);
    else if (errno != EEXIST || !is_private(entry))
        return false;
    mark_used(entry);
    return true;
}

/* The candidates, in order; an empty text for one that doesn't apply. False after the last. */
static bool candidate(int index, char *out, size_t size) {
    const char *given = getenv("OXIDIZE_EXTRACT_DIR");
    out[0] = '\0';
    if (index == 0 && given != NULL)
        snprintf(out, size, "%s/oxidize-programs", given);
    else if (index == 1)
        extract_place_own(out, size);
    else if (index > 1 && extract_places_shared[index - 2] == NULL)
        return false;
    else if (index > 1)
        snprintf(out, size, "%s/oxidize-programs-%ld", extract_places_shared[index - 2],
                 (long)geteuid());
    return true;
}

/* This program's folders: for files, and for those that are executed. */
static char entries[2][PATH_MAX];

const char *extract_inside(const char *path) {
    for (int i = 0; i < 2; i++) {
        size_t size = strlen(entries[i]);
        if (size > 0 && strncmp(path, entries[i], size) == 0 && path[size] == '/')
            return path + size + 1;
    }
    return NULL;
}

/* The entry of this program in the first folder that serves; found once for each need. */
const char *extract_entry(bool executable, char *error, size_t error_size) {
    char *entry = entries[executable], tried[TRIED_SIZE] = "", folder[PATH_MAX - HEX_SIZE - 2];
    if (entry[0] != '\0')
        return entry;
    for (int i = 0; candidate(i, folder, sizeof folder); i++) {
        if (folder[0] == '\0')
            continue;
        if (use_folder(folder, i > 1, executable, entry, PATH_MAX))
            return entry;
        size_t at = strlen(tried);
        snprintf(tried + at, sizeof tried - at, "%s%s", at ? ", " : "", folder);
        entry[0] = '\0';
    }
    snprintf(error, error_size, "no folder to write%s files in: tried %s; set OXIDIZE_EXTRACT_DIR",
             executable ? " and execute" : "", tried);
    return NULL;
}
