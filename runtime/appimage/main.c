/* An AppImage's program: has the files of its image written once, and runs AppRun among them. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../extract.h"
#include "../extract_entry.h"
#include "own_image.h"
#include "squashfs.h"
#include "tree.h"

enum { CANT_RUN = 127, ERROR_SIZE = 512 + PATH_MAX };
/* What arguments begin with that are meant for this program, as in all AppImages. */
#define OWN "--appimage-"
#define EXTRACTED "squashfs-root"

static const char help[] =
    "Options of the AppImage itself:\n"
    "  --appimage-extract [PATTERN]  write its files, or those, to " EXTRACTED " here\n"
    "  --appimage-extract-and-run    what it does without any option, too\n"
    "  --appimage-offset             say where in it the file system is\n"
    "  --appimage-version            say what made it\n"
    "  --appimage-help               say this\n"
    "\n"
    "All other arguments are the application's. Its files are kept from start to start, below\n"
    "$OXIDIZE_EXTRACT_DIR, $XDG_CACHE_HOME, ~/.cache or /var/tmp: the first one that serves.\n";

static int fail(const char *program, const char *message) {
    fprintf(stderr, "%s: %s\n", program, message);
    return CANT_RUN;
}

/* Whether a folder of that name is the user's own: in /tmp, others can have made it. */
static bool make_own_folder(const char *name) {
    struct stat st;
    if (mkdir(name, 0755) == 0)
        return true;
    return errno == EEXIST && lstat(name, &st) == 0 && S_ISDIR(st.st_mode) &&
           st.st_uid == geteuid();
}

static int extract(const char *program, const struct own_image *image, const char *pattern) {
    struct squashfs fs;
    char error[ERROR_SIZE];
    if (!own_image_is_whole(image))
        return fail(program, "damaged: its image isn't the one that was made");
    if (!squashfs_open(&fs, image->data, image->size)) {
        snprintf(error, sizeof error, "damaged: %s", fs.error);
        return fail(program, error);
    }
    if (!make_own_folder(EXTRACTED))
        return fail(program, "can't make a folder " EXTRACTED " here");
    if (!tree_write(&fs, EXTRACTED, pattern, error, sizeof error))
        return fail(program, error);
    puts(EXTRACTED);
    return 0;
}

/* The folder that has all files of the image; NULL: `error` says in one line why there is none. */
static const char *find_files(const struct own_image *image, char *error, size_t error_size) {
    struct squashfs fs;
    if (!squashfs_open(&fs, image->data, image->size)) {
        snprintf(error, error_size, "damaged: %s", fs.error);
        return NULL;
    }
    extract_identify(own_image_digest());
    const char *folder = extract_entry(true, error, error_size);
    if (folder != NULL && !tree_is_there(&fs, folder)) {
        if (!own_image_is_whole(image)) {
            snprintf(error, error_size, "damaged: its image isn't the one that was made");
            folder = NULL;
        } else if (!tree_write(&fs, folder, NULL, error, error_size)) {
            folder = NULL;
        }
    }
    squashfs_close(&fs);
    return folder;
}

/* What applications inside ask for. */
static void tell_environment(const char *folder, const char *program) {
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    if (size > 0) {
        path[size] = '\0';
        setenv("APPIMAGE", path, 1);
    }
    setenv("APPDIR", folder, 1);
    setenv("ARGV0", program, 1);
    if (getcwd(path, sizeof path) != NULL)
        setenv("OWD", path, 1);
}

static int run(const char *program, const struct own_image *image, char **argv) {
    char error[ERROR_SIZE], path[PATH_MAX];
    const char *folder = find_files(image, error, sizeof error);
    if (folder == NULL)
        return fail(program, error);
    if (snprintf(path, sizeof path, "%s/AppRun", folder) >= (int)sizeof path)
        return fail(program, "the path of its files is too long");
    tell_environment(folder, program);
    extract_entry_hand_on();
    /* In place of this process: signals, the terminal and the exit code are the application's. */
    execv(path, argv);
    snprintf(error, sizeof error, "can't run %s: %s", path, strerror(errno));
    return fail(program, error);
}

int main(int argc, char **argv) {
    struct own_image image;
    char error[ERROR_SIZE];
    const char *program = argc > 0 ? argv[0] : "AppImage";
    const char *option = argc > 1 && strncmp(argv[1], OWN, strlen(OWN)) == 0 ? argv[1] : NULL;
    const char *name = option != NULL ? option + strlen(OWN) : "";
    if (strcmp(name, "help") == 0)
        return fputs(help, stderr) < 0;
    if (strcmp(name, "version") == 0)
        return fputs("AppImage of type 2, with oxidize's runtime\n", stderr) < 0;
    if (!own_image_open(&image, error, sizeof error))
        return fail(program, error);
    if (strcmp(name, "offset") == 0)
        return printf("%zu\n", image.offset) < 0;
    if (strcmp(name, "extract") == 0)
        return extract(program, &image, argc > 2 ? argv[2] : NULL);
    if (strcmp(name, "extract-and-run") == 0)
        memmove(argv + 1, argv + 2, (size_t)(argc - 1) * sizeof *argv);
    else if (option != NULL) {
        snprintf(error, sizeof error, "%s isn't an option: see --appimage-help", option);
        return fail(program, error);
    }
    return run(program, &image, argv);
}
