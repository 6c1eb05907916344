/* The fields: see fields.h. */
#include "fields.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "native_text.h"
#include "settings.h"

enum kind { CHOICE, SEED, TEXT, TEXTS, PATH, PATHS, BORROWED };

struct field {
    const char *key;
    enum field_owner owner;
    enum kind kind;
    size_t offset;
    const char *const *choices; /* the value is the index of what CONFIG has */
};

static const char *const FLAG[] = {"0", "1", NULL};
static const char *const LEVELS[] = {"0", "1", "2", NULL};
static const char *const PROFILES[] = {"isolated", "python", NULL};
static const char *const RESOLUTIONS[] = {"none", "dynamic", NULL};
static const char *const BYTES_WARNINGS[] = {"none", "warn", "raise", NULL};
static const char *const COERCIONS[] = {"no", "LC_CTYPE", "C", NULL};
/* In the order of PyMemAllocatorName. */
static const char *const ALLOCATORS[] = {
    "not-set", "default", "debug", "malloc", "malloc-debug", "py-malloc", "py-malloc-debug", NULL,
};

#define OWN(name, kind, choices)                                                                   \
    {#name, OF_SETTINGS, kind, offsetof(struct settings, name), choices}
#define PRE(key, name, choices) {#key, OF_PRECONFIG, CHOICE, offsetof(PyPreConfig, name), choices}
#define CONFIG(key, kind, name, choices) {#key, OF_CONFIG, kind, offsetof(PyConfig, name), choices}
#define RUN(key, kind, name, choices) {#key, OF_RUN, kind, offsetof(PyConfig, name), choices}

/* Keys are those of PythonInterpreterConfig. */
static const struct field FIELDS[] = {
    OWN(config_profile, CHOICE, PROFILES),
    OWN(parse_argv, CHOICE, FLAG),
    OWN(site_import, CHOICE, FLAG),
    OWN(run_module, BORROWED, NULL),
    OWN(oxidized_importer, CHOICE, FLAG),
    OWN(filesystem_importer, CHOICE, FLAG),
    OWN(sys_frozen, CHOICE, FLAG),
    OWN(sys_meipass, CHOICE, FLAG),
    OWN(argvb, CHOICE, FLAG),
    OWN(allocator_mem, CHOICE, FLAG),
    OWN(allocator_obj, CHOICE, FLAG),
    OWN(allocator_pymalloc_arena, CHOICE, FLAG),
    OWN(allocator_debug, CHOICE, FLAG),
    OWN(multiprocessing_auto_dispatch, CHOICE, FLAG),
    OWN(multiprocessing_start_method, BORROWED, NULL),
    OWN(terminfo_resolution, BORROWED, NULL),
    OWN(tls_roots_resolution, CHOICE, RESOLUTIONS),
    OWN(zoneinfo_resolution, CHOICE, RESOLUTIONS),
    OWN(write_modules_directory_env, BORROWED, NULL),
    PRE(allocator, allocator, ALLOCATORS),
    PRE(configure_locale, configure_locale, FLAG),
    PRE(coerce_c_locale, coerce_c_locale, COERCIONS),
    PRE(coerce_c_locale_warn, coerce_c_locale_warn, FLAG),
    PRE(development_mode, dev_mode, FLAG),
    PRE(isolated, isolated, FLAG),
    PRE(use_environment, use_environment, FLAG),
    PRE(utf8_mode, utf8_mode, FLAG),
    CONFIG(base_exec_prefix, PATH, base_exec_prefix, NULL),
    CONFIG(base_executable, PATH, base_executable, NULL),
    CONFIG(base_prefix, PATH, base_prefix, NULL),
    CONFIG(buffered_stdio, CHOICE, buffered_stdio, FLAG),
    CONFIG(bytes_warning, CHOICE, bytes_warning, BYTES_WARNINGS),
    CONFIG(check_hash_pycs_mode, TEXT, check_hash_pycs_mode, NULL),
    CONFIG(configure_c_stdio, CHOICE, configure_c_stdio, FLAG),
    CONFIG(development_mode, CHOICE, dev_mode, FLAG),
    CONFIG(dump_refs, CHOICE, dump_refs, FLAG),
    CONFIG(exec_prefix, PATH, exec_prefix, NULL),
    CONFIG(executable, PATH, executable, NULL),
    CONFIG(fault_handler, CHOICE, faulthandler, FLAG),
    CONFIG(filesystem_encoding, TEXT, filesystem_encoding, NULL),
    CONFIG(filesystem_errors, TEXT, filesystem_errors, NULL),
    CONFIG(hash_seed, SEED, hash_seed, NULL),
    CONFIG(home, PATH, home, NULL),
    CONFIG(import_time, CHOICE, import_time, FLAG),
    CONFIG(install_signal_handlers, CHOICE, install_signal_handlers, FLAG),
    CONFIG(isolated, CHOICE, isolated, FLAG),
    CONFIG(malloc_stats, CHOICE, malloc_stats, FLAG),
    CONFIG(module_search_paths, PATHS, module_search_paths, NULL),
    CONFIG(optimization_level, CHOICE, optimization_level, LEVELS),
    CONFIG(parser_debug, CHOICE, parser_debug, FLAG),
    CONFIG(pathconfig_warnings, CHOICE, pathconfig_warnings, FLAG),
    CONFIG(prefix, PATH, prefix, NULL),
    CONFIG(program_name, PATH, program_name, NULL),
    CONFIG(pycache_prefix, PATH, pycache_prefix, NULL),
    CONFIG(python_path_env, PATH, pythonpath_env, NULL),
    CONFIG(quiet, CHOICE, quiet, FLAG),
    CONFIG(show_ref_count, CHOICE, show_ref_count, FLAG),
    CONFIG(stdio_encoding, TEXT, stdio_encoding, NULL),
    CONFIG(stdio_errors, TEXT, stdio_errors, NULL),
    CONFIG(tracemalloc, CHOICE, tracemalloc, FLAG),
    CONFIG(use_environment, CHOICE, use_environment, FLAG),
    CONFIG(user_site_directory, CHOICE, user_site_directory, FLAG),
    CONFIG(verbose, CHOICE, verbose, FLAG),
    CONFIG(warn_options, TEXTS, warnoptions, NULL),
    CONFIG(write_bytecode, CHOICE, write_bytecode, FLAG),
    CONFIG(x_options, TEXTS, xoptions, NULL),
#ifdef MS_WINDOWS
    PRE(legacy_windows_fs_encoding, legacy_windows_fs_encoding, FLAG),
    CONFIG(legacy_windows_stdio, CHOICE, legacy_windows_stdio, FLAG),
#endif
    RUN(inspect, CHOICE, inspect, FLAG),
    RUN(interactive, CHOICE, interactive, FLAG),
    RUN(run_command, TEXT, run_command, NULL),
    RUN(run_filename, PATH, run_filename, NULL),
    RUN(run_module, TEXT, run_module, NULL),
    RUN(skip_first_source_line, CHOICE, skip_source_first_line, FLAG),
};

/* ---- values ---- */

static PyStatus damaged_setting(struct container *c, const char *key) {
    snprintf(c->error, sizeof c->error, "setting %.60s is damaged", key);
    return PyStatus_Error(c->error);
}

static bool set_choice(int *at, const char *const *choices, const char *value) {
    for (int i = 0; choices[i] != NULL; i++)
        if (strcmp(choices[i], value) == 0) {
            *at = i;
            return true;
        }
    return false;
}

static bool set_seed(PyConfig *config, const char *value) {
    char *end;
    if (value[0] < '0' || value[0] > '9')
        return false;
    unsigned long long seed = strtoull(value, &end, 10);
    if (*end != '\0' || seed > UINT32_MAX)
        return false;
    config->use_hash_seed = 1;
    config->hash_seed = (unsigned long)seed;
    return true;
}

char *fields_expand(const char *path, const char *origin) {
    static const char name[] = "$ORIGIN";
    size_t skip = sizeof name - 1, size = strlen(path) + 1;
    for (const char *at = path; (at = strstr(at, name)) != NULL; at += skip)
        size += strlen(origin);
    char *expanded = malloc(size), *to = expanded;
    if (expanded == NULL)
        return NULL;
    for (const char *at; (at = strstr(path, name)) != NULL; path = at + skip)
        to += sprintf(to, "%.*s%s", (int)(at - path), path, origin);
    strcpy(to, path);
    return expanded;
}

/* The code point at `*text`, which moves on; -1 where that isn't UTF-8. */
static long next_code_point(const unsigned char **text) {
    static const long smallest[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *at = *text;
    int more = *at < 0x80 ? 0 : (*at & 0xE0) == 0xC0 ? 1 : (*at & 0xF0) == 0xE0 ? 2 : 3;
    if (more == 3 && (*at & 0xF8) != 0xF0)
        return -1;
    long value = more == 0 ? *at : *at & (0x3F >> more);
    for (int i = 1; i <= more; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return -1;
        value = value << 6 | (at[i] & 0x3F);
    }
    *text = at + more + 1;
    bool wrong = value < smallest[more] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000);
    return wrong ? -1 : value;
}

/* Where wide characters have 16 bits, others take two; they have taken four in UTF-8. */
static wchar_t *put_code_point(wchar_t *to, long value) {
    if (sizeof *to == 2 && value >= 0x10000) {
        *to++ = (wchar_t)(0xD800 + ((value - 0x10000) >> 10));
        value = 0xDC00 + (value & 0x3FF);
    }
    *to++ = (wchar_t)value;
    return to;
}

/* Texts mean the same whatever the locale, so they are UTF-8 always. NULL: out of memory, or, with
 * `*valid` false, not that. */
static wchar_t *wide_text(const char *text, bool *valid) {
    wchar_t *wide = PyMem_RawMalloc((strlen(text) + 1) * sizeof *wide), *to = wide;
    const unsigned char *at = (const unsigned char *)text;
    *valid = true;
    while (wide != NULL && *at != '\0') {
        long value = next_code_point(&at);
        *valid = value >= 0;
        if (!*valid) {
            PyMem_RawFree(wide);
            return NULL;
        }
        to = put_code_point(to, value);
    }
    if (wide != NULL)
        *to = L'\0';
    return wide;
}

static wchar_t *wide_path(const char *path, const char *origin) {
    char *expanded = fields_expand(path, origin);
    wchar_t *wide = expanded == NULL ? NULL : native_wide(expanded);
    free(expanded);
    return wide;
}

static PyStatus set_wide(struct container *c, const struct field *field, PyConfig *config,
                         const char *value, const char *origin) {
    bool path = field->kind == PATH || field->kind == PATHS, valid = true;
    wchar_t *wide = path ? wide_path(value, origin) : wide_text(value, &valid);
    if (!valid)
        return damaged_setting(c, field->key);
    if (wide == NULL)
        return PyStatus_NoMemory();
    char *at = (char *)config + field->offset;
    PyStatus status = field->kind == PATHS || field->kind == TEXTS
                          ? PyWideStringList_Append((PyWideStringList *)at, wide)
                          : PyConfig_SetString(config, (wchar_t **)at, wide);
    PyMem_RawFree(wide);
    return status;
}

static PyStatus fill_field(struct container *c, const struct field *field, void *structure,
                           const char *value, const char *origin) {
    char *at = (char *)structure + field->offset;
    bool valid = true;
    if (field->kind == CHOICE)
        valid = set_choice((int *)at, field->choices, value);
    else if (field->kind == SEED)
        valid = set_seed(structure, value);
    else if (field->kind == BORROWED)
        *(const char **)at = value;
    else
        return set_wide(c, field, structure, value, origin);
    return valid ? PyStatus_Ok() : damaged_setting(c, field->key);
}

/* Unknown keys are passed over: a newer oxidize may write what an older runtime lacks only if that
 * is harmless, or else it changes the container's version. */
PyStatus fields_fill(struct container *c, enum field_owner owner, void *structure,
                     const char *origin) {
    uint32_t cursor = 0;
    const char *key, *value;
    while (container_next_setting(c, &cursor, &key, &value))
        for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
            if (FIELDS[i].owner != owner || strcmp(FIELDS[i].key, key) != 0)
                continue;
            PyStatus status = fill_field(c, &FIELDS[i], structure, value, origin);
            if (PyStatus_Exception(status))
                return status;
        }
    return c->error[0] ? PyStatus_Error(c->error) : PyStatus_Ok();
}
