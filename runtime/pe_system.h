/* The system, as modules in memory see it: functions of Windows that tell of modules know of those
 * in memory, too. */
#ifndef OXIDIZE_PE_SYSTEM_H
#define OXIDIZE_PE_SYSTEM_H

#include "pe_image.h"

/* A DLL of the system, or one that lies beside the program; NULL when there is none. */
void *pe_system_module(const wchar_t *name);

/* What such a DLL exports; for functions that tell of modules, ours in its place. */
void *pe_system_symbol(void *module, struct pe_symbol symbol);

/* Has a module that the system has loaded call ours, too. */
void pe_system_redirect(void *module);

#endif
