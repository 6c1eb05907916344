/* Extraction on POSIX systems: FOLDER/<identity>/<name>, each file written beside and renamed. */
#define _GNU_SOURCE
#include "extract.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "extract_places.h"
#include "write_all.h"

enum { HEX_SIZE = 2 * 16, DAY = 24 * 60 * 60, KEEP_DAYS = 30, TRIED_SIZE = 320 };

static char identity_hex[HEX_SIZE + 1];

void extract_identify(const unsigned char identity[EXTRACT_IDENTITY_SIZE]) {
    for (int i = 0; i < HEX_SIZE / 2; i++)
        snprintf(identity_hex + 2 * i, 3, "%02x", identity[i]);
}

/* ---- folders ---- */

/* Creates a folder and those around it, private to the user. */
static bool make_folders(char *path) {
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

/* Tells the sweep of other programs that this one is used: by its time for later, and as long as
 * this process lives by a lock, whose descriptor stays open. */
static void mark_used(const char *entry) {
    struct stat st;
    int fd = open(entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0)
        close(fd);
    if (stat(entry, &st) == 0 && time(NULL) - st.st_mtime > DAY)
        utimensat(AT_FDCWD, entry, NULL, 0);
}

/* Makes FOLDER/<identity> if the folder serves. What everybody shares (/tmp) isn't made. */
static bool use_folder(char *folder, bool shared, bool executable, char *entry, size_t entry_size) {
    bool made = shared ? mkdir(folder, 0700) == 0 || errno == EEXIST : make_folders(folder);
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
static const char *find_entry(bool executable, char *error, size_t error_size) {
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

/* ---- files ---- */

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
    const char *entry = find_entry(executable, error, error_size);
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
    bool made = make_folders(path);
    *slash = '/';
    if (made && write_beside(path, data, size, executable ? 0700 : 0600))
        return true;
    snprintf(error, error_size, "can't write %s: %s", path, strerror(errno));
    return false;
}
