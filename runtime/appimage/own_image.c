/* The image behind an ELF file: what follows the sections and the table of them. */
#define _GNU_SOURCE
#include "own_image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sha256.h"

/* What puts an image behind this program writes its SHA-256 over this text of as many bytes. */
static const volatile unsigned char written_digest[SHA256_SIZE + 1] =
    "{the image's SHA-256 comes here}";

const unsigned char *own_image_digest(void) {
    static unsigned char digest[SHA256_SIZE];
    for (int i = 0; i < SHA256_SIZE; i++)
        digest[i] = written_digest[i];
    return digest;
}

bool own_image_is_whole(const struct own_image *image) {
    unsigned char digest[SHA256_SIZE];
    sha256(image->data, image->size, digest);
    return memcmp(digest, own_image_digest(), sizeof digest) == 0;
}

/* Where an ELF file of this machine's own kind ends; 0 if it isn't whole. */
static uint64_t end_of_elf(const unsigned char *data, uint64_t size) {
    Elf64_Ehdr head;
    if (size < sizeof head)
        return 0;
    memcpy(&head, data, sizeof head);
    uint64_t end = head.e_shoff + (uint64_t)head.e_shnum * sizeof(Elf64_Shdr);
    if (head.e_shentsize != sizeof(Elf64_Shdr) || head.e_shoff > size || end > size)
        return 0;
    for (unsigned i = 0; i < head.e_shnum; i++) {
        Elf64_Shdr section;
        memcpy(&section, data + head.e_shoff + i * sizeof section, sizeof section);
        uint64_t behind = section.sh_offset + section.sh_size;
        if (section.sh_type != SHT_NOBITS && behind > end)
            end = behind;
    }
    return end <= size ? end : 0;
}

static void *map_self(size_t *size) {
    struct stat st;
    void *mapped = MAP_FAILED;
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0) {
        *size = (size_t)st.st_size;
        mapped = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    if (fd >= 0) {
        int saved = errno;
        close(fd);
        errno = saved;
    }
    return mapped;
}

bool own_image_open(struct own_image *image, char *error, size_t error_size) {
    size_t size;
    const unsigned char *mapped = map_self(&size);
    if (mapped == MAP_FAILED) {
        snprintf(error, error_size, "can't read itself by /proc/self/exe: %s", strerror(errno));
        return false;
    }
    image->offset = end_of_elf(mapped, size);
    if (image->offset == 0 || image->offset == size) {
        snprintf(error, error_size, "damaged: the image is missing");
        return false;
    }
    image->data = mapped + image->offset;
    image->size = size - image->offset;
    return true;
}
