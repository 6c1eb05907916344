/* The program as an interpreter: see interpreter.h. */
#include "interpreter.h"

#include <stdlib.h>
#include <string.h>

#include "program.h"

static const char SPAWN_FLAG[] = "--multiprocessing-fork";

/* Options of `python` that take their value as the next argument. */
static bool takes_value(const char *option) {
    return strcmp(option, "-W") == 0 || strcmp(option, "-X") == 0 ||
           strcmp(option, "--check-hash-based-pycs") == 0;
}

/* The place of the -c or -m in a command line of `python`, if that is what it is; else 0. */
static int find_code(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i++) {
        const char *option = argv[i];
        size_t size = strlen(option);
        if (option[0] != '-' || size < 2)
            return 0;
        /* -c may end a group: python's own -Ic. */
        if (option[1] != '-' && (option[size - 1] == 'c' || option[size - 1] == 'm') &&
            strspn(option + 1, "bBdEiIOPqsSuvx") == size - 2)
            return i;
        if (takes_value(option))
            i++;
    }
    return 0;
}

enum interpreter_mode interpreter_mode_of(int argc, char **argv, const char *program,
                                          bool dispatch) {
    if (dispatch && argc > 1 && strcmp(argv[1], SPAWN_FLAG) == 0)
        return MODE_SPAWNED;
    int code = find_code(argc, argv);
    if (code == 0)
        return MODE_APPLICATION;
    /* An application may have such options too, so they count only where the application itself,
     * or multiprocessing on its behalf, is who asks. */
    bool own = strncmp(argv[code + 1], "from multiprocessing.", 21) == 0;
    return own || program_started_itself(program) ? MODE_COMMAND_LINE : MODE_APPLICATION;
}

char *interpreter_spawn_command(int argc, char **argv) {
    static const char head[] = "from multiprocessing.spawn import spawn_main; spawn_main(";
    size_t size = sizeof head + 2;
    for (int i = 2; i < argc; i++)
        size += strlen(argv[i]) + 1;
    char *command = malloc(size);
    if (command == NULL)
        return NULL;
    strcpy(command, head);
    for (int i = 2; i < argc; i++) {
        /* NAME=NUMBER, as multiprocessing writes them; other things are not for running. */
        size_t name = strcspn(argv[i], "=");
        bool plain = argv[i][name] == '=' &&
                     strspn(argv[i], "abcdefghijklmnopqrstuvwxyz_") == name &&
                     strspn(argv[i] + name + 1, "0123456789") == strlen(argv[i] + name + 1);
        if (plain || strcmp(argv[i] + name, "=None") == 0) {
            strcat(command, argv[i]);
            strcat(command, ",");
        }
    }
    strcat(command, ")");
    return command;
}
