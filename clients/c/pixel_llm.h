/*
 * The pixel files of Pixel-LLM in C99, in one file and without any library: writes token images, reads all answers.
 *
 *     #define PIXEL_LLM_IMPLEMENTATION   // in one source file; the others include it plainly
 *     #include "pixel_llm.h"
 *
 *     pixel_llm_error error;
 *     pixel_llm_picture answer;
 *     uint16_t ids[4] = {112, 120, 79, 83};
 *     if (!pixel_llm_write_tokens("input_tokens.pxi", ids, 4, &error)) { puts(error.text); }
 *     // … run ./pixel-llm infer -i input_tokens.pxi -o . …
 *     if (!pixel_llm_read("output_token.pxi", &answer, &error)) { puts(error.text); }
 *     if (pixel_llm_is_prediction(&answer, "output_token.pxi", &error)) {
 *         for (uint32_t x = 0; x < pixel_llm_columns(&answer); x++) { … pixel_llm_at(&answer, x, 0).id … }
 *     }
 *     pixel_llm_free(&answer);
 *
 * Reads every PNG whose pixels are opaque 8-bit colours: grey, palette, RGB and RGBA, every depth, filter and
 * interlacing, any deflate. Refused, each with its reason: translucent pixels, 16-bit samples whose bytes differ,
 * animations, damaged or cut files, bytes that nobody reads, and what is over the limits below, before memory is taken.
 * docs/protocol.md says what each image means, docs/png.md which files are read.
 *
 * Functions return 1, or 0 and a sentence in `error`, which may be NULL. No function keeps state of its own.
 */
#ifndef PIXEL_LLM_H
#define PIXEL_LLM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PIXEL_LLM_VERSION 1                  /* of models of up to 65,536 ids */
#define PIXEL_LLM_WIDE_VERSION 2             /* of models of more: an id has three bytes */
#define PIXEL_LLM_MAX_WIDE_ID 0xFFFFFEu      /* white is no id */
#define PIXEL_LLM_VOCABULARY 1024            /* ids of the protocol's own characters */
#define PIXEL_LLM_MAX_TOKENS 65535           /* in one image */
#define PIXEL_LLM_MAX_BEAMS 256              /* rows of a beams image */
#define PIXEL_LLM_MAX_SIDE 65536             /* pixels */
#define PIXEL_LLM_MAX_PIXELS (1L << 22)      /* in one picture */
#define PIXEL_LLM_MAX_FILE_BYTES (1L << 24)
#define PIXEL_LLM_MAX_TEXT_BYTES (1L << 20)  /* tEXt entries of one file */

typedef struct {
    char text[320];
} pixel_llm_error;

/* A picture as it was stored. */
typedef struct {
    uint32_t width;
    uint32_t height;
    uint8_t *rgb;  /* [height, width, 3] */
    char kind[16]; /* the extension's image that its writer named, as "output_sequence", or "" */
} pixel_llm_picture;

/* What a pixel says: a token, and how sure the model was of it, 0 to 255. */
typedef struct {
    uint32_t id;
    uint8_t confidence;
} pixel_llm_token;

/* The ids of a text in UTF-8: one for each code point, its value modulo 1,024. */
int pixel_llm_tokens_of(const char *text, size_t bytes, uint16_t *ids, size_t capacity, size_t *count,
                        pixel_llm_error *error);

/* A token image as a PNG file in memory, which the caller frees. */
int pixel_llm_encode_tokens(const uint16_t *ids, size_t count, uint8_t **png, size_t *bytes, pixel_llm_error *error);

/* The same of version 2, for a model of more than 65,536 ids. */
int pixel_llm_encode_wide_tokens(const uint32_t *ids, size_t count, uint8_t **png, size_t *bytes,
                                 pixel_llm_error *error);

/* The same as a file: it is written beside its place, as PATH.part, and then renamed, so that nobody reads half. */
int pixel_llm_write_tokens(const char *path, const uint16_t *ids, size_t count, pixel_llm_error *error);

int pixel_llm_write_wide_tokens(const char *path, const uint32_t *ids, size_t count, pixel_llm_error *error);

/* Reads a PNG file. After success pixel_llm_free gives its memory back; after a refusal there is none. */
int pixel_llm_read(const char *path, pixel_llm_picture *picture, pixel_llm_error *error);

/* The same from memory; `file` is the name that messages begin with. */
int pixel_llm_decode(const uint8_t *png, size_t bytes, const char *file, pixel_llm_picture *picture,
                     pixel_llm_error *error);

void pixel_llm_free(pixel_llm_picture *picture);

/* Which version an answer is of, 1 or 2: the first pixel of one of version 2 says so. */
int pixel_llm_version_of(const pixel_llm_picture *picture);

/* How many tokens lie across an answer, and how many rows of them: as many as it has pixels, in version 2 fewer. */
uint32_t pixel_llm_columns(const pixel_llm_picture *picture);
uint32_t pixel_llm_rows(const pixel_llm_picture *picture);

/* Token x in row y of an answer of either version; of a heat map, confidence is the grey of the cell 32 y + x. x and y lie
 * within the columns and rows. */
pixel_llm_token pixel_llm_at(const pixel_llm_picture *picture, uint32_t x, uint32_t y);

/* Token i, from 0, of a token image of either version. */
uint32_t pixel_llm_token_id(const pixel_llm_picture *picture, uint32_t i);

/* Whether a picture keeps the rules of one of the images; what it does not keep is said in `error`. */
int pixel_llm_is_tokens(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error);
int pixel_llm_is_prediction(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error);
int pixel_llm_is_heatmap(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error);
int pixel_llm_is_sequence(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error);
int pixel_llm_is_scores(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error);
int pixel_llm_is_beams(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error);

/* How many tokens the beam in row y has: the rest of the row is padding. */
uint32_t pixel_llm_beam_length(const pixel_llm_picture *picture, uint32_t y);

#ifdef __cplusplus
}
#endif
#endif

#ifdef PIXEL_LLM_IMPLEMENTATION
#ifndef PIXEL_LLM_IMPLEMENTED
#define PIXEL_LLM_IMPLEMENTED

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIXEL_LLM_GREY = 0, PIXEL_LLM_RGB = 2, PIXEL_LLM_PALETTE = 3, PIXEL_LLM_GREY_ALPHA = 4, PIXEL_LLM_RGBA = 6 };

#define PIXEL_LLM_FRAME 12           /* bytes of a chunk around its data */
#define PIXEL_LLM_STORED_BLOCK 65535 /* the most bytes in one */
#define PIXEL_LLM_EXPANSION 1032     /* deflate's own bound: a match of 258 bytes from 2 bits */
#define PIXEL_LLM_COPY_AGAIN "The file was cut or damaged on its way: copy or download it again."
#define PIXEL_LLM_SAVE_AGAIN "Save it again as a plain, opaque 8-bit RGB PNG."

static const uint8_t pixel_llm_signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

/* Says what is wrong; returns 0, for the caller to return. */
static int pixel_llm_refuse(pixel_llm_error *error, const char *format, ...) {
    if (error != NULL) {
        va_list values;
        va_start(values, format);
        vsnprintf(error->text, sizeof error->text, format, values);
        va_end(values);
    }
    return 0;
}

static uint32_t pixel_llm_crc(const uint8_t *bytes, size_t count) {
    /* the remainders of 0 to 15, reflected: half a byte at a time needs no table made at run time */
    static const uint32_t remainders[16] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
        0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C};
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ remainders[crc & 15];
        crc = crc >> 4 ^ remainders[crc & 15];
    }
    return ~crc;
}

