/* Texts on Windows, where they are UTF-16; this program has them as UTF-8. */
#include "native_text.h"

#include <windows.h>

#include "utf16.h"

wchar_t *native_wide(const char *text) {
    int size = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    wchar_t *wide = PyMem_RawMalloc((size_t)size * sizeof *wide);
    if (wide != NULL)
        MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, size);
    return wide;
}

PyObject *native_str(const char *text) { return PyUnicode_FromString(text); }

/* The arguments, on the heap to the end of the process; NULL when out of memory. */
static wchar_t **widened(int argc, char **argv) {
    static wchar_t **wide;
    if (wide != NULL)
        return wide;
    wchar_t **made = calloc((size_t)argc + 1, sizeof *made);
    for (int i = 0; made != NULL && i < argc; i++)
        if ((made[i] = utf16_of(argv[i])) == NULL)
            return NULL;
    return wide = made;
}

PyStatus native_preinitialize(const PyPreConfig *config, int argc, char **argv) {
    wchar_t **wide = widened(argc, argv);
    return wide == NULL ? PyStatus_NoMemory() : Py_PreInitializeFromArgs(config, argc, wide);
}

PyStatus native_set_arguments(PyConfig *config, int argc, char **argv) {
    wchar_t **wide = widened(argc, argv);
    return wide == NULL ? PyStatus_NoMemory() : PyConfig_SetArgv(config, argc, wide);
}

PyObject *native_bytes(const char *text) {
    wchar_t *wide = utf16_of(text);
    Py_ssize_t size = wide == NULL ? 0 : (Py_ssize_t)(wcslen(wide) * sizeof *wide);
    PyObject *bytes =
        wide == NULL ? PyErr_NoMemory() : PyBytes_FromStringAndSize((const char *)wide, size);
    free(wide);
    return bytes;
}

wchar_t *native_current_folder(void) {
    DWORD size = GetCurrentDirectoryW(0, NULL);
    wchar_t *here = size == 0 ? NULL : PyMem_RawMalloc((size + 2) * sizeof *here);
    DWORD length = here == NULL ? 0 : GetCurrentDirectoryW(size, here);
    if (here != NULL && length > 0 && here[length - 1] != L'\\')
        wcscpy(here + length, L"\\");
    return here;
}
