/* SHA-1, SHA-256 and SHA-512 of FIPS 180-4. JavaScript needs 1.5 s for a megabyte, which whoever sends webhooks could use against
   the host. */
#include <stdlib.h>
#include <string.h>
#include "engine.h"

/* Fractions of the cube roots of the first 80 primes. SHA-256 has the upper halves of the first 64. */
static const uint64_t constants[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

/* Fractions of the square roots of the first 8 primes. SHA-256 has the upper halves. */
static const uint64_t beginning[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179
,
};

enum algorithm { SHA1 = 1, SHA256 = 256, SHA512 = 512 };

struct hash {
  enum algorithm algorithm;
  uint64_t state[8];
  uint8_t block[128];
  size_t block_length, used;
  uint64_t total;
};

static uint32_t left(uint32_t value, int by) { return value << by | value >> (32 - by); }
static uint32_t right(uint32_t value, int by) { return value >> by | value << (32 - by); }
static uint64_t wide(uint64_t value, int by) { return value >> by | value << (64 - by); }

static uint32_t word(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void block_sha1(uint64_t *state, const uint8_t *block) {
  uint32_t w[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (int i = 0; i < 80; i++)
    w[i] = i < 16 ? word(block + 4 * i) : left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  for (int i = 0; i < 80; i++) {
    uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                 : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                 : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                          : (b ^ c ^ d) + 0xca62c1d6;
    uint32_t next = left(a, 5) + f + e + w[i];
    e = d, d = c, c = left(b, 30), b = a, a = next;
  }
  const uint32_t sums[5] = {a, b, c, d, e};
  for (int i = 0; i < 5; i++) state[i] = (uint32_t)(state[i] + sums[i]);
}

static void block_sha256(uint64_t *state, const uint8_t *block) {
  uint32_t w[64], s[8];
  for (int i = 0; i < 8; i++) s[i] = (uint32_t)state[i];
  for (int i = 0; i < 64; i++) {
    if (i < 16) {
      w[i] = word(block + 4 * i);
      continue;
    }
    uint32_t x = w[i - 15], y = w[i - 2];
    w[i] = w[i - 16] + (right(x, 7) ^ right(x, 18) ^ x >> 3) + w[i - 7] + (right(y, 17) ^ right(y, 19) ^ y >> 10);
  }
  for (int i = 0; i < 64; i++) {
    uint32_t first = s[7] + (right(s[4], 6) ^ right(s[4], 11) ^ right(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) +
                     (uint32_t)(constants[i] >> 32) + w[i];
    uint32_t second = (right(s[0], 2) ^ right(s[0], 13) ^ right(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, 7 * sizeof *s);
    s[4] += first;
    s[0] = first + second;
  }
  for (int i = 0; i < 8; i++) state[i] = (uint32_t)(state[i] + s[i]);
}

static void block_sha512(uint64_t *state, const uint8_t *block) {
  uint64_t w[80], s[8];
  memcpy(s, state, sizeof s);
  for (int i = 0; i < 80; i++) {
    if (i < 16) {
      w[i] = (uint64_t)word(block + 8 * i) << 32 | word(block + 8 * i + 4);
      continue;
    }
    uint64_t x = w[i - 15], y = w[i - 2];
    w[i] = w[i - 16] + (wide(x, 1) ^ wide(x, 8) ^ x >> 7) + w[i - 7] + (wide(y, 19) ^ wide(y, 61) ^ y >> 6);
  }
  for (int i = 0; i < 80; i++) {
    uint64_t first = s[7] + (wide(s[4], 14) ^ wide(s[4], 18) ^ wide(s[4], 41)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) +
                     constants[i] + w[i];
    uint64_t second = (wide(s[0], 28) ^ wide(s[0], 34) ^ wide(s[0], 39)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, 7 * sizeof *s);
    s[4] += first;
    s[0] = first + second;
  }
  for (int i = 0; i < 8; i++) state[i] += s[i];
}

static void begin(struct hash *hash, enum algorithm algorithm) {
  static const uint32_t sha1[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  memset(hash, 0, sizeof *hash);
  hash->algorithm = algorithm;
  hash->block_length = algorithm == SHA512 ? 128 : 64;
  for (int i = 0; i < (algorithm == SHA1 ? 5 : 8); i++)
    hash->state[i] = algorithm == SHA1 ? sha1[i] : algorithm == SHA256 ? beginning[i] >> 32 : beginning[i];
}

static void take_block(struct hash *hash, const uint8_t *block) {
  if (hash->algorithm == SHA1) block_sha1(hash->state, block);
  else if (hash->algorithm == SHA256) block_sha256(hash->state, block);
  else block_sha512(hash->state, block);
}

static void take(struct hash *hash, const uint8_t *data, size_t length) {
  hash->total += length;
  while (length > 0) {
    size_t part = hash->block_length - hash->used;
    if (part > length) part = length;
    memcpy(hash->block + hash->used, data, part);
    hash->used += part, data += part, length -= part;
    if (hash->used < hash->block_length) return;
    take_block(hash, hash->block);
    hash->used = 0;
  }
}

/* Writes the digest and returns its length. */
static size_t finish(struct hash *hash, uint8_t digest[64]) {
  static const uint8_t mark[1] = {0x80}, zero[1] = {0};
  uint64_t bits = hash->total * 8;
  take(hash, mark, 1);
  /* SHA-512 has a length of 128 bits: its upper half is zero here. */
  while (hash->used != hash->block_length - hash->block_length / 8) take(hash, zero, 1);
  while (hash->used != hash->block_length - 8) take(hash, zero, 1);
  uint8_t length[8];
  for (int i = 0; i < 8; i++) length[i] = (uint8_t)(bits >> (56 - 8 * i));
  take(hash, length, 8);
  size_t word_length = hash->algorithm == SHA512 ? 8 : 4, words = hash->algorithm == SHA1 ? 5 : 8;
  for (size_t i = 0; i < words * word_length; i++)
    digest[i] = (uint8_t)(hash->state[i / word_length] >> (8 * (word_length - 1 - i % word_length)));
  return words * word_length;
}

/* The digest of one or two pieces after each other. */
static NATIVE(digest) {
  int32_t algorithm;
  struct hash hash;
  uint8_t result[64];
  if (!int_of(argv[0], &algorithm)) return JS_EXCEPTION;
  begin(&hash, algorithm);
  for (int i = 1; i < 3; i++) {
    struct bytes part;
    if (JS_IsUndefined(argv[i])) continue;
    if (!bytes_of(argv[i], &part)) return JS_EXCEPTION;
    take(&hash, part.data, part.length);
    bytes_free(&part);
  }
  return JS_NewUint8ArrayCopy(ctx, result, finish(&hash, result));
}

const struct native hash_natives[] = {{"digest", digest, 3}, {NULL, NULL, 0}};
