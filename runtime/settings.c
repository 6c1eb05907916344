/* The settings: see settings.h. */
#include "settings.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "allocators.h"
#include "fields.h"
#include "native_text.h"
#include "paths.h"

static PyStatus read_own(struct container *c, const char *program, int argc, char **argv,
                         struct settings *settings) {
    *settings = (struct settings){.parse_argv = -1, .origin = paths_origin(program)};
    if (settings->origin == NULL)
        return PyStatus_NoMemory();
    PyStatus status = fields_fill(c, OF_SETTINGS, settings, settings->origin);
    settings->mode =
        interpreter_mode_of(argc, argv, program, settings->multiprocessing_auto_dispatch);
    if (settings->mode != MODE_APPLICATION)
        settings->parse_argv = settings->mode == MODE_COMMAND_LINE;
    else if (settings->parse_argv < 0)
        settings->parse_argv = settings->config_profile == PROFILE_PYTHON;
    return status;
}

static PyStatus preinitialize(struct container *c, struct settings *settings, int argc,
                              char **argv) {
    PyPreConfig pre;
    if (settings->config_profile == PROFILE_PYTHON)
        PyPreConfig_InitPythonConfig(&pre);
    else
        PyPreConfig_InitIsolatedConfig(&pre);
    pre.dev_mode = -1;
    pre.parse_argv = settings->parse_argv;
    PyStatus status = fields_fill(c, OF_PRECONFIG, &pre, settings->origin);
    if (!PyStatus_Exception(status))
        status = native_preinitialize(&pre, argc, argv);
    if (!PyStatus_Exception(status))
        allocators_install(settings, &pre);
    return status;
}

static void begin(PyConfig *config, const struct settings *settings) {
    if (settings->config_profile == PROFILE_PYTHON)
        PyConfig_InitPythonConfig(config);
    else
        PyConfig_InitIsolatedConfig(config);
    /* Off, unless x_options or an environment that is to be heeded turn them on. */
    config->dev_mode = config->faulthandler = config->tracemalloc = config->use_hash_seed = -1;
#if PY_VERSION_HEX >= 0x030C0000
    config->perf_profiling = -1;
#endif
    config->parse_argv = settings->parse_argv;
    config->site_import = settings->site_import;
}

/* The arguments that python's own options leave are the application's, all of them: CPython takes
 * the first for what to run. */
static PyStatus keep_arguments(PyConfig *config) {
    const PyWideStringList *given = &config->orig_argv;
    if (given->length == 0)
        return PyStatus_Ok();
    bool empty = given->length > 1 && given->items[given->length - 1][0] == L'\0';
    if (!empty && config->argv.length == 1 && config->argv.items[0][0] == L'\0')
        return PyConfig_SetString(config, &config->argv.items[0], given->items[0]);
    return PyWideStringList_Insert(&config->argv, 0, given->items[0]);
}

/* What runs: the application, unless a command line is parsed and has -c or -m. */
static PyStatus set_application(struct container *c, struct settings *settings, PyConfig *config) {
    if (config->run_command != NULL || config->run_module != NULL) {
        settings->run_module = NULL;
        return PyStatus_Ok();
    }
    wchar_t *argument = config->run_filename; /* a script, if the application is none itself */
    config->run_filename = NULL;
    PyStatus status = fields_fill(c, OF_RUN, config, settings->origin);
    bool interpreter =
        config->run_command == NULL && config->run_module == NULL && config->run_filename == NULL;
    if (!PyStatus_Exception(status) && interpreter)
        status = PyConfig_SetString(config, &config->run_filename, argument);
    else if (!PyStatus_Exception(status) && settings->parse_argv)
        status = keep_arguments(config);
    PyMem_RawFree(argument);
    /* What goes on after it is CPython's to run. */
    if (config->inspect)
        settings->run_module = NULL;
    return status;
}

static PyStatus set_spawn_command(PyConfig *config, int argc, char **argv) {
    char *command = interpreter_spawn_command(argc, argv);
    PyStatus status = command == NULL
                          ? PyStatus_NoMemory()
                          : PyConfig_SetBytesString(config, &config->run_command, command);
    free(command);
    return status;
}

static PyStatus set_what_runs(struct container *c, int argc, char **argv, struct settings *settings,
                              PyConfig *config) {
    if (settings->mode == MODE_APPLICATION)
        return set_application(c, settings, config);
    settings->run_module = NULL;
    return settings->mode == MODE_SPAWNED ? set_spawn_command(config, argc, argv) : PyStatus_Ok();
}

static PyStatus configure(struct container *c, const char *program, int argc, char **argv,
                          struct settings *settings, PyConfig *config) {
    PyStatus status = fields_fill(c, OF_CONFIG, config, settings->origin);
    if (!PyStatus_Exception(status))
        status = paths_fill(config, program, settings->origin);
    if (!PyStatus_Exception(status))
        status = native_set_arguments(config, argc, argv);
    /* Otherwise CPython reads it once, when it is initialised. */
    if (!PyStatus_Exception(status) && (settings->parse_argv || config->use_environment))
        status = PyConfig_Read(config);
    if (!PyStatus_Exception(status))
        status = set_what_runs(c, argc, argv, settings, config);
    settings->safe_path = config->safe_path;
    /* Before our importer is there, `site` could only be found on disk; it is imported after. */
    settings->site_import = config->site_import;
    config->site_import = 0;
    return PyStatus_Exception(status) ? status : paths_search(config);
}

PyStatus settings_apply(struct container *c, const char *program, int argc, char **argv,
                        struct settings *settings, PyConfig *config) {
    PyStatus status = read_own(c, program, argc, argv, settings);
    if (!PyStatus_Exception(status))
        status = preinitialize(c, settings, argc, argv);
    begin(config, settings);
    return PyStatus_Exception(status) ? status
                                      : configure(c, program, argc, argv, settings, config);
}
