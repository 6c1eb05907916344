/* Windows has no descriptions of terminals. */
#include "terminfo.h"

void terminfo_configure(const char *resolution, const char *origin) {
    (void)resolution;
    (void)origin;
}

bool terminfo_begin(void) { return false; }

void terminfo_end(void) {}

int terminfo_wrap(PyObject *curses) {
    (void)curses;
    return 0;
}
