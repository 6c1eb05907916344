/* SHA-256 of bytes in memory, as FIPS 180-4 has it. */
#ifndef OXIDIZE_APPIMAGE_SHA256_H
#define OXIDIZE_APPIMAGE_SHA256_H

#include <stddef.h>

enum { SHA256_SIZE = 32 };

void sha256(const unsigned char *data, size_t size, unsigned char digest[SHA256_SIZE]);

#endif
