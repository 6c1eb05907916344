/* The modules in memory: DLLs that this program loads itself, as the system's loader would, from
 * bytes that it carries. */
#ifndef OXIDIZE_PE_MODULES_H
#define OXIDIZE_PE_MODULES_H

#include "pe_image.h"

enum pe_outcome {
    PE_LOADED,
    PE_FAILED,       /* `error` says why */
    PE_NEEDS_A_FILE, /* only the system's own loader can have it here; `error` says why */
};

/* Loads a DLL under a path that tells it from others; one that is loaded already stays. What it
 * imports comes from modules in memory, by their names, or else from the system. One of a cycle is
 * only laid out, until pe_modules_join. */
enum pe_outcome pe_modules_load(const wchar_t *path, const void *data, size_t size, bool in_cycle,
                                char *error, size_t error_size);

/* Links the modules of a cycle to each other, and starts them; nothing where there are none. */
bool pe_modules_join(char *error, size_t error_size);

/* Drops a module that waits for pe_modules_join; others stay. */
void pe_modules_abandon(const wchar_t *path);

/* The module in memory of a path, or, for a bare name, the first of that name, with or without its
 * ".dll". NULL when there is none. */
void *pe_modules_find(const wchar_t *name);

/* The module in memory that an address lies in, or NULL. */
void *pe_modules_around(const void *address);

/* The path of a module in memory; NULL for other handles. */
const wchar_t *pe_modules_path(void *module);

/* What a module in memory exports; NULL with the system's last error set when nothing. */
void *pe_modules_symbol(void *module, struct pe_symbol symbol);

/* Stops telling a module of threads. */
void pe_modules_quieten(void *module);

#endif
