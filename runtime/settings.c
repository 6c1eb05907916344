/* The settings: one table from the keys of CONFIG to the fields of PyPreConfig and PyConfig. */
#include "settings.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum kind { PRE_INT, INT, SEED, STRING, LIST };

struct field {
    const char *key;
    enum kind kind;
    size_t offset;
};

#define PRE(name) {#name, PRE_INT, offsetof(PyPreConfig, name)}
#define FLAG(name) {#name, INT, offsetof(PyConfig, name)}
#define TEXT(name) {#name, STRING, offsetof(PyConfig, name)}

/* Keys are those of PythonInterpreterConfig; where CPython's name differs, theirs comes last. */
static const struct field FIELDS[] = {
    PRE(utf8_mode),
    PRE(configure_locale),
    PRE(isolated),
    PRE(use_environment),
    {"development_mode", PRE_INT, offsetof(PyPreConfig, dev_mode)},
    FLAG(isolated),
    FLAG(use_environment),
    FLAG(buffered_stdio),
    FLAG(configure_c_stdio),
    FLAG(install_signal_handlers),
    FLAG(optimization_level),
    FLAG(write_bytecode),
    FLAG(quiet),
    FLAG(inspect),
    FLAG(verbose),
    {"development_mode", INT, offsetof(PyConfig, dev_mode)},
    {"fault_handler", INT, offsetof(PyConfig, faulthandler)},
    {"hash_seed", SEED, offsetof(PyConfig, hash_seed)},
    TEXT(run_command),
    TEXT(run_module),
    TEXT(run_filename),
    {"warn_options", LIST, offsetof(PyConfig, warnoptions)},
    {"x_options", LIST, offsetof(PyConfig, xoptions)},
};

static PyStatus set_string(PyConfig *config, wchar_t **field, const char *value) {
    return PyConfig_SetBytesString(config, field, value);
}

static PyStatus append(PyWideStringList *list, const char *value) {
    wchar_t *wide = Py_DecodeLocale(value, NULL);
    if (wide == NULL)
        return PyStatus_NoMemory();
    PyStatus status = PyWideStringList_Append(list, wide);
    PyMem_RawFree(wide);
    return status;
}

static PyStatus set_field(PyConfig *config, const struct field *field, const char *value) {
    char *at = (char *)config + field->offset;
    switch (field->kind) {
    case INT:
        *(int *)at = atoi(value);
        break;
    case SEED:
        config->use_hash_seed = 1;
        *(unsigned long *)at = strtoul(value, NULL, 10);
        break;
    case STRING:
        return set_string(config, (wchar_t **)at, value);
    case LIST:
        return append((PyWideStringList *)at, value);
    case PRE_INT:
        break;
    }
    return PyStatus_Ok();
}

/* Ours. Unknown keys are passed over: a newer oxidize may write what an older runtime lacks only
 * if that is harmless, or else it changes the container's version. */
static void set_own(struct settings *settings, const char *key, const char *value) {
    if (strcmp(key, "run_module") == 0)
        settings->run_module = value;
    else if (strcmp(key, "config_profile") == 0)
        settings->isolated_profile = strcmp(value, "python") != 0;
    else if (strcmp(key, "filesystem_importer") == 0)
        settings->filesystem_importer = value[0] == '1';
    else if (strcmp(key, "sys_frozen") == 0)
        settings->sys_frozen = value[0] == '1';
    else if (strcmp(key, "site_import") == 0)
        settings->site_import = value[0] == '1';
    else if (strcmp(key, "inspect") == 0)
        settings->inspect = value[0] == '1';
}

