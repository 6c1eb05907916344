/* The descriptions of terminals on systems with terminfo: see terminfo.h. */
#include "terminfo.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fields.h"

static const char VARIABLE[] = "TERMINFO_DIRS";

/* Where systems have them. The library's own folders come after these. */
static const char *const FOLDERS[] = {
    "/usr/local/etc/terminfo", "/usr/local/lib/terminfo", "/usr/local/share/terminfo",
    "/etc/terminfo",           "/usr/lib/terminfo",       "/lib/terminfo",
    "/usr/share/terminfo",
};

static const char *resolution, *origin;

void terminfo_configure(const char *chosen, const char *folder) {
    resolution = chosen;
    origin = folder;
}

/* On the heap; NULL when there are none. */
static char *folders_here(void) {
    char found[256] = "";
    for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
        struct stat about;
        if (stat(FOLDERS[i], &about) != 0 || !S_ISDIR(about.st_mode))
            continue;
        if (found[0] != '\0')
            strcat(found, ":");
        strcat(found, FOLDERS[i]);
    }
    return found[0] == '\0' ? NULL : strdup(found);
}

static char *folders(void) {
    static const char fixed[] = "static:";
    if (resolution == NULL || strcmp(resolution, "none") == 0)
        return NULL;
    return strncmp(resolution, fixed, sizeof fixed - 1) == 0
               ? fields_expand(resolution + sizeof fixed - 1, origin)
               : folders_here();
}

bool terminfo_begin(void) {
    char *value = getenv(VARIABLE) != NULL ? NULL : folders();
    bool set = value != NULL && setenv(VARIABLE, value, 1) == 0;
    free(value);
    return set;
}

void terminfo_end(void) { unsetenv(VARIABLE); }

static PyObject *call_curses(PyObject *original, PyObject *args, PyObject *named) {
    bool set = terminfo_begin();
    PyObject *result = PyObject_Call(original, args, named);
    if (set)
        terminfo_end();
    return result;
}

#define CALL (PyCFunction)(void (*)(void)) call_curses

static PyMethodDef initscr_def = {"initscr", CALL, METH_VARARGS | METH_KEYWORDS,
                                  "Initialize the library, and give the window of the screen."};
static PyMethodDef setupterm_def = {"setupterm", CALL, METH_VARARGS | METH_KEYWORDS,
                                    "Initialize the terminal."};

static int wrap_curses(PyObject *module, PyMethodDef *def) {
    PyObject *original = PyObject_GetAttrString(module, def->ml_name);
    PyObject *wrapped = original == NULL ? NULL : PyCFunction_New(def, original);
    int result = wrapped == NULL ? -1 : PyObject_SetAttrString(module, def->ml_name, wrapped);
    Py_XDECREF(wrapped);
    Py_XDECREF(original);
    return result;
}

int terminfo_wrap(PyObject *curses) {
    return wrap_curses(curses, &initscr_def) < 0 ? -1 : wrap_curses(curses, &setupterm_def);
}
