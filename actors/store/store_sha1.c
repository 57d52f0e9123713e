// store_sha1 - SHA-1 (FIPS 180-4), with the instructions of x86 processors where they are
#include <string.h>
#include "store_sha1.h"

static uint32_t
rotate(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

static void
round_of(uint32_t v[5], uint32_t f, uint32_t k, uint32_t w)
{
    uint32_t sum = rotate(v[0], 5) + f + v[4] + k + w;
    v[4] = v[3];
    v[3] = v[2];
    v[2] = rotate(v[1], 30);
    v[1] = v[0];
    v[0] = sum;
}

static void
blocks_plain(uint32_t state[5], const uint8_t *data, size_t count)
{
    for (; count > 0; count--, data += 64) {
        uint32_t w[80], v[5];
        for (size_t i = 0; i < 16; i++)
            w[i] = (uint32_t)data[4 * i] << 24 | (uint32_t)data[4 * i + 1] << 16 | (uint32_t)data[4 * i + 2] << 8 |
                   data[4 * i + 3];
        for (size_t i = 16; i < 80; i++)
            w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        memcpy(v, state, sizeof v);
        for (size_t i = 0; i < 20; i++)
            round_of(v, (v[1] & v[2]) | (~v[1] & v[3]), 0x5a827999, w[i]);
        for (size_t i = 20; i < 40; i++)
            round_of(v, v[1] ^ v[2] ^ v[3], 0x6ed9eba1, w[i]);
        for (size_t i = 40; i < 60; i++)
            round_of(v, (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3]), 0x8f1bbcdc, w[i]);
        for (size_t i = 60; i < 80; i++)
            round_of(v, v[1] ^ v[2] ^ v[3], 0xca62c1d6, w[i]);
        for (size_t i = 0; i < 5; i++)
            state[i] += v[i];
    }
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

bool
store_sha1_fast(void)
{
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) || !(c & bit_SSSE3))
        return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) != 0;
}

// Four rounds at a time; w[] turns round as a ring of four groups of four words. The instruction wants a constant.
__attribute__((target("sha,sse4.1,ssse3"))) static inline __m128i
four_rounds(__m128i abcd, __m128i e, int which)
{
    switch (which) {
    case 0: return _mm_sha1rnds4_epu32(abcd, e, 0);
    case 1: return _mm_sha1rnds4_epu32(abcd, e, 1);
    case 2: return _mm_sha1rnds4_epu32(abcd, e, 2);
    default: return _mm_sha1rnds4_epu32(abcd, e, 3);
    }
}

__attribute__((target("sha,sse4.1,ssse3"))) static void
blocks_fast(uint32_t state[5], const uint8_t *data, size_t count)
{
    const __m128i swap = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
    __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(const void *)state), 0x1b);
    __m128i e = _mm_set_epi32((int)state[4], 0, 0, 0);
    for (; count > 0; count--, data += 64) {
        __m128i w[4], abcd_before = abcd, e_before = e, before = abcd;
#pragma GCC unroll 20
        for (int i = 0; i < 20; i++) {
            if (i < 4)
                w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(data + 16 * i)), swap);
            else
                w[i & 3] = _mm_sha1msg2_epu32(
                    _mm_xor_si128(_mm_sha1msg1_epu32(w[i & 3], w[(i + 1) & 3]), w[(i + 2) & 3]), w[(i + 3) & 3]);
            __m128i sum = i == 0? _mm_add_epi32(e, w[0]): _mm_sha1nexte_epu32(before, w[i & 3]);
            before = abcd;
            abcd = four_rounds(abcd, sum, i / 5);
        }
        e = _mm_sha1nexte_epu32(before, e_before);
        abcd = _mm_add_epi32(abcd, abcd_before);
    }
    _mm_storeu_si128((__m128i *)(void *)state, _mm_shuffle_epi32(abcd, 0x1b));
    state[4] = (uint32_t)_mm_extract_epi32(e, 3);
}
#else
bool
store_sha1_fast(void)
{
    return false;
}

static void
blocks_fast(uint32_t state[5], const uint8_t *data, size_t count)
{
    blocks_plain(state, data, count);
}
#endif

static void
blocks(store_sha1_t *self, const uint8_t *data, size_t count)
{
    if (self->fast)
        blocks_fast(self->state, data, count);
    else
        blocks_plain(self->state, data, count);
}

void
store_sha1_begin(store_sha1_t *self, bool fast)
{
    *self = (store_sha1_t) { .state = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 } };
    self->fast = fast;
}

void
store_sha1_add(store_sha1_t *self, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    size_t held = self->size % 64;
    self->size += size;
    if (held) {
        size_t part = size < 64 - held? size: 64 - held;
        memcpy(self->block + held, bytes, part);
        bytes += part;
        size -= part;
        if (held + part < 64)
            return;
        blocks(self, self->block, 1);
    }
    blocks(self, bytes, size / 64);
    memcpy(self->block, bytes + size / 64 * 64, size % 64);
}

void
store_sha1_end(store_sha1_t *self, uint8_t digest[20])
{
    static const uint8_t padding[64] = { 0x80 };
    uint8_t length[8];
    for (unsigned i = 0; i < 8; i++)
        length[i] = (uint8_t)(self->size * 8 >> (56 - 8 * i));
    store_sha1_add(self, padding, 1 + (119 - self->size % 64) % 64);
    store_sha1_add(self, length, sizeof length);
    for (size_t i = 0; i < 20; i++)
        digest[i] = (uint8_t)(self->state[i / 4] >> (24 - 8 * (i % 4)));
}