static uint32_t pixel_llm_adler(const uint8_t *bytes, size_t count) {
    uint32_t a = 1;
    uint32_t b = 0;
    for (size_t i = 0; i < count; i++) {
        a = (a + bytes[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

static uint32_t pixel_llm_get32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint8_t *pixel_llm_put32(uint8_t *at, uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        *at++ = (uint8_t)(value >> shift);
    }
    return at;
}

/* Ends a chunk whose name begins at `name`: its length in front, its checksum after it. */
static uint8_t *pixel_llm_end_chunk(uint8_t *name, uint8_t *end) {
    pixel_llm_put32(name - 4, (uint32_t)(end - name - 4));
    return pixel_llm_put32(end, pixel_llm_crc(name, (size_t)(end - name)));
}

int pixel_llm_tokens_of(const char *text, size_t bytes, uint16_t *ids, size_t capacity, size_t *count,
                        pixel_llm_error *error) {
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000}; /* by length: a shorter form is the only one */
    size_t n = 0;
    for (size_t at = 0; at < bytes;) {
        uint8_t first = (uint8_t)text[at];
        size_t length = first < 0x80   ? 1
                        : first < 0xC0 ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF8 ? 4
                                       : 0;
        uint32_t point = length == 1 ? first : length == 0 ? 0 : first & (0x7Fu >> length);
        size_t known = 1;
        while (known < length && at + known < bytes && ((uint8_t)text[at + known] & 0xC0) == 0x80) {
            point = point << 6 | ((uint8_t)text[at + known] & 0x3F);
            known++;
        }
        if (length == 0 || known < length || point < least[length] || point > 0x10FFFF ||
            (point >= 0xD800 && point < 0xE000)) {
            return pixel_llm_refuse(error, "text: byte %lu: expected UTF-8, found a byte 0x%02X that is not.",
                                    (unsigned long)at, first);
        }
        if (n == capacity || n == PIXEL_LLM_MAX_TOKENS) {
            return pixel_llm_refuse(error, "text: byte %lu: expected the end after %lu tokens, found more.",
                                    (unsigned long)at, (unsigned long)n);
        }
        ids[n++] = (uint16_t)(point % PIXEL_LLM_VOCABULARY);
        at += length;
    }
    *count = n;
    return 1;
}

/* Of the two arrays of ids one is NULL, which says the version. */
static int pixel_llm_encode_ids(const uint16_t *narrow, const uint32_t *wide, size_t count, uint8_t **png,
                                size_t *bytes, pixel_llm_error *error) {
    if (count < 1 || count > PIXEL_LLM_MAX_TOKENS) {
        return pixel_llm_refuse(error, "tokens: expected 1 to 65535 of them, found %lu.", (unsigned long)count);
    }
    size_t raw = 1 + 3 * (count + 1); /* filter 0 and the row */
    size_t blocks = (raw + PIXEL_LLM_STORED_BLOCK - 1) / PIXEL_LLM_STORED_BLOCK;
    size_t size = 8 + PIXEL_LLM_FRAME + 13 + PIXEL_LLM_FRAME + 2 + 5 * blocks + raw + 4 + PIXEL_LLM_FRAME;
    uint8_t *file = (uint8_t *)malloc(size);
    uint8_t *row = (uint8_t *)calloc(raw, 1);
    if (file == NULL || row == NULL) {
        free(file);
        free(row);
        return pixel_llm_refuse(error, "tokens: no memory for an image of %lu bytes.", (unsigned long)size);
    }
    row[1] = (uint8_t)(count & 255);
    row[2] = (uint8_t)(count >> 8);
    row[3] = wide == NULL ? PIXEL_LLM_VERSION : PIXEL_LLM_WIDE_VERSION;
    for (size_t i = 0; i < count; i++) {
        uint32_t id = wide == NULL ? narrow[i] : wide[i];
        if (id > PIXEL_LLM_MAX_WIDE_ID) {
            free(file);
            free(row);
            return pixel_llm_refuse(error, "tokens: token %lu: expected an id of 0 to %lu, found %lu.",
                                    (unsigned long)i, (unsigned long)PIXEL_LLM_MAX_WIDE_ID, (unsigned long)id);
        }
        row[4 + 3 * i] = (uint8_t)(id & 255);
        row[5 + 3 * i] = (uint8_t)(id >> 8 & 255);
        row[6 + 3 * i] = (uint8_t)(id >> 16);
    }

    memcpy(file, pixel_llm_signature, 8);
    uint8_t *name = file + 12;
    memcpy(name, "IHDR", 4);
    uint8_t *at = pixel_llm_put32(pixel_llm_put32(name + 4, (uint32_t)count + 1), 1);
    memcpy(at, "\10\2\0\0\0", 5); /* 8 bits, RGB, deflate, filters, not interlaced */
    at = pixel_llm_end_chunk(name, at + 5);

    name = at + 4;
    memcpy(name, "IDAT\x78\x01", 6);
    at = name + 6;
    for (size_t from = 0; from < raw; from += PIXEL_LLM_STORED_BLOCK) {
        size_t length = raw - from < PIXEL_LLM_STORED_BLOCK ? raw - from : PIXEL_LLM_STORED_BLOCK;
        *at++ = from + length == raw;
        *at++ = (uint8_t)(length & 255);
        *at++ = (uint8_t)(length >> 8);
        *at++ = (uint8_t)(~length & 255);
        *at++ = (uint8_t)(~length >> 8 & 255);
        memcpy(at, row + from, length);
        at += length;
    }
    at = pixel_llm_end_chunk(name, pixel_llm_put32(at, pixel_llm_adler(row, raw)));
    free(row);

    name = at + 4;
    memcpy(name, "IEND", 4);
    pixel_llm_end_chunk(name, name + 4);
    *png = file;
    *bytes = size;
    return 1;
}

int pixel_llm_encode_tokens(const uint16_t *ids, size_t count, uint8_t **png, size_t *bytes, pixel_llm_error *error) {
    return pixel_llm_encode_ids(ids, NULL, count, png, bytes, error);
}

int pixel_llm_encode_wide_tokens(const uint32_t *ids, size_t count, uint8_t **png, size_t *bytes,
                                 pixel_llm_error *error) {
    return pixel_llm_encode_ids(NULL, ids, count, png, bytes, error);
}

/* Writes a file, whole or not at all, and frees its bytes. */
static int pixel_llm_write_png(const char *path, uint8_t *png, size_t bytes, pixel_llm_error *error) {
    size_t length = strlen(path);
    char *beside = (char *)malloc(length + 6);
    FILE *file = NULL;
    if (beside != NULL) {
        memcpy(beside, path, length);
        memcpy(beside + length, ".part", 6);
        file = fopen(beside, "wb");
    }
    int written = file != NULL && fwrite(png, 1, bytes, file) == bytes;
    if (file != NULL) {
        written = fclose(file) == 0 && written;
        written = written && rename(beside, path) == 0;
        if (!written) {
            remove(beside);
        }
    }
    free(beside);
    free(png);
    return written || pixel_llm_refuse(error, "%s: cannot be written. Check the folder and its permissions.", path);
}

int pixel_llm_write_tokens(const char *path, const uint16_t *ids, size_t count, pixel_llm_error *error) {
    uint8_t *png = NULL;
    size_t bytes = 0;
    return pixel_llm_encode_tokens(ids, count, &png, &bytes, error) && pixel_llm_write_png(path, png, bytes, error);
}

int pixel_llm_write_wide_tokens(const char *path, const uint32_t *ids, size_t count, pixel_llm_error *error) {
    uint8_t *png = NULL;
    size_t bytes = 0;
    return pixel_llm_encode_wide_tokens(ids, count, &png, &bytes, error) &&
           pixel_llm_write_png(path, png, bytes, error);
}

/* A zlib stream being inflated. The first fault stays, and ends every loop. */
typedef struct {
    const uint8_t *in;
    size_t in_bytes;
    size_t at;
    uint32_t bits; /* the next ones, the lowest first; fewer than 8 between calls */
    unsigned held;
    uint8_t *out;
    size_t out_bytes;
    size_t filled;
    const char *fault;
} pixel_llm_inflater;

/* A canonical Huffman code (RFC 1951, 3.2.2): its symbols in the order of their codes. */
typedef struct {
    uint16_t count[16]; /* codes of each length */
    uint16_t symbol[288];
} pixel_llm_code;

static uint32_t pixel_llm_bits(pixel_llm_inflater *s, unsigned count) {
    while (s->held < count) {
        if (s->at == s->in_bytes) {
            s->fault = s->fault != NULL ? s->fault : "the end of the compressed data";
            return 0;
        }
        s->bits |= (uint32_t)s->in[s->at++] << s->held;
        s->held += 8;
    }
    uint32_t value = s->bits & ((1u << count) - 1);
    s->bits >>= count;
    s->held -= count;
    return value;
}

/* Makes a code of its lengths. A set that leaves codes without symbols is refused, but for zlib's one exception: a
 * single symbol of one bit, and for distances none at all. */
static void pixel_llm_make_code(pixel_llm_inflater *s, pixel_llm_code *code, const uint8_t *lengths, unsigned symbols,
                                int may_be_single) {
    uint16_t next[16];
    int32_t left = 1; /* codes of this length not yet given away */
    unsigned used;
    memset(code, 0, sizeof *code);
    for (unsigned i = 0; i < symbols; i++) {
        code->count[lengths[i]]++;
    }
    used = symbols - code->count[0];
    code->count[0] = 0;
    next[0] = 0;
    next[1] = 0;
    for (unsigned length = 1; length < 16; length++) {
        left = 2 * left - code->count[length];
        if (left < 0) {
            s->fault = "more codes than their lengths allow";
            return;
        }
        if (length < 15) {
            next[length + 1] = (uint16_t)(next[length] + code->count[length]);
        }
    }
    if (left > 0 && !(may_be_single && (used == 0 || (used == 1 && code->count[1] == 1)))) {
        s->fault = "codes that stand for nothing";
        return;
    }
    for (unsigned i = 0; i < symbols; i++) {
        if (lengths[i] != 0) {
            code->symbol[next[lengths[i]]++] = (uint16_t)i;
        }
    }
}

static unsigned pixel_llm_symbol(pixel_llm_inflater *s, const pixel_llm_code *code) {
    uint32_t value = 0;  /* the code read so far */
    uint32_t first = 0;  /* the first code of this length */
    uint32_t before = 0; /* symbols with shorter codes */
    for (unsigned length = 1; length < 16 && s->fault == NULL; length++) {
        value = value << 1 | pixel_llm_bits(s, 1);
        if (value - first < code->count[length]) {
            return code->symbol[before + value - first];
        }
        before += code->count[length];
        first = (first + code->count[length]) << 1;
    }
    s->fault = s->fault != NULL ? s->fault : "a code that stands for nothing";
    return 0;
}

static void pixel_llm_copy_stored(pixel_llm_inflater *s) {
    s->bits = 0;
    s->held = 0;
    uint32_t length = pixel_llm_bits(s, 16);
    uint32_t inverse = pixel_llm_bits(s, 16);
    if (s->fault != NULL) {
        return;
    }
    if ((length ^ inverse) != 0xFFFF) {
        s->fault = "a stored block whose length is damaged";
    } else if (length > s->in_bytes - s->at) {
        s->fault = "the end of the compressed data";
    } else if (length > s->out_bytes - s->filled) {
        s->fault = "more data than the picture has room for";
    } else if (length > 0) {
        memcpy(s->out + s->filled, s->in + s->at, length);
        s->at += length;
        s->filled += length;
    }
}

static void pixel_llm_read_lengths(pixel_llm_inflater *s, pixel_llm_code *literals, pixel_llm_code *distances) {
    static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[286 + 30];
    unsigned literal_count = pixel_llm_bits(s, 5) + 257;
    unsigned distance_count = pixel_llm_bits(s, 5) + 1;
    unsigned order_count = pixel_llm_bits(s, 4) + 4;
    unsigned all = literal_count + distance_count;
    if (literal_count > 286 || distance_count > 30) {
        s->fault = s->fault != NULL ? s->fault : "more symbols than deflate has";
        return;
    }
    memset(lengths, 0, sizeof lengths);
    for (unsigned i = 0; i < order_count; i++) {
        lengths[order[i]] = (uint8_t)pixel_llm_bits(s, 3);
    }
    if (s->fault == NULL) {
        pixel_llm_make_code(s, literals, lengths, 19, 0); /* for a moment the code of the lengths themselves */
    }
    for (unsigned i = 0; i < all && s->fault == NULL;) {
        unsigned symbol = pixel_llm_symbol(s, literals);
        unsigned repeats = 1;
        uint8_t length = (uint8_t)symbol;
        if (symbol == 16) {
            repeats = 3 + pixel_llm_bits(s, 2);
            if (i == 0) {
                s->fault = "a repetition of nothing";
                return;
            }
            length = lengths[i - 1];
        } else if (symbol > 16) {
            repeats = symbol == 17 ? 3 + pixel_llm_bits(s, 3) : 11 + pixel_llm_bits(s, 7);
            length = 0;
        }
        if (repeats > all - i) {
            s->fault = "more code lengths than were announced";
            return;
        }
        memset(lengths + i, length, repeats);
        i += repeats;
    }
    if (s->fault == NULL && lengths[256] == 0) {
        s->fault = "a block without an end";
    }
    if (s->fault == NULL) {
        pixel_llm_make_code(s, literals, lengths, literal_count, 1);
    }
    if (s->fault == NULL) {
        pixel_llm_make_code(s, distances, lengths + literal_count, distance_count, 1);
    }
}

static void pixel_llm_fixed_codes(pixel_llm_inflater *s, pixel_llm_code *literals, pixel_llm_code *distances) {
    uint8_t lengths[288];
    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24);
    memset(lengths + 280, 8, 8);
    pixel_llm_make_code(s, literals, lengths, 288, 0);
    memset(lengths, 5, 32);
    pixel_llm_make_code(s, distances, lengths, 32, 0);
}

static void pixel_llm_inflate_codes(pixel_llm_inflater *s, const pixel_llm_code *literals,
                                    const pixel_llm_code *distances) {
    static const uint16_t length_base[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                             31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const uint8_t length_bits[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                            2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    static const uint16_t distance_base[30] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,
                                               33,  49,  65,  97,  129, 193,  257,  385,  513,  769,
                                               1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    while (s->fault == NULL) {
        unsigned symbol = pixel_llm_symbol(s, literals);
        if (s->fault != NULL || symbol == 256) {
            return;
        }
        if (symbol > 285) {
            s->fault = "a length that deflate does not have";
            return;
        }
        size_t room = s->out_bytes - s->filled;
        if (symbol < 256) {
            if (room == 0) {
                s->fault = "more data than the picture has room for";
                return;
            }
            s->out[s->filled++] = (uint8_t)symbol;
            continue;
        }
        size_t length = length_base[symbol - 257] + pixel_llm_bits(s, length_bits[symbol - 257]);
        unsigned far = pixel_llm_symbol(s, distances);
        if (far > 29) {
            s->fault = "a distance that deflate does not have";
            return;
        }
        size_t distance = distance_base[far] + pixel_llm_bits(s, far < 4 ? 0 : far / 2 - 1);
        if (s->fault == NULL && distance > s->filled) {
            s->fault = "a distance back before the beginning";
        } else if (s->fault == NULL && length > room) {
            s->fault = "more data than the picture has room for";
        }
        for (; s->fault == NULL && length > 0; length--) { /* one by one: the two may overlap */
            s->out[s->filled] = s->out[s->filled - distance];
            s->filled++;
        }
    }
}

/* Inflates a zlib stream to exactly the bytes that `out` has room for. Returns what is wrong, or NULL. */
static const char *pixel_llm_inflate(const uint8_t *in, size_t in_bytes, uint8_t *out, size_t out_bytes) {
    pixel_llm_inflater s = {in, in_bytes, 2, 0, 0, out, out_bytes, 0, NULL};
    pixel_llm_code literals;
    pixel_llm_code distances;
    if (in_bytes < 2) {
        return "the end of the compressed data";
    }
    if ((in[0] & 15) != 8 || in[0] >> 4 > 7 || (256u * in[0] + in[1]) % 31 != 0) {
        return "another beginning than zlib's";
    }
    if ((in[1] & 32) != 0) {
        return "a preset dictionary";
    }
    for (int last = 0; !last && s.fault == NULL;) {
        last = (int)pixel_llm_bits(&s, 1);
        uint32_t type = pixel_llm_bits(&s, 2);
        if (s.fault != NULL) {
            break;
        }
        if (type == 0) {
            pixel_llm_copy_stored(&s);
        } else if (type == 3) {
            s.fault = "a block of an unknown type";
        } else {
            if (type == 1) {
                pixel_llm_fixed_codes(&s, &literals, &distances);
            } else {
                pixel_llm_read_lengths(&s, &literals, &distances);
            }
            if (s.fault == NULL) {
                pixel_llm_inflate_codes(&s, &literals, &distances);
            }
        }
    }
    if (s.fault != NULL) {
        return s.fault;
    }
    if (s.filled < out_bytes) {
        return "fewer rows than the picture has";
    }
    if (in_bytes - s.at < 4) {
        return "the end of the compressed data";
    }
    if (pixel_llm_get32(in + s.at) != pixel_llm_adler(out, out_bytes)) {
        return "another checksum (Adler-32)";
    }
    return in_bytes - s.at > 4 ? "bytes left over after the zlib stream" : NULL;
}

/* What the chunks of a file say. */
typedef struct {
    uint32_t width;
    uint32_t height;
    unsigned depth;
    unsigned colour;
    unsigned channels;
    int interlaced;
    const uint8_t *palette;
    size_t palette_bytes;
    const uint8_t *transparency;
    size_t transparency_bytes;
    uint8_t *data; /* of all IDAT chunks together */
    size_t data_bytes;
    size_t text_bytes;
    int has_kind;
    char kind[16];
    const char *file;
    pixel_llm_error *error;
} pixel_llm_png;

/* One chunk under the cursor. */
typedef struct {
    const uint8_t *data;
    size_t length;
    size_t at;
    char name[5];
} pixel_llm_chunk;

static int pixel_llm_refuse_chunk(pixel_llm_png *png, const pixel_llm_chunk *chunk, const char *expected,
                                  const char *found) {
    return pixel_llm_refuse(png->error, "%s: chunk %s at byte %lu: expected %s, found %s. %s", png->file, chunk->name,
                            (unsigned long)chunk->at, expected, found, PIXEL_LLM_SAVE_AGAIN);
}

static int pixel_llm_read_header(pixel_llm_png *png, const pixel_llm_chunk *chunk) {
    static const uint8_t channels[7] = {1, 0, 3, 1, 2, 0, 4};
    const uint8_t *data = chunk->data;
    if (chunk->length != 13) {
        return pixel_llm_refuse_chunk(png, chunk, "13 bytes of header", "another number");
    }
    png->width = pixel_llm_get32(data);
    png->height = pixel_llm_get32(data + 4);
    png->depth = data[8];
    png->colour = data[9];
    png->interlaced = data[12];
    if (png->width < 1 || png->height < 1 || png->width > PIXEL_LLM_MAX_SIDE || png->height > PIXEL_LLM_MAX_SIDE ||
        (uint64_t)png->width * png->height > PIXEL_LLM_MAX_PIXELS) {
        return pixel_llm_refuse(png->error,
                                "%s: chunk IHDR at byte 8: expected a picture of 1 x 1 to %d on a side and %ld pixels, "
                                "found %lu x %lu. Is this the file you meant?",
                                png->file, PIXEL_LLM_MAX_SIDE, PIXEL_LLM_MAX_PIXELS, (unsigned long)png->width,
                                (unsigned long)png->height);
    }
    int fits = png->depth == 8;
    switch (png->colour) {
        case PIXEL_LLM_GREY:
            fits = fits || png->depth == 1 || png->depth == 2 || png->depth == 4 || png->depth == 16;
            break;
        case PIXEL_LLM_PALETTE:
            fits = fits || png->depth == 1 || png->depth == 2 || png->depth == 4;
            break;
        case PIXEL_LLM_RGB:
        case PIXEL_LLM_GREY_ALPHA:
        case PIXEL_LLM_RGBA:
            fits = fits || png->depth == 16;
            break;
        default:
            fits = 0;
    }
    if (!fits) {
        return pixel_llm_refuse_chunk(png, chunk, "a colour type and bit depth that PNG knows", "another");
    }
    if (data[10] != 0 || data[11] != 0 || data[12] > 1) {
        return pixel_llm_refuse_chunk(png, chunk, "compression 0, filter 0 and interlace 0 or 1", "another method");
    }
    png->channels = channels[png->colour];
    return 1;
}

static int pixel_llm_read_palette(pixel_llm_png *png, const pixel_llm_chunk *chunk, int is_late) {
    size_t most = png->colour == PIXEL_LLM_PALETTE ? (size_t)1 << png->depth : 256;
    if (is_late || png->palette != NULL || png->transparency != NULL || png->colour == PIXEL_LLM_GREY ||
        png->colour == PIXEL_LLM_GREY_ALPHA) {
        return pixel_llm_refuse_chunk(png, chunk, "one palette, before tRNS and IDAT, and none in grey", "this");
    }
    if (chunk->length == 0 || chunk->length % 3 != 0 || chunk->length > 3 * most) {
        return pixel_llm_refuse_chunk(png, chunk, "3 bytes for each colour, as many as the depth allows",
                                      "another number of bytes");
    }
    png->palette = chunk->data;
    png->palette_bytes = chunk->length;
    return 1;
}

static int pixel_llm_read_transparency(pixel_llm_png *png, const pixel_llm_chunk *chunk, int is_late) {
    int fits = png->colour == PIXEL_LLM_GREY      ? chunk->length == 2
               : png->colour == PIXEL_LLM_RGB     ? chunk->length == 6
               : png->colour == PIXEL_LLM_PALETTE ? chunk->length >= 1 && chunk->length <= png->palette_bytes / 3
                                                  : 0;
    if (is_late || png->transparency != NULL || !fits) {
        return pixel_llm_refuse_chunk(png, chunk, "one tRNS, before IDAT, that fits the colour type", "this");
    }
    png->transparency = chunk->data;
    png->transparency_bytes = chunk->length;
    return 1;
}

static int pixel_llm_read_text(pixel_llm_png *png, const pixel_llm_chunk *chunk) {
    static const char *const names[] = {"output_sequence", "output_beams", "prompt_scores",
                                        "attention",       "activations",  "view"};
    const uint8_t *zero = chunk->length == 0 ? NULL : (const uint8_t *)memchr(chunk->data, 0, chunk->length);
    png->text_bytes += chunk->length;
    if (png->text_bytes > PIXEL_LLM_MAX_TEXT_BYTES) {
        return pixel_llm_refuse_chunk(png, chunk, "at most 1048576 bytes of text in all", "more");
    }
    if (zero == NULL || zero == chunk->data || zero - chunk->data > 79) {
        return pixel_llm_refuse_chunk(png, chunk, "a keyword of 1 to 79 bytes, a zero byte, and text", "no such");
    }
    if (zero - chunk->data == 4 && memcmp(chunk->data, "Kind", 4) == 0 && !png->has_kind) {
        size_t length = chunk->length - 5;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            if (length == strlen(names[i]) && memcmp(zero + 1, names[i], length) == 0) {
                memcpy(png->kind, names[i], length);
            }
        }
        png->has_kind = 1; /* the first counts */
    }
    return 1;
}

/* Reads the frame of the chunk at `at` and checks its bounds and its checksum. */
static int pixel_llm_next_chunk(pixel_llm_png *png, const uint8_t *in, size_t bytes, size_t at,
                                pixel_llm_chunk *chunk) {
    size_t left = bytes - at;
    if (left < PIXEL_LLM_FRAME) {
        return pixel_llm_refuse(png->error, "%s: byte %lu: expected another chunk, up to IEND, found the end. %s",
                                png->file, (unsigned long)at, PIXEL_LLM_COPY_AGAIN);
    }
    uint32_t length = pixel_llm_get32(in + at);
    for (size_t i = 0; i < 4; i++) {
        uint8_t letter = in[at + 4 + i];
        if (!((letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z'))) {
            return pixel_llm_refuse(png->error, "%s: byte %lu: expected a chunk name of four letters, found others. %s",
                                    png->file, (unsigned long)at, PIXEL_LLM_COPY_AGAIN);
        }
        chunk->name[i] = (char)letter;
    }
    chunk->name[4] = 0;
    chunk->at = at;
    chunk->data = in + at + 8;
    chunk->length = length;
    if (length > left - PIXEL_LLM_FRAME) {
        return pixel_llm_refuse(png->error, "%s: chunk %s at byte %lu: expected %lu bytes of data, found the end. %s",
                                png->file, chunk->name, (unsigned long)at, (unsigned long)length, PIXEL_LLM_COPY_AGAIN);
    }
    if (pixel_llm_crc(in + at + 4, length + 4) != pixel_llm_get32(chunk->data + length)) {
        return pixel_llm_refuse(png->error, "%s: chunk %s at byte %lu: expected its checksum (CRC), found another. %s",
                                png->file, chunk->name, (unsigned long)at, PIXEL_LLM_COPY_AGAIN);
    }
    return 1;
}

/* Walks all chunks and gathers what they say. */
static int pixel_llm_read_chunks(pixel_llm_png *png, const uint8_t *in, size_t bytes) {
    pixel_llm_chunk chunk;
    size_t data_end = 0;
    chunk.name[0] = 0;
    for (size_t at = 8; strcmp(chunk.name, "IEND") != 0; at += PIXEL_LLM_FRAME + chunk.length) {
        if (!pixel_llm_next_chunk(png, in, bytes, at, &chunk)) {
            return 0;
        }
        const char *name = chunk.name;
        int is_header = strcmp(name, "IHDR") == 0;
        int is_late = data_end > 0;
        int sound = 1;
        if (is_header != (at == 8)) {
            return pixel_llm_refuse_chunk(png, &chunk, "IHDR as the first chunk, and once", "otherwise");
        }
        if (is_header) {
            sound = pixel_llm_read_header(png, &chunk);
        } else if (strcmp(name, "PLTE") == 0) {
            sound = pixel_llm_read_palette(png, &chunk, is_late);
        } else if (strcmp(name, "tRNS") == 0) {
            sound = pixel_llm_read_transparency(png, &chunk, is_late);
        } else if (strcmp(name, "tEXt") == 0) {
            sound = pixel_llm_read_text(png, &chunk);
        } else if (strcmp(name, "IDAT") == 0) {
            if (png->colour == PIXEL_LLM_PALETTE && png->palette == NULL) {
                return pixel_llm_refuse_chunk(png, &chunk, "PLTE before IDAT in a palette picture", "no PLTE");
            }
            if (is_late && at != data_end) {
                return pixel_llm_refuse_chunk(png, &chunk, "IDAT chunks one after another", "another between them");
            }
            if (chunk.length > 0) {
                memcpy(png->data + png->data_bytes, chunk.data, chunk.length);
            }
            png->data_bytes += chunk.length;
            data_end = at + PIXEL_LLM_FRAME + chunk.length;
        } else if (strcmp(name, "acTL") == 0 || strcmp(name, "fcTL") == 0 || strcmp(name, "fdAT") == 0) {
            return pixel_llm_refuse_chunk(png, &chunk, "a still picture", "an animation (APNG)");
        } else if (strcmp(name, "IEND") == 0) {
            if (chunk.length > 0 || !is_late) {
                return pixel_llm_refuse_chunk(png, &chunk, "an empty IEND after IDAT", "otherwise");
            }
            if (bytes - at > PIXEL_LLM_FRAME) {
                return pixel_llm_refuse_chunk(png, &chunk, "the end of the file after it", "more bytes");
            }
        } else if (name[0] < 'a') {
            return pixel_llm_refuse_chunk(png, &chunk, "a chunk that PNG knows", "an unknown critical one");
        }
        if (!sound) {
            return 0;
        }
    }
    return 1;
}

/* One walk over a picture: each step_x-th column from x, each step_y-th row from y. */
typedef struct {
    uint8_t x, y, step_x, step_y;
} pixel_llm_pass;

static const pixel_llm_pass pixel_llm_whole = {0, 0, 1, 1};
static const pixel_llm_pass pixel_llm_adam7[7] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                                  {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};

static uint32_t pixel_llm_steps(uint32_t size, uint32_t from, uint32_t step) {
    return size <= from ? 0 : (size - from - 1) / step + 1;
}

static size_t pixel_llm_row_bytes(const pixel_llm_png *png, uint32_t columns) {
    return ((size_t)columns * png->channels * png->depth + 7) / 8;
}

static uint8_t pixel_llm_paeth(int left, int up, int corner) {
    int to_left = abs(up - corner);
    int to_up = abs(left - corner);
    int to_corner = abs(left + up - 2 * corner);
    if (to_left <= to_up && to_left <= to_corner) {
        return (uint8_t)left;
    }
    return (uint8_t)(to_up <= to_corner ? up : corner);
}

/* Undoes one row's filter in place; `above` is NULL for the first row. Returns 0 for a filter that PNG has not. */
static int pixel_llm_unfilter(unsigned filter, uint8_t *row, const uint8_t *above, size_t bytes, size_t distance) {
    if (filter > 4) {
        return 0;
    }
    for (size_t i = 0; filter != 0 && i < bytes; i++) {
        int left = i < distance ? 0 : row[i - distance];
        int up = above == NULL ? 0 : above[i];
        int corner = i < distance || above == NULL ? 0 : above[i - distance];
        int guess = filter == 1   ? left
                    : filter == 2 ? up
                    : filter == 3 ? (left + up) / 2
                                  : pixel_llm_paeth(left, up, corner);
        row[i] = (uint8_t)(row[i] + guess);
    }
    return 1;
}

static unsigned pixel_llm_sample(const uint8_t *row, size_t index, unsigned depth) {
    if (depth == 8) {
        return row[index];
    }
    if (depth == 16) {
        return 256u * row[2 * index] + row[2 * index + 1];
    }
    size_t bit = index * depth;
    return row[bit / 8] >> (8 - depth - bit % 8) & ((1u << depth) - 1);
}

static int pixel_llm_refuse_pixel(pixel_llm_png *png, uint32_t x, uint32_t y, const char *expected, const char *found) {
    return pixel_llm_refuse(png->error, "%s: pixel (%lu, %lu): expected %s, found %s. %s", png->file, (unsigned long)x,
                            (unsigned long)y, expected, found, PIXEL_LLM_SAVE_AGAIN);
}

/* Turns the i-th pixel of a row into opaque 8-bit RGB. */
static int pixel_llm_put_pixel(pixel_llm_png *png, const uint8_t *row, size_t i, uint32_t x, uint32_t y, uint8_t *rgb) {
    unsigned full = (1u << png->depth) - 1;
    unsigned samples[4] = {0, 0, 0, 0};
    unsigned colours = png->channels;
    for (unsigned channel = 0; channel < png->channels; channel++) {
        samples[channel] = pixel_llm_sample(row, i * png->channels + channel, png->depth);
    }
    if (png->colour == PIXEL_LLM_PALETTE) {
        size_t index = samples[0];
        if (3 * index >= png->palette_bytes) {
            return pixel_llm_refuse_pixel(png, x, y, "a colour of the palette", "an index beyond it");
        }
        /* An entry that no pixel uses may be translucent: the picture is opaque all the same. */
        if (index < png->transparency_bytes && png->transparency[index] != 255) {
            return pixel_llm_refuse_pixel(png, x, y, "an opaque pixel", "a translucent one");
        }
        memcpy(rgb, png->palette + 3 * index, 3);
        return 1;
    }
    if (png->colour == PIXEL_LLM_GREY_ALPHA || png->colour == PIXEL_LLM_RGBA) {
        if (samples[--colours] != full) {
            return pixel_llm_refuse_pixel(png, x, y, "an opaque pixel", "a translucent one");
        }
    }
    int matches = png->transparency != NULL;
    for (unsigned channel = 0; channel < colours && matches; channel++) {
        const uint8_t *key = png->transparency + 2 * channel; /* its bits above the depth do not count */
        matches = samples[channel] == ((256u * key[0] + key[1]) & full);
    }
    if (matches) {
        return pixel_llm_refuse_pixel(png, x, y, "an opaque pixel", "the colour that tRNS makes transparent");
    }
    for (unsigned channel = 0; channel < 3; channel++) {
        unsigned value = samples[colours == 1 ? 0 : channel];
        if (png->depth == 16 && value >> 8 != (value & 255)) {
            return pixel_llm_refuse_pixel(png, x, y, "a 16-bit sample whose two bytes are equal", "two that differ");
        }
        rgb[channel] = (uint8_t)((uint32_t)value * 255 / full);
    }
    return 1;
}

static int pixel_llm_put_rows(pixel_llm_png *png, uint8_t *rows, uint8_t *rgb) {
    size_t bits = (size_t)png->channels * png->depth;
    for (int i = 0; i < (png->interlaced ? 7 : 1); i++) {
        pixel_llm_pass pass = png->interlaced ? pixel_llm_adam7[i] : pixel_llm_whole;
        uint32_t columns = pixel_llm_steps(png->width, pass.x, pass.step_x);
        uint32_t count = columns == 0 ? 0 : pixel_llm_steps(png->height, pass.y, pass.step_y);
        size_t bytes = pixel_llm_row_bytes(png, columns);
        const uint8_t *above = NULL;
        for (uint32_t line = 0; line < count; line++) {
            uint32_t y = pass.y + line * pass.step_y;
            if (!pixel_llm_unfilter(rows[0], rows + 1, above, bytes, bits < 8 ? 1 : bits / 8)) {
                return pixel_llm_refuse_pixel(png, pass.x, y, "a row filter from 0 to 4", "another");
            }
            for (uint32_t column = 0; column < columns; column++) {
                uint32_t x = pass.x + column * pass.step_x;
                if (!pixel_llm_put_pixel(png, rows + 1, column, x, y, rgb + 3 * ((size_t)y * png->width + x))) {
                    return 0;
                }
            }
            above = rows + 1;
            rows += bytes + 1;
        }
    }
    return 1;
}

/* Bytes of all rows of all passes, filter bytes included; a pass without pixels has none. */
static size_t pixel_llm_all_row_bytes(const pixel_llm_png *png) {
    size_t all = 0;
    for (int i = 0; i < (png->interlaced ? 7 : 1); i++) {
        pixel_llm_pass pass = png->interlaced ? pixel_llm_adam7[i] : pixel_llm_whole;
        uint32_t columns = pixel_llm_steps(png->width, pass.x, pass.step_x);
        uint32_t count = columns == 0 ? 0 : pixel_llm_steps(png->height, pass.y, pass.step_y);
        all += count * (pixel_llm_row_bytes(png, columns) + 1);
    }
    return all;
}

static int pixel_llm_decode_data(pixel_llm_png *png, pixel_llm_picture *picture) {
    size_t size = pixel_llm_all_row_bytes(png);
    if ((uint64_t)png->data_bytes * PIXEL_LLM_EXPANSION < size) {
        return pixel_llm_refuse(png->error,
                                "%s: chunk IDAT: expected the data of a %lu x %lu picture, found %lu bytes. %s",
                                png->file, (unsigned long)png->width, (unsigned long)png->height,
                                (unsigned long)png->data_bytes, PIXEL_LLM_COPY_AGAIN);
    }
    uint8_t *rows = (uint8_t *)malloc(size);
    uint8_t *rgb = (uint8_t *)malloc((size_t)png->width * png->height * 3);
    int sound = 0;
    if (rows == NULL || rgb == NULL) {
        pixel_llm_refuse(png->error, "%s: no memory for a %lu x %lu picture.", png->file, (unsigned long)png->width,
                         (unsigned long)png->height);
    } else {
        const char *fault = pixel_llm_inflate(png->data, png->data_bytes, rows, size);
        if (fault == NULL) {
            sound = pixel_llm_put_rows(png, rows, rgb);
        } else {
            pixel_llm_refuse(png->error, "%s: chunk IDAT: expected a sound zlib stream, found %s. %s", png->file, fault,
                             PIXEL_LLM_COPY_AGAIN);
        }
    }
    free(rows);
    if (!sound) {
        free(rgb);
        return 0;
    }
    picture->width = png->width;
    picture->height = png->height;
    picture->rgb = rgb;
    memcpy(picture->kind, png->kind, sizeof picture->kind);
    return 1;
}

int pixel_llm_decode(const uint8_t *in, size_t bytes, const char *file, pixel_llm_picture *picture,
                     pixel_llm_error *error) {
    pixel_llm_png png;
    memset(&png, 0, sizeof png);
    memset(picture, 0, sizeof *picture);
    png.file = file;
    png.error = error;
    if (bytes < 8 || memcmp(in, pixel_llm_signature, 8) != 0) {
        return pixel_llm_refuse(error, "%s: byte 0: expected a PNG image, found %s. Give a .pxi file, which is one.",
                                file, bytes == 0 ? "an empty file" : "other bytes");
    }
    if (bytes > PIXEL_LLM_MAX_FILE_BYTES) {
        return pixel_llm_refuse(error, "%s: file: expected at most %ld bytes, found %lu. Is this the file you meant?",
                                file, PIXEL_LLM_MAX_FILE_BYTES, (unsigned long)bytes);
    }
    png.data = (uint8_t *)malloc(bytes); /* all IDAT chunks are less than the file */
    if (png.data == NULL) {
        return pixel_llm_refuse(error, "%s: no memory for its %lu bytes.", file, (unsigned long)bytes);
    }
    int sound = pixel_llm_read_chunks(&png, in, bytes) && pixel_llm_decode_data(&png, picture);
    free(png.data);
    return sound;
}

int pixel_llm_read(const char *path, pixel_llm_picture *picture, pixel_llm_error *error) {
    size_t capacity = 1 << 16;
    size_t bytes = 0;
    memset(picture, 0, sizeof *picture);
    FILE *file = fopen(path, "rb");
    uint8_t *all = file == NULL ? NULL : (uint8_t *)malloc(capacity);
    int sound = all != NULL;
    while (sound && !feof(file)) {
        bytes += fread(all + bytes, 1, capacity - bytes, file);
        sound = !ferror(file) && bytes <= PIXEL_LLM_MAX_FILE_BYTES;
        if (sound && bytes == capacity) {
            uint8_t *larger = (uint8_t *)realloc(all, 2 * capacity);
            sound = larger != NULL;
            all = sound ? larger : all;
            capacity *= 2;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    sound = sound ? pixel_llm_decode(all, bytes, path, picture, error)
                  : pixel_llm_refuse(error, "%s: file: expected at most %ld bytes that can be read, found %s.", path,
                                     PIXEL_LLM_MAX_FILE_BYTES, file == NULL ? "none" : "otherwise");
    free(all);
    return sound;
}

void pixel_llm_free(pixel_llm_picture *picture) {
    free(picture->rgb);
    memset(picture, 0, sizeof *picture);
}

/* The outputs of version 2. A column of its own comes first, whose upper pixel is (kind, beams, 2) and whose others are
 * black. After it each row of tokens has two rows of pixels: the ids in R, G and B, and the confidences as greys. */
enum {
    PIXEL_LLM_WIDE_PREDICTION = 1,
    PIXEL_LLM_WIDE_SEQUENCE = 2,
    PIXEL_LLM_WIDE_BEAMS = 3,
    PIXEL_LLM_WIDE_SCORES = 4
};

#define PIXEL_LLM_WHITE 0xFFFFFFu

/* A pixel as one number: red + 256 green + 65,536 blue. */
static uint32_t pixel_llm_colour(const pixel_llm_picture *picture, uint32_t x, uint32_t y) {
    const uint8_t *pixel = picture->rgb + 3 * ((size_t)y * picture->width + x);
    return (uint32_t)pixel[0] | (uint32_t)pixel[1] << 8 | (uint32_t)pixel[2] << 16;
}

/* Which output of version 2 a picture is; 0 where it is none. */
static int pixel_llm_wide_kind(const pixel_llm_picture *picture) {
    static const char *const wide_names[5] = {"", "", "output_sequence", "output_beams", "prompt_scores"};
    unsigned kind = picture->rgb[0];
    unsigned beams = picture->rgb[1];
    if (picture->rgb[2] != PIXEL_LLM_WIDE_VERSION || kind < 1 || kind > 4 ||
        (kind == PIXEL_LLM_WIDE_BEAMS) != (beams > 0) || picture->height != 2 * (beams > 0 ? beams : 1)) {
        return 0;
    }
    if (picture->kind[0] != 0) {
        return strcmp(picture->kind, wide_names[kind]) == 0 ? (int)kind : 0;
    }
    /* two beams of version 1 without their name might begin so, too */
    return kind == PIXEL_LLM_WIDE_BEAMS || pixel_llm_colour(picture, 0, 1) == 0 ? (int)kind : 0;
}

int pixel_llm_version_of(const pixel_llm_picture *picture) {
    return pixel_llm_wide_kind(picture) == 0 ? PIXEL_LLM_VERSION : PIXEL_LLM_WIDE_VERSION;
}

uint32_t pixel_llm_columns(const pixel_llm_picture *picture) {
    return pixel_llm_wide_kind(picture) == 0 ? picture->width : picture->width - 1;
}

uint32_t pixel_llm_rows(const pixel_llm_picture *picture) {
    return pixel_llm_wide_kind(picture) == 0 ? picture->height : picture->height / 2;
}

pixel_llm_token pixel_llm_at(const pixel_llm_picture *picture, uint32_t x, uint32_t y) {
    pixel_llm_token token;
    if (pixel_llm_wide_kind(picture) == 0) {
        uint32_t colour = pixel_llm_colour(picture, x, y);
        token.id = colour & 0xFFFF;
        token.confidence = (uint8_t)(colour >> 16);
    } else {
        token.id = pixel_llm_colour(picture, x + 1, 2 * y);
        token.confidence = (uint8_t)(pixel_llm_colour(picture, x + 1, 2 * y + 1) & 255);
    }
    return token;
}

uint32_t pixel_llm_token_id(const pixel_llm_picture *picture, uint32_t i) {
    return pixel_llm_colour(picture, i + 1, 0);
}

static int pixel_llm_refuse_colour(const pixel_llm_picture *picture, const char *file, uint32_t x, uint32_t y,
                                   const char *expected, pixel_llm_error *error) {
    uint32_t colour = pixel_llm_colour(picture, x, y);
    return pixel_llm_refuse(error, "%s: pixel (%lu, %lu): expected %s, found (%lu, %lu, %lu).", file, (unsigned long)x,
                            (unsigned long)y, expected, (unsigned long)(colour & 255),
                            (unsigned long)(colour >> 8 & 255), (unsigned long)(colour >> 16));
}

/* Whether the pixels of an output of version 2 are sound, whatever they say. */
static int pixel_llm_is_wide(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error) {
    int padded = pixel_llm_wide_kind(picture) == PIXEL_LLM_WIDE_BEAMS;
    if (picture->width < 2 || picture->width > PIXEL_LLM_MAX_TOKENS + 1) {
        return pixel_llm_refuse(error, "%s: picture: expected 1 to 65535 tokens after its first column, found %lu.",
                                file, (unsigned long)picture->width - 1);
    }
    for (uint32_t y = 1; y < picture->height; y++) {
        if (pixel_llm_colour(picture, 0, y) != 0) {
            return pixel_llm_refuse_colour(picture, file, 0, y, "black below the pixel that names the kind", error);
        }
    }
    for (uint32_t y = 0; y < picture->height; y += 2) {
        for (uint32_t x = 1; x < picture->width; x++) {
            uint32_t below = pixel_llm_colour(picture, x, y + 1);
            int white = pixel_llm_colour(picture, x, y) == PIXEL_LLM_WHITE;
            if (below != (below & 255) * 0x010101u) {
                return pixel_llm_refuse_colour(picture, file, x, y + 1, "a confidence as a grey (R = G = B)", error);
            }
            if (white && !(padded && x > 1)) {
                return pixel_llm_refuse_colour(picture, file, x, y, "a token", error);
            }
            if (white && below != 0) {
                return pixel_llm_refuse_colour(picture, file, x, y + 1, "black below white, which is padding", error);
            }
        }
    }
    return 1;
}

static int pixel_llm_refuse_picture(const pixel_llm_picture *picture, const char *file, const char *expected,
                                    pixel_llm_error *error) {
    return pixel_llm_refuse(error, "%s: picture: expected %s, found %s (%lu x %lu). Is this the file you meant?", file,
                            expected, picture->kind[0] != 0 ? picture->kind : "another picture",
                            (unsigned long)picture->width, (unsigned long)picture->height);
}

/* Whether a picture's own text says that it is something else. */
static int pixel_llm_is_denied(const pixel_llm_picture *picture, const char *kind) {
    return picture->kind[0] != 0 && strcmp(picture->kind, kind) != 0;
}

int pixel_llm_is_tokens(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error) {
    if (picture->height != 1 || pixel_llm_is_denied(picture, "")) {
        return pixel_llm_refuse_picture(picture, file, "a token image, 1 pixel high", error);
    }
    pixel_llm_token first = pixel_llm_at(picture, 0, 0);
    if (first.confidence != PIXEL_LLM_VERSION && first.confidence != PIXEL_LLM_WIDE_VERSION) {
        return pixel_llm_refuse(error,
                                "%s: pixel 0: expected version 1 or 2 in blue, found %u. Was it meant as tokens?",
                                file, first.confidence);
    }
    if (first.id == 0 || first.id != picture->width - 1) {
        return pixel_llm_refuse(error, "%s: pixel 0: expected a count of %lu, the pixels after it, found %lu.", file,
                                (unsigned long)picture->width - 1, (unsigned long)first.id);
    }
    for (uint32_t x = 1; x < picture->width; x++) {
        if (first.confidence == PIXEL_LLM_WIDE_VERSION) {
            if (pixel_llm_colour(picture, x, 0) == PIXEL_LLM_WHITE) {
                return pixel_llm_refuse(error, "%s: pixel %lu: expected a token id, found white, which is none.", file,
                                        (unsigned long)x);
            }
            continue;
        }
        if (pixel_llm_at(picture, x, 0).confidence != 0) {
            return pixel_llm_refuse(error, "%s: pixel %lu: expected blue 0, which version 1 does not use, found %u.",
                                    file, (unsigned long)x, pixel_llm_at(picture, x, 0).confidence);
        }
    }
    return 1;
}

/* Distinct ids whose confidences do not increase and sum to 255 but for what rounding takes or gives. */
static int pixel_llm_looks_like_prediction(const pixel_llm_picture *picture) {
    uint8_t seen[65536 / 8];
    uint8_t before = 255;
    long left = 255;
    memset(seen, 0, sizeof seen);
    for (uint32_t x = 0; x < picture->width; x++) {
        pixel_llm_token token = pixel_llm_at(picture, x, 0);
        unsigned bit = 1u << (token.id & 7);
        if (token.confidence > before || (seen[token.id >> 3] & bit) != 0) {
            return 0;
        }
        seen[token.id >> 3] = (uint8_t)(seen[token.id >> 3] | bit);
        before = token.confidence;
        left -= before;
    }
    return left <= (long)picture->width && -left <= (long)picture->width;
}

int pixel_llm_is_prediction(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error) {
    int wide = pixel_llm_wide_kind(picture) == PIXEL_LLM_WIDE_PREDICTION;
    if (wide && !pixel_llm_is_wide(picture, file, error)) {
        return 0;
    }
    /* A few pictures are sound token images and sound predictions, to the pixel: who asks for a prediction has one. */
    int is_tokens = pixel_llm_is_tokens(picture, file, NULL) && !pixel_llm_looks_like_prediction(picture);
    if ((picture->height != 1 && !wide) || is_tokens || pixel_llm_is_denied(picture, "")) {
        return pixel_llm_refuse_picture(picture, file, "a prediction image, 1 pixel high", error);
    }
    for (uint32_t x = 1; x < pixel_llm_columns(picture); x++) {
        uint8_t before = pixel_llm_at(picture, x - 1, 0).confidence;
        uint8_t here = pixel_llm_at(picture, x, 0).confidence;
        if (here > before) {
            return pixel_llm_refuse(error, "%s: pixel %lu: expected a confidence of at most %u, found %u.", file,
                                    (unsigned long)x + (wide ? 1 : 0), before, here);
        }
    }
    return 1;
}

int pixel_llm_is_heatmap(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error) {
    if (pixel_llm_is_denied(picture, "")) {
        return pixel_llm_refuse_picture(picture, file, "a heat map", error);
    }
    for (size_t i = 0; i < (size_t)picture->width * picture->height; i++) {
        const uint8_t *pixel = picture->rgb + 3 * i;
        if (pixel[0] != pixel[1] || pixel[0] != pixel[2]) {
            return pixel_llm_refuse(error, "%s: pixel (%lu, %lu): expected grey, R = G = B, found (%u, %u, %u).", file,
                                    (unsigned long)(i % picture->width), (unsigned long)(i / picture->width), pixel[0],
                                    pixel[1], pixel[2]);
        }
    }
    return 1;
}

int pixel_llm_is_sequence(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error) {
    if (pixel_llm_wide_kind(picture) == PIXEL_LLM_WIDE_SEQUENCE) {
        return pixel_llm_is_wide(picture, file, error);
    }
    int fits = picture->height == 1 && picture->width <= PIXEL_LLM_MAX_TOKENS &&
               !pixel_llm_is_tokens(picture, file, NULL) && !pixel_llm_is_denied(picture, "output_sequence");
    return fits || pixel_llm_refuse_picture(picture, file, "an output sequence, 1 pixel high", error);
}

int pixel_llm_is_scores(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error) {
    int wide = pixel_llm_wide_kind(picture) == PIXEL_LLM_WIDE_SCORES;
    if (wide && !pixel_llm_is_wide(picture, file, error)) {
        return 0;
    }
    if (!wide &&
        (picture->height != 1 || picture->width > PIXEL_LLM_MAX_TOKENS || pixel_llm_is_tokens(picture, file, NULL) ||
         pixel_llm_is_denied(picture, "prompt_scores"))) {
        return pixel_llm_refuse_picture(picture, file, "prompt scores, 1 pixel high", error);
    }
    return pixel_llm_at(picture, 0, 0).confidence == 0 ||
           pixel_llm_refuse(error, "%s: pixel %s: expected %s 0, since nothing predicts the first token, found %u.",
                            file, wide ? "(1, 1)" : "0", wide ? "grey" : "blue",
                            pixel_llm_at(picture, 0, 0).confidence);
}

static int pixel_llm_ends_beam(const pixel_llm_picture *picture, uint32_t x, uint32_t y) {
    pixel_llm_token token = pixel_llm_at(picture, x, y);
    return pixel_llm_wide_kind(picture) == 0 ? token.id == 65535 && token.confidence == 255
                                             : token.id == PIXEL_LLM_WHITE;
}

uint32_t pixel_llm_beam_length(const pixel_llm_picture *picture, uint32_t y) {
    uint32_t length = 0;
    while (length < pixel_llm_columns(picture) && !pixel_llm_ends_beam(picture, length, y)) {
        length++;
    }
    return length;
}

int pixel_llm_is_beams(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error) {
    uint32_t longest = 0;
    int kind = pixel_llm_wide_kind(picture);
    int wide = kind == PIXEL_LLM_WIDE_BEAMS;
    if (wide && !pixel_llm_is_wide(picture, file, error)) {
        return 0;
    }
    if (!wide && (kind != 0 || picture->height > PIXEL_LLM_MAX_BEAMS || picture->width > PIXEL_LLM_MAX_TOKENS ||
                  pixel_llm_is_denied(picture, "output_beams"))) {
        return pixel_llm_refuse_picture(picture, file, "output beams, 1 to 256 pixels high", error);
    }
    for (uint32_t y = 0; y < pixel_llm_rows(picture); y++) {
        uint32_t length = pixel_llm_beam_length(picture, y);
        longest = length > longest ? length : longest;
        if (length == 0) {
            return pixel_llm_refuse(error, "%s: pixel (0, %lu): expected the first token of a beam, found white.", file,
                                    (unsigned long)y);
        }
        for (uint32_t x = length; x < pixel_llm_columns(picture); x++) {
            if (!pixel_llm_ends_beam(picture, x, y)) {
                return pixel_llm_refuse(error, "%s: pixel (%lu, %lu): expected white after a beam, found a token.",
                                        file, (unsigned long)x + (wide ? 1 : 0), (unsigned long)y * (wide ? 2 : 1));
            }
        }
    }
    return longest == pixel_llm_columns(picture) ||
           pixel_llm_refuse_picture(picture, file, "beams of which the longest fills the width", error);
}

#endif
#endif
