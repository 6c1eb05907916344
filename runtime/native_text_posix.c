/* Texts on POSIX systems, where they are bytes. */
#include "native_text.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

wchar_t *native_wide(const char *text) { return Py_DecodeLocale(text, NULL); }

PyObject *native_str(const char *text) { return PyUnicode_DecodeFSDefault(text); }

PyStatus native_preinitialize(const PyPreConfig *config, int argc, char **argv) {
    return Py_PreInitializeFromBytesArgs(config, argc, argv);
}

PyStatus native_set_arguments(PyConfig *config, int argc, char **argv) {
    return PyConfig_SetBytesArgv(config, argc, argv);
}

PyObject *native_bytes(const char *text) { return PyBytes_FromString(text); }

wchar_t *native_current_folder(void) {
    char here[PATH_MAX + 1];
    if (getcwd(here, PATH_MAX) == NULL)
        return NULL;
    strcat(here, "/");
    return Py_DecodeLocale(here, NULL);
}
