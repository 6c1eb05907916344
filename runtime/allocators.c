/* The allocators: see allocators.h. The raw domain is the C library's already, in each of CPython's
 * own configurations. */
#include "allocators.h"

#include <stdlib.h>

/* Requests for nothing give a pointer that differs from others, as CPython wants it. */
static void *take(void *context, size_t size) {
    (void)context;
    return malloc(size > 0 ? size : 1);
}

static void *take_zeroed(void *context, size_t count, size_t size) {
    (void)context;
    return count > 0 && size > 0 ? calloc(count, size) : calloc(1, 1);
}

static void *resize(void *context, void *at, size_t size) {
    (void)context;
    return realloc(at, size > 0 ? size : 1);
}

static void give_back(void *context, void *at) {
    (void)context;
    free(at);
}

static void give_back_arena(void *context, void *at, size_t size) {
    (void)context;
    (void)size;
    free(at);
}

static void route(PyMemAllocatorDomain domain) {
    PyMemAllocatorEx allocator = {NULL, take, take_zeroed, resize, give_back};
    PyMem_SetAllocator(domain, &allocator);
}

/* Whether CPython has put its hooks above its own allocators. */
static bool is_hooked(const PyPreConfig *pre) {
    switch (pre->allocator) {
    case PYMEM_ALLOCATOR_NOT_SET:
        return pre->dev_mode > 0;
    case PYMEM_ALLOCATOR_DEBUG:
    case PYMEM_ALLOCATOR_MALLOC_DEBUG:
#ifdef WITH_PYMALLOC
    case PYMEM_ALLOCATOR_PYMALLOC_DEBUG:
#endif
        return true;
    default:
        return false;
    }
}

void allocators_install(const struct settings *settings, const PyPreConfig *pre) {
    if (settings->allocator_mem)
        route(PYMEM_DOMAIN_MEM);
    if (settings->allocator_obj)
        route(PYMEM_DOMAIN_OBJ);
    if (settings->allocator_pymalloc_arena) {
        PyObjectArenaAllocator arenas = {NULL, take, give_back_arena};
        PyObject_SetArenaAllocator(&arenas);
    }
    /* A routed domain has lost its hooks. */
    if (settings->allocator_debug || is_hooked(pre))
        PyMem_SetupDebugHooks();
}
