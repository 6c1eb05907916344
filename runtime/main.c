/* The program: opens the container in its image, and hands it to CPython. */
#include <stdio.h>

#include "container.h"
#include "extract.h"
#include "image.h"
#include "program.h"
#include "python.h"
#include "resources_file.h"

/* Whether all settings can be read: what CPython would otherwise meet half-way. */
static bool settings_are_whole(struct container *container) {
    uint32_t cursor = 0;
    const char *key, *value;
    while (container_next_setting(container, &cursor, &key, &value))
        ;
    return container->error[0] == '\0';
}

static int tell_failure(const char *program, const char *how, const char *message) {
    char line[1024];
    snprintf(line, sizeof line, "%s: %s%s", program, how, message);
    program_tell(line);
    return 1;
}

int main(int argc, char **argv) {
    static struct container container;
    argv = program_arguments(&argc, argv);
    const char *program = argv != NULL && argc > 0 ? argv[0] : "oxidize";
    char error[512] = "";
    uint64_t size;
    const void *data = image_container(&size);
    if (argv == NULL)
        return tell_failure(program, "", "out of memory");
    if (data == NULL)
        return tell_failure(program, "damaged: ", "no container");
    if (!container_open(&container, data, size) || !settings_are_whole(&container))
        return tell_failure(program, "damaged: ", container.error);
    if (!resources_file_follow(&container, program, error, sizeof error))
        return tell_failure(program, "", error);
    bool followed = container.data != (const unsigned char *)data;
    if (followed && !settings_are_whole(&container))
        return tell_failure(program, "damaged: ", container.error);
    extract_identify(container.digest);
    oxidize_start_function *start = python_find(&container, error, sizeof error);
    return start != NULL ? start(&container, argc, argv) : tell_failure(program, "", error);
}