static PyStatus for_each(struct container *c, enum interpreter_mode mode, struct settings *settings,
                         PyPreConfig *pre, PyConfig *config) {
    uint32_t cursor = 0;
    const char *key, *value;
    while (container_next_setting(c, &cursor, &key, &value)) {
        if (settings != NULL)
            set_own(settings, key, value);
        bool code = strncmp(key, "run_", 4) == 0;
        for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
            /* As an interpreter, it runs what its arguments say. */
            if (strcmp(FIELDS[i].key, key) != 0 || (code && mode != MODE_APPLICATION))
                continue;
            if (pre != NULL && FIELDS[i].kind == PRE_INT)
                *(int *)((char *)pre + FIELDS[i].offset) = atoi(value);
            if (config != NULL && FIELDS[i].kind != PRE_INT) {
                PyStatus status = set_field(config, &FIELDS[i], value);
                if (PyStatus_Exception(status))
                    return status;
            }
        }
    }
    return c->error[0] ? PyStatus_Error(c->error) : PyStatus_Ok();
}

static PyStatus preinitialize(struct container *c, struct settings *settings) {
    PyPreConfig pre;
    if (settings->isolated_profile)
        PyPreConfig_InitIsolatedConfig(&pre);
    else
        PyPreConfig_InitPythonConfig(&pre);
    pre.parse_argv = 0;
    PyStatus status = for_each(c, settings->mode, NULL, &pre, NULL);
    if (PyStatus_Exception(status))
        return status;
    /* Isolation would win, and PYTHON* variables that were asked for wouldn't be heeded. */
    if (pre.use_environment > 0)
        pre.isolated = 0;
    return Py_PreInitialize(&pre);
}

/* All paths are given, so that CPython searches for none: the folder of the program stands for a
 * prefix, and the program itself for the folder of the standard library, as zipimport names files
 * inside an archive. */
static PyStatus set_paths(PyConfig *config, const char *program) {
    PyStatus status = PyStatus_Ok();
    char *folder = strdup(program);
    if (folder == NULL)
        return PyStatus_NoMemory();
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder] = '\0';
    struct {
        wchar_t **field;
        const char *value;
    } paths[] = {
        {&config->program_name, program},
        {&config->executable, program},
        {&config->base_executable, program},
        {&config->stdlib_dir, program},
        {&config->home, folder},
        {&config->prefix, folder},
        {&config->base_prefix, folder},
        {&config->exec_prefix, folder},
        {&config->base_exec_prefix, folder},
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths && !PyStatus_Exception(status); i++)
        status = set_string(config, paths[i].field, paths[i].value);
    free(folder);
    config->module_search_paths_set = 1;
    return status;
}

static PyStatus set_spawn_command(PyConfig *config, int argc, char **argv) {
    char *command = interpreter_spawn_command(argc, argv);
    PyStatus status =
        command == NULL ? PyStatus_NoMemory() : set_string(config, &config->run_command, command);
    free(command);
    return status;
}

PyStatus settings_apply(struct container *c, const char *program, int argc, char **argv,
                        struct settings *settings, PyConfig *config) {
    *settings = (struct settings){.isolated_profile = true,
                                  .mode = interpreter_mode_of(argc, argv, program)};
    PyStatus status = for_each(c, settings->mode, settings, NULL, NULL);
    if (!PyStatus_Exception(status))
        status = preinitialize(c, settings);
    if (PyStatus_Exception(status))
        return status;
    if (settings->isolated_profile)
        PyConfig_InitIsolatedConfig(config);
    else
        PyConfig_InitPythonConfig(config);
    config->parse_argv = 0;
    /* Before our importer is there, `site` could only be found on disk; it is imported after. */
    config->site_import = 0;
    config->pathconfig_warnings = 0;
    status = for_each(c, settings->mode, NULL, NULL, config);
    if (config->use_environment > 0)
        config->isolated = 0;
    if (settings->mode == MODE_COMMAND_LINE)
        config->parse_argv = 1;
    if (settings->mode == MODE_SPAWNED && !PyStatus_Exception(status))
        status = set_spawn_command(config, argc, argv);
    if (!PyStatus_Exception(status))
        status = set_paths(config, program);
    if (!PyStatus_Exception(status))
        status = PyConfig_SetBytesArgv(config, argc, argv);
    return status;
}
