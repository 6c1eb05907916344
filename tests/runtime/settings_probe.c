/* A program around runtime/settings.c for tests: what a container's CONFIG makes of CPython's
 * configuration, in fields that show nothing in an ordinary build.
 *
 *   settings_probe FILE   prints FIELD=VALUE lines; exit 1 with the error if a setting can't be */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdio.h>
#include <stdlib.h>

#include "container.h"
#include "settings.h"

static void *read_file(const char *path, long *size) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (*size = ftell(file)) < 0)
        return NULL;
    rewind(file);
    void *data = aligned_alloc(16, (size_t)*size + 16 - (size_t)*size % 16);
    if (data != NULL && fread(data, 1, (size_t)*size, file) != (size_t)*size)
        data = NULL;
    fclose(file);
    return data;
}

int main(int argc, char **argv) {
    long size;
    void *data = argc > 1 ? read_file(argv[1], &size) : NULL;
    static struct container container;
    struct settings settings;
    PyConfig config;
    if (data == NULL || !container_open(&container, data, (uint64_t)size)) {
        fprintf(stderr, "no container\n");
        return 2;
    }
    PyStatus status = settings_apply(&container, "/folder/program", 1, argv, &settings, &config);
    if (PyStatus_Exception(status)) {
        fprintf(stderr, "%s\n", container.error[0] ? container.error : status.err_msg);
        return 1;
    }
    printf("dump_refs=%d\nshow_ref_count=%d\npathconfig_warnings=%d\n", config.dump_refs,
           config.show_ref_count, config.pathconfig_warnings);
    printf("home=%ls\nexecutable=%ls\nsafe_path=%d\n", config.home, config.executable,
           settings.safe_path);
    PyConfig_Clear(&config);
    return 0;
}
