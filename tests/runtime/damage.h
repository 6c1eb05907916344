/* What probes of readers share: files as they are in memory, and random damage to them. */
#ifndef OXIDIZE_TESTS_DAMAGE_H
#define OXIDIZE_TESTS_DAMAGE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

static inline void damage_seed(const char *text) { state = strtoull(text, NULL, 10) * 2 + 1; }

static inline uint64_t next_random(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static inline void damage(unsigned char *data, uint64_t size) {
    static const unsigned char values[] = {0, 1, 2, 0x7f, 0x80, 0xff};
    for (uint64_t i = next_random() % 8 + 1; i > 0; i--) {
        /* Half of the damage to the first kilobyte, where the header and the tables begin. */
        uint64_t range = next_random() % 2 && size > 1024 ? 1024 : size;
        uint64_t at = next_random() % range;
        data[at] = next_random() % 2 ? values[next_random() % sizeof values]
                                     : (unsigned char)next_random();
    }
}

static inline unsigned char *read_all(const char *path, uint64_t *size) {
    FILE *stream = fopen(path, "rb");
    if (stream == NULL)
        return NULL;
    fseek(stream, 0, SEEK_END);
    *size = (uint64_t)ftell(stream);
    rewind(stream);
    /* Exactly as large as the file: one byte further is an error that sanitizers see. */
    unsigned char *data = malloc(*size ? *size : 1);
    if (data != NULL && fread(data, 1, *size, stream) != *size)
        *size = 0;
    fclose(stream);
    return data;
}

#endif
