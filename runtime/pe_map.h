/* Mapping: a PE file in memory becomes an image that can run, but for what it imports. */
#ifndef OXIDIZE_PE_MAP_H
#define OXIDIZE_PE_MAP_H

#include "pe_image.h"

/* Lays out a DLL at a free place and moves its addresses there; all of it can be written until
 * pe_map_protect. False: `error` says what is wrong with it. */
bool pe_map(struct pe_image *image, const void *data, size_t size, char *error, size_t error_size);

/* Gives each section the access that it asks for. False with the system's error. */
bool pe_map_protect(const struct pe_image *image);

/* Gives an image back that nothing runs in. */
void pe_unmap(const struct pe_image *image);

#endif
