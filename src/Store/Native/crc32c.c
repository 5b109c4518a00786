// CRC-32C with the processor's instruction, in place of librocksdb's own: Debian builds librocksdb for every x86-64
// there has been, so its own goes byte by byte through tables. Linked with --wrap; see
// docs/decisions/0017-checksums-by-the-processor.md.

#include <nmmintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// rocksdb::crc32c::Extend(unsigned int, char const*, unsigned long)
uint32_t __wrap__ZN7rocksdb6crc32c6ExtendEjPKcm(uint32_t initial, const char *data, size_t length)
{
    uint64_t crc = initial ^ 0xFFFFFFFFu;
    for (; length >= 8; length -= 8, data += 8) {
        uint64_t word;
        memcpy(&word, data, sizeof word);
        crc = _mm_crc32_u64(crc, word);
    }

    for (; length > 0; length--, data++)
        crc = _mm_crc32_u8((uint32_t)crc, (unsigned char)*data);
    return (uint32_t)crc ^ 0xFFFFFFFFu;
}
