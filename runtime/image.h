/* The image: where in this program's memory the container lies. One source file per format. */
#ifndef OXIDIZE_IMAGE_H
#define OXIDIZE_IMAGE_H

#include <stdint.h>

/* The mapped container and its size; NULL when the program carries none. */
const void *image_container(uint64_t *size);

#endif
