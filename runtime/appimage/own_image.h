/* The image that this program carries after its own end. */
#ifndef OXIDIZE_APPIMAGE_OWN_IMAGE_H
#define OXIDIZE_APPIMAGE_OWN_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

struct own_image {
    const unsigned char *data;
    size_t size, offset; /* where in the file it begins */
};

/* Maps it. False: `error` says in one line why. */
bool own_image_open(struct own_image *image, char *error, size_t error_size);

/* The SHA-256 that it had when it was made. */
const unsigned char *own_image_digest(void);

/* Whether it still has that: it takes as long as it takes to read all of it. */
bool own_image_is_whole(const struct own_image *image);

#endif
