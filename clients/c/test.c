/*
 * Tests of pixel_llm.h, for a run under the sanitizers: test ROOT, where ROOT is the repository's folder.
 * `test FILE.png FILE.rgb` checks one picture against its pixels as raw bytes.
 */
#define PIXEL_LLM_IMPLEMENTATION
#include "pixel_llm.h"

static int failures = 0;
static const char *root;

#define CHECK(condition) check((condition), #condition, __LINE__)

static void check(int holds, const char *what, int line) {
    if (!holds) {
        fprintf(stderr, "test.c:%d: %s\n", line, what);
        failures++;
    }
}

/* Numbers below `bound`, the same in each run: SplitMix64. */
static uint64_t seed = 1;

static uint32_t below(uint32_t bound) {
    uint64_t z = seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)((z ^ z >> 31) % bound);
}

typedef struct {
    uint8_t *bytes;
    size_t count;
} buffer;

static buffer load(const char *path) {
    buffer all = {NULL, 0};
    FILE *file = fopen(path, "rb");
    long size = -1;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
        size = ftell(file);
        rewind(file);
    }
    if (size >= 0) {
        all.bytes = malloc((size_t)size + 1);
        all.count = fread(all.bytes, 1, (size_t)size, file);
    }
    if (file == NULL || size < 0) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    fclose(file);
    return all;
}

static const char *in_root(const char *path) {
    static char full[4096];
    snprintf(full, sizeof full, "%s/%s", root, path);
    return full;
}

static int decodes(const uint8_t *bytes, size_t count, pixel_llm_picture *picture, pixel_llm_error *error) {
    /* from a block of exactly this size, so that the sanitizer sees every byte read beyond it */
    uint8_t *exact = malloc(count > 0 ? count : 1);
    if (count > 0) {
        memcpy(exact, bytes, count);
    }
    int sound = pixel_llm_decode(exact, count, "x.pxi", picture, error);
    free(exact);
    return sound;
}

static void check_refused(buffer file, const char *reason, int line) {
    pixel_llm_picture picture;
    pixel_llm_error error;
    int sound = decodes(file.bytes, file.count, &picture, &error);
    if (sound || strstr(error.text, reason) == NULL || strncmp(error.text, "x.pxi: ", 7) != 0 || picture.rgb != NULL) {
        fprintf(stderr, "test.c:%d: expected \"%s\", found \"%s\"\n", line, reason, sound ? "success" : error.text);
        failures++;
    }
    pixel_llm_free(&picture);
}

/* A PNG put together chunk by chunk, right or wrong. */
static uint8_t made[1 << 21];
static buffer png;

static void begin(void) {
    memcpy(made, "\x89PNG\r\n\x1a\n", 8);
    png.bytes = made;
    png.count = 8;
}

static void chunk(const char *name, const void *data, size_t count) {
    uint8_t *at = made + png.count + 4;
    memcpy(at, name, 4);
    if (count > 0) {
        memcpy(at + 4, data, count);
    }
    png.count = (size_t)(pixel_llm_end_chunk(at, at + 4 + count) - made);
}

static void header(uint32_t width, uint32_t height, uint8_t depth, uint8_t colour, uint8_t interlace) {
    uint8_t data[13] = {0};
    pixel_llm_put32(pixel_llm_put32(data, width), height);
    data[8] = depth;
    data[9] = colour;
    data[12] = interlace;
    begin();
    chunk("IHDR", data, 13);
}

/* A stored zlib stream of rows, filter bytes included. */
static size_t zlib(uint8_t *to, const void *rows, size_t count) {
    uint8_t head[7] = {0x78, 0x01, 1, (uint8_t)count, (uint8_t)(count >> 8), (uint8_t)~count, (uint8_t)(~count >> 8)};
    memcpy(to, head, 7);
    memcpy(to + 7, rows, count);
    pixel_llm_put32(to + 7 + count, pixel_llm_adler(to + 7, count));
    return count + 11;
}

static void data(const void *rows, size_t count) {
    static uint8_t stream[70000];
    chunk("IDAT", stream, zlib(stream, rows, count));
}

static buffer end(void) {
    chunk("IEND", "", 0);
    return png;
}

#define REFUSED(reason) check_refused(end(), reason, __LINE__)

static void writes_golden_files(void) {
    static const struct {
        const char *text;
        const char *file;
    } golden[3] = {{"pxOS", "conformance/golden/pxos.pxi"},
                   {"a", "conformance/golden/a.pxi"},
                   {"Zo\xC3\xAB ate a jalape\xC3\xB1o \xF0\x9F\x8C\xB6 in \xC5\x81\xC3\xB3"
                    "d\xC5\xBA",
                    "conformance/golden/accents-and-emoji.pxi"}};
    uint16_t ids[257];
    uint8_t *file = NULL;
    size_t bytes = 0;
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        buffer expected = load(in_root(golden[i].file));
        CHECK(pixel_llm_tokens_of(golden[i].text, strlen(golden[i].text), ids, 257, &count, NULL));
        CHECK(pixel_llm_encode_tokens(ids, count, &file, &bytes, NULL));
        CHECK(bytes == expected.count && memcmp(file, expected.bytes, bytes) == 0);
        free(file);
        free(expected.bytes);
    }
    for (size_t n = 256; n <= 257; n++) {
        const char *name = n == 256 ? "conformance/golden/256-tokens.pxi" : "conformance/golden/257-tokens.pxi";
        buffer expected = load(in_root(name));
        for (size_t i = 0; i < n; i++) {
            ids[i] = (uint16_t)(5 * i % 1024);
        }
        CHECK(pixel_llm_encode_tokens(ids, n, &file, &bytes, NULL));
        CHECK(bytes == expected.count && memcmp(file, expected.bytes, bytes) == 0);
        free(file);
        free(expected.bytes);
    }
}

static void tokens_come_back(void) {
    static const size_t counts[6] = {1, 2, 255, 256, 257, 65535};
    static uint16_t ids[PIXEL_LLM_MAX_TOKENS + 1];
    pixel_llm_picture picture;
    pixel_llm_error error;
    uint8_t *file = NULL;
    size_t bytes = 0;
    for (size_t i = 0; i < PIXEL_LLM_MAX_TOKENS; i++) {
        ids[i] = (uint16_t)(i * 7919);
    }
    for (size_t i = 0; i < 6; i++) {
        CHECK(pixel_llm_encode_tokens(ids, counts[i], &file, &bytes, &error));
        CHECK(decodes(file, bytes, &picture, &error) && pixel_llm_is_tokens(&picture, "x", &error));
        CHECK(picture.width == counts[i] + 1);
        uint32_t same = 0;
        while (same < counts[i] && pixel_llm_at(&picture, same + 1, 0).id == ids[same]) {
            same++;
        }
        CHECK(same == counts[i]);
        pixel_llm_free(&picture);
        free(file);
    }
    CHECK(!pixel_llm_encode_tokens(ids, 0, &file, &bytes, &error) && strstr(error.text, "found 0") != NULL);
    CHECK(!pixel_llm_encode_tokens(ids, 65536, &file, &bytes, &error) && strstr(error.text, "found 65536") != NULL);
}

/* A picture of these rows of pixels, checked by one of the functions. */
typedef int (*rule)(const pixel_llm_picture *picture, const char *file, pixel_llm_error *error);

static void make_rows(uint32_t width, uint32_t height, const uint8_t *rgb) {
    static uint8_t rows[1024];
    size_t pitch = 3 * (size_t)width;
    for (uint32_t y = 0; y < height; y++) {
        rows[y * (pitch + 1)] = 0;
        memcpy(rows + y * (pitch + 1) + 1, rgb + y * pitch, pitch);
    }
    header(width, height, 8, 2, 0);
    data(rows, height * (pitch + 1));
    end();
}

static void check_rows(uint32_t width, uint32_t height, const uint8_t *rgb, const char *kind, rule holds,
                       const char *reason, int line) {
    pixel_llm_picture picture;
    pixel_llm_error error = {""};
    make_rows(width, height, rgb);
    CHECK(decodes(png.bytes, png.count, &picture, &error));
    strcpy(picture.kind, kind);
    int sound = holds(&picture, "x", &error);
    if (reason == NULL ? !sound : sound || strstr(error.text, reason) == NULL) {
        fprintf(stderr, "test.c:%d: expected \"%s\", found \"%s\"\n", line, reason == NULL ? "success" : reason,
                sound ? "success" : error.text);
        failures++;
    }
    pixel_llm_free(&picture);
}

static void ids_of_three_bytes(void) {
    static const uint32_t ids[4] = {7, 65536, 262143, PIXEL_LLM_MAX_WIDE_ID};
    static const uint8_t pixels[15] = {4, 0, 2, 7, 0, 0, 0, 0, 1, 255, 255, 3, 254, 255, 255};
    static const uint32_t beyond[2] = {1, PIXEL_LLM_MAX_WIDE_ID + 1};
    pixel_llm_picture picture;
    pixel_llm_error error;
    uint8_t *file = NULL;
    size_t bytes = 0;
    CHECK(pixel_llm_encode_wide_tokens(ids, 4, &file, &bytes, &error));
    CHECK(decodes(file, bytes, &picture, &error) && pixel_llm_is_tokens(&picture, "x", &error));
    CHECK(picture.width == 5 && memcmp(picture.rgb, pixels, 15) == 0);
    for (uint32_t i = 0; i < 4; i++) {
        CHECK(pixel_llm_token_id(&picture, i) == ids[i]);
    }
    CHECK(!pixel_llm_is_sequence(&picture, "x", &error));
    pixel_llm_free(&picture);
    free(file);
    CHECK(!pixel_llm_encode_wide_tokens(beyond, 2, &file, &bytes, &error) && strstr(error.text, "token 1") != NULL);
    CHECK(!pixel_llm_encode_wide_tokens(ids, 0, &file, &bytes, &error) && strstr(error.text, "found 0") != NULL);
    check_rows(2, 1, (const uint8_t *)"\1\0\2\377\377\377", "", pixel_llm_is_tokens, "white", __LINE__);
    check_rows(2, 1, (const uint8_t *)"\2\0\2\1\1\1", "", pixel_llm_is_tokens, "a count of 1", __LINE__);
    check_rows(2, 1, (const uint8_t *)"\1\0\3\1\1\1", "", pixel_llm_is_tokens, "version 1 or 2", __LINE__);
}

static void outputs_of_version_2(void) {
    static const rule holds[4] = {pixel_llm_is_prediction, pixel_llm_is_sequence, pixel_llm_is_beams,
                                   pixel_llm_is_scores};
    static const char *const kinds[4] = {"", "output_sequence", "output_beams", "prompt_scores"};
    static const uint8_t all[4][36] = {
        {1, 0, 2, 255, 255, 3, 0, 0, 1, 0, 0, 0, 200, 200, 200, 50, 50, 50},
        {2, 0, 2, 255, 255, 3, 7, 0, 0, 0, 0, 0, 50, 50, 50, 255, 255, 255},
        {3, 2, 2, 255, 255, 3, 0, 0, 1, 0, 0, 0, 9, 9, 9, 8, 8, 8,
         0, 0, 0, 7, 0, 0, 255, 255, 255, 0, 0, 0, 255, 255, 255, 0, 0, 0},
        {4, 0, 2, 255, 255, 3, 7, 0, 0, 0, 0, 0, 0, 0, 0, 99, 99, 99}};
    for (unsigned i = 0; i < 4; i++) {
        uint32_t height = i == 2 ? 4 : 2;
        uint8_t broken[36];
        pixel_llm_picture picture;
        make_rows(3, height, all[i]);
        CHECK(decodes(png.bytes, png.count, &picture, NULL));
        CHECK(pixel_llm_version_of(&picture) == 2 && pixel_llm_columns(&picture) == 2);
        CHECK(pixel_llm_rows(&picture) == height / 2 && pixel_llm_at(&picture, 0, 0).id == 262143);
        CHECK(pixel_llm_at(&picture, 0, 0).confidence == all[i][12]);
        CHECK(i != 2 || (pixel_llm_beam_length(&picture, 0) == 2 && pixel_llm_beam_length(&picture, 1) == 1));
        CHECK(i != 2 || (pixel_llm_at(&picture, 0, 1).id == 7 && pixel_llm_at(&picture, 0, 1).confidence == 255));
        pixel_llm_free(&picture);
        for (unsigned j = 0; j < 4; j++) { /* named or not, it is what its first pixel says, and nothing else */
            check_rows(3, height, all[i], "", holds[j], i == j ? NULL : "picture: expected", __LINE__);
            check_rows(3, height, all[i], kinds[i], holds[j], i == j ? NULL : "picture: expected", __LINE__);
        }
        check_rows(3, height, all[i], "", pixel_llm_is_tokens, "a token image", __LINE__);
        memcpy(broken, all[i], sizeof broken);
        broken[10] = 1;
        check_rows(3, height, broken, kinds[i], holds[i], i == 0 ? "picture" : "pixel (0, 1): expected black", __LINE__);
        memcpy(broken, all[i], sizeof broken);
        broken[13] ^= 1;
        check_rows(3, height, broken, kinds[i], holds[i], "pixel (1, 1): expected a confidence as a grey", __LINE__);
        memcpy(broken, all[i], sizeof broken);
        memset(broken + 3, 255, 3);
        check_rows(3, height, broken, kinds[i], holds[i], "pixel (1, 0): expected a token", __LINE__);
        check_rows(1, height, (const uint8_t[12]){(uint8_t)(i + 1), i == 2 ? 2 : 0, 2}, kinds[i], holds[i],
                   "1 to 65535 tokens", __LINE__);
    }
    uint8_t broken[36];
    memcpy(broken, all[0], sizeof broken);
    memset(broken + 15, 201, 3);
    check_rows(3, 2, broken, "", pixel_llm_is_prediction, "at most 200", __LINE__);
    memcpy(broken, all[3], sizeof broken);
    memset(broken + 12, 1, 3);
    check_rows(3, 2, broken, "", pixel_llm_is_scores, "nothing predicts", __LINE__);
    memcpy(broken, all[2], sizeof broken);
    memset(broken + 33, 1, 3);
    check_rows(3, 4, broken, "", pixel_llm_is_beams, "pixel (2, 3): expected black below white", __LINE__);
    static const uint8_t narrow[12] = {1, 0, 2, 5, 0, 9, 0, 0, 0, 5, 0, 9}; /* two beams of version 1 */
    check_rows(2, 2, narrow, "output_beams", pixel_llm_is_beams, NULL, __LINE__);
}

static void only_utf8_is_text(void) {
    static const char *const bad[9] = {
        "\x80", "\xC3", "\xC0\xAF", "\xE2\x82", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\xE0\x80\xAF", "\xC3("};
    uint16_t ids[4];
    size_t count = 9;
    pixel_llm_error error;
    for (size_t i = 0; i < 9; i++) {
        CHECK(!pixel_llm_tokens_of(bad[i], strlen(bad[i]), ids, 4, &count, &error));
        CHECK(strstr(error.text, "expected UTF-8") != NULL);
    }
    CHECK(!pixel_llm_tokens_of("12345", 5, ids, 4, &count, &error) && strstr(error.text, "after 4 tokens") != NULL);
    CHECK(pixel_llm_tokens_of("\0", 1, ids, 4, &count, &error) && count == 1 && ids[0] == 0);
    CHECK(pixel_llm_tokens_of("", 0, ids, 4, &count, &error) && count == 0);
}

static void reads_golden_answers(void) {
    static const pixel_llm_token expected[5] = {{112, 176}, {111, 55}, {10, 20}, {32, 1}, {84, 0}};
    pixel_llm_picture answer;
    pixel_llm_picture map;
    pixel_llm_error error;
    CHECK(pixel_llm_read(in_root("cartridges/golden/pxos.output_token.pxi"), &answer, &error));
    CHECK(pixel_llm_is_prediction(&answer, "x", &error) && answer.width == 5);
    for (uint32_t x = 0; x < answer.width && x < 5; x++) {
        pixel_llm_token token = pixel_llm_at(&answer, x, 0);
        CHECK(token.id == expected[x].id && token.confidence == expected[x].confidence);
    }
    CHECK(pixel_llm_read(in_root("cartridges/golden/pxos.logits_heatmap.pxi"), &map, &error));
    CHECK(pixel_llm_is_heatmap(&map, "x", &error) && map.width == 32 && map.height == 8);
    CHECK(pixel_llm_at(&map, 112 % 32, 112 / 32).confidence == 255);
    CHECK(!pixel_llm_is_heatmap(&answer, "x", &error) && strstr(error.text, "expected grey") != NULL);
    CHECK(!pixel_llm_is_tokens(&answer, "x", &error) && strstr(error.text, "version 1") != NULL);
    CHECK(!pixel_llm_is_prediction(&map, "x", &error) && strstr(error.text, "32 x 8") != NULL);
    pixel_llm_free(&map);
    pixel_llm_free(&answer);
    CHECK(pixel_llm_read(in_root("cartridges/golden/greedy.output_sequence.pxi"), &answer, &error));
    CHECK(strcmp(answer.kind, "output_sequence") == 0 && answer.width == 200);
    CHECK(pixel_llm_is_sequence(&answer, "x", &error) && pixel_llm_at(&answer, 1, 0).id == 'm');
    CHECK(!pixel_llm_is_prediction(&answer, "x", &error) && strstr(error.text, "output_sequence") != NULL);
    CHECK(!pixel_llm_is_beams(&answer, "x", &error));
    pixel_llm_free(&answer);
    CHECK(!pixel_llm_read(in_root("no-such-file.pxi"), &answer, &error) && strstr(error.text, "found none") != NULL);
    CHECK(!pixel_llm_read(in_root("clients"), &answer, &error));
    CHECK(!pixel_llm_read(in_root("README.md"), &answer, &error) && strstr(error.text, "a PNG image") != NULL);
}

static void a_name_decides_and_then_the_caller(void) {
    static uint8_t row[1 + 3 * 1024];
    pixel_llm_picture picture;
    pixel_llm_error error;
    const char *named = "protocol/src/test/resources/sequence-like-tokens.pxi";
    CHECK(pixel_llm_read(in_root(named), &picture, &error));
    CHECK(picture.width == 33 && pixel_llm_is_sequence(&picture, "x", &error));
    CHECK(!pixel_llm_is_tokens(&picture, "x", &error));
    picture.kind[0] = 0;
    CHECK(pixel_llm_is_tokens(&picture, "x", &error) && !pixel_llm_is_sequence(&picture, "x", &error));
    pixel_llm_free(&picture);
    for (unsigned x = 0; x < 1024; x++) { /* sound tokens and a sound prediction */
        unsigned id = x == 0 ? 1023 : x - 1;
        row[1 + 3 * x] = (uint8_t)(id & 255);
        row[2 + 3 * x] = (uint8_t)(id >> 8);
    }
    row[3] = 1;
    header(1024, 1, 8, 2, 0);
    data(row, sizeof row);
    end();
    CHECK(decodes(png.bytes, png.count, &picture, &error));
    CHECK(pixel_llm_is_tokens(&picture, "x", &error) && pixel_llm_is_prediction(&picture, "x", &error));
    pixel_llm_free(&picture);
}

static void images_keep_their_rules(void) {
    static const uint8_t beams[] = {0, 1, 0, 9, 2, 1, 8, 0, 3, 0, 7, 255, 255, 255};
    pixel_llm_picture picture;
    pixel_llm_error error;
    header(2, 2, 8, 2, 0);
    chunk("tEXt", "Kind\0output_beams", 17);
    data(beams, sizeof beams);
    end();
    CHECK(decodes(png.bytes, png.count, &picture, &error) && pixel_llm_is_beams(&picture, "x", &error));
    CHECK(pixel_llm_beam_length(&picture, 0) == 2 && pixel_llm_beam_length(&picture, 1) == 1);
    picture.rgb[0] = picture.rgb[1] = picture.rgb[2] = 255;
    CHECK(!pixel_llm_is_beams(&picture, "x", &error) && strstr(error.text, "first token of a beam") != NULL);
    pixel_llm_free(&picture);

    static const struct {
        uint8_t row[10];
        const char *tokens;
        const char *prediction;
    } rows[6] = {{{0, 2, 0, 1, 7, 0, 0, 8, 0, 0}, NULL, "1 pixel high"},
                 {{0, 2, 0, 3, 7, 0, 0, 8, 0, 0}, "found 3", NULL},
                 {{0, 0, 0, 1, 7, 0, 0, 8, 0, 0}, "found 0", NULL},
                 {{0, 3, 0, 1, 7, 0, 0, 8, 0, 0}, "a count of 2, the pixels after it, found 3", NULL},
                 {{0, 1, 0, 1, 7, 0, 0, 8, 0, 0}, "a count of 2, the pixels after it, found 1", NULL},
                 {{0, 2, 0, 1, 7, 0, 0, 8, 0, 9}, "pixel 2: expected blue 0", "a confidence of at most 0"}};
    for (size_t i = 0; i < 6; i++) {
        header(3, 1, 8, 2, 0);
        data(rows[i].row, 10);
        end();
        CHECK(decodes(png.bytes, png.count, &picture, &error));
        CHECK(pixel_llm_is_tokens(&picture, "x", &error) == (rows[i].tokens == NULL));
        CHECK(rows[i].tokens == NULL || strstr(error.text, rows[i].tokens) != NULL);
        CHECK(pixel_llm_is_prediction(&picture, "x", &error) == (rows[i].prediction == NULL));
        CHECK(rows[i].prediction == NULL || strstr(error.text, rows[i].prediction) != NULL);
        pixel_llm_free(&picture);
    }
}

static void damaged_files_are_refused(void) {
    static const uint8_t row[5] = {0, 1, 2, 3, 9};
    static uint8_t text[PIXEL_LLM_MAX_TEXT_BYTES / 2];
    uint8_t stream[64];
    size_t count;
    buffer empty = {made, 0};
    check_refused(empty, "an empty file", __LINE__);
    header(1, 1, 8, 2, 0), data(row, 4), png.count--;
    check_refused(png, "found the end", __LINE__);
    header(1, 1, 8, 2, 0), data(row, 4), made[45] ^= 1, REFUSED("checksum (CRC)");
    header(1, 1, 8, 2, 0), data(row, 4), end(), made[png.count++] = 0;
    check_refused(png, "more bytes", __LINE__);
    begin(), data(row, 4), REFUSED("IHDR as the first");
    header(1, 1, 8, 2, 0), chunk("IHDR", row, 5), REFUSED("IHDR as the first chunk, and once");
    begin(), chunk("IHDR", row, 5), REFUSED("13 bytes");
    header(0, 1, 8, 2, 0), data(row, 4), REFUSED("found 0 x 1");
    header(65537, 1, 8, 2, 0), data(row, 4), REFUSED("found 65537 x 1");
    header(65536, 65, 8, 2, 0), data(row, 4), REFUSED("found 65536 x 65");
    header(0xFFFFFFFFu, 0xFFFFFFFFu, 8, 2, 0), data(row, 4), REFUSED("found 4294967295 x 4294967295");
    header(2048, 2048, 8, 2, 0), data(row, 4), REFUSED("expected the data of a 2048 x 2048");
    header(1, 1, 8, 5, 0), data(row, 4), REFUSED("colour type");
    header(1, 1, 4, 2, 0), data(row, 4), REFUSED("colour type");
    header(1, 1, 16, 3, 0), data(row, 4), REFUSED("colour type");
    header(1, 1, 8, 2, 2), data(row, 4), REFUSED("interlace 0 or 1");
    header(1, 1, 8, 2, 0), REFUSED("IEND after IDAT");
    header(1, 1, 8, 2, 0), chunk("ABCD", row, 4), data(row, 4), REFUSED("unknown critical");
    header(1, 1, 8, 2, 0), chunk("1DAT", row, 4), data(row, 4), REFUSED("four letters");
    header(1, 1, 8, 2, 0), chunk("acTL", row, 4), data(row, 4), REFUSED("APNG");
    header(1, 1, 8, 2, 0), data(row, 4), chunk("gAMA", row, 4), data(row, 4), REFUSED("one after another");
    header(1, 1, 8, 2, 0), data(row, 4), chunk("PLTE", row, 3), REFUSED("before tRNS and IDAT");
    header(1, 1, 8, 0, 0), chunk("PLTE", row, 3), data(row, 2), REFUSED("before tRNS and IDAT");
    header(1, 1, 8, 3, 0), data(row, 2), REFUSED("PLTE before IDAT");
    header(1, 1, 8, 3, 0), chunk("PLTE", row, 4), data(row, 2), REFUSED("3 bytes for each colour");
    header(1, 1, 1, 3, 0), chunk("PLTE", text, 9), data(row, 2), REFUSED("as many as the depth");
    header(1, 1, 8, 3, 0), chunk("PLTE", row, 3), data(row, 2), REFUSED("an index beyond it");
    header(1, 1, 8, 3, 0), chunk("PLTE", row, 3), chunk("tRNS", row, 1), data("\0\0", 2), REFUSED("translucent");
    header(1, 1, 8, 3, 0), chunk("tRNS", row, 1), chunk("PLTE", row, 3), data("\0\0", 2), REFUSED("one tRNS");
    header(1, 1, 8, 6, 0), data("\0\1\2\3\376", 5), REFUSED("translucent");
    header(1, 1, 8, 4, 0), data("\0\1\2", 3), REFUSED("translucent");
    header(1, 1, 8, 6, 0), chunk("tRNS", row, 2), data(row, 5), REFUSED("one tRNS");
    header(1, 1, 8, 2, 0), chunk("tRNS", "\0\1\0\2\0\3", 6), data(row, 4), REFUSED("tRNS makes transparent");
    header(1, 1, 4, 0, 0), chunk("tRNS", "\xFF\xF5", 2), data("\0\x50", 2), REFUSED("tRNS makes transparent");
    header(1, 1, 16, 0, 0), data("\0\1\2", 3), REFUSED("two bytes are equal");
    header(1, 1, 8, 2, 0), data("\5\1\2\3", 4), REFUSED("row filter from 0 to 4");
    header(1, 1, 8, 2, 0), data(row, 5), REFUSED("room for");
    header(1, 2, 8, 2, 0), data(row, 4), REFUSED("fewer rows");
    header(1, 1, 8, 2, 0), chunk("tEXt", "Kind", 4), data(row, 4), REFUSED("a zero byte");
    header(1, 1, 8, 2, 0), chunk("tEXt", "\0Kind", 5), data(row, 4), REFUSED("a zero byte");
    header(1, 1, 8, 2, 0), chunk("tEXt", "", 0), data(row, 4), REFUSED("a zero byte");
    memset(text, 'a', sizeof text);
    text[1] = 0;
    header(1, 1, 8, 2, 0), chunk("tEXt", text, sizeof text), chunk("tEXt", text, sizeof text - 100);
    chunk("tEXt", text, 101), data(row, 4), REFUSED("1048576 bytes of text");
    count = zlib(stream, row, 4);
    stream[count] = 0;
    header(1, 1, 8, 2, 0), chunk("IDAT", stream, count + 1), REFUSED("left over");
    header(1, 1, 8, 2, 0), chunk("IDAT", stream, count - 1), REFUSED("the end of the compressed data");
    stream[count - 1] ^= 1;
    header(1, 1, 8, 2, 0), chunk("IDAT", stream, count), REFUSED("Adler-32");
    stream[5] ^= 1;
    header(1, 1, 8, 2, 0), chunk("IDAT", stream, count), REFUSED("length is damaged");
    stream[0] = 0x79;
    header(1, 1, 8, 2, 0), chunk("IDAT", stream, count), REFUSED("another beginning");
    header(1, 1, 8, 2, 0), chunk("IDAT", "\x78\xBB\0\0\0\0", 6), REFUSED("preset dictionary");
    header(1, 1, 8, 2, 0), chunk("IDAT", "\x78", 1), REFUSED("the end of the compressed data");
}

/* Deflate streams bit by bit, the lowest first. */
static uint8_t deflated[256];
static size_t bit_count;

static void bits(uint32_t value, unsigned count) {
    for (unsigned i = 0; i < count; i++, bit_count++) {
        deflated[bit_count / 8] |= (uint8_t)((value >> i & 1) << bit_count % 8);
    }
}

/* A Huffman code, the highest bit first. */
static void code(uint32_t value, unsigned count) {
    while (count-- > 0) {
        bits(value >> count & 1, 1);
    }
}

static void begin_block(uint32_t type) {
    memset(deflated, 0, sizeof deflated);
    deflated[0] = 0x78;
    deflated[1] = 0x01;
    bit_count = 16;
    bits(1, 1);
    bits(type, 2);
}

/* The counts of a dynamic block, then the lengths of the code that codes lengths: `same` for all of them. */
static void begin_dynamic(uint32_t literals, uint32_t distances, uint32_t same) {
    begin_block(2);
    bits(literals - 257, 5);
    bits(distances - 1, 5);
    bits(15, 4);
    for (int i = 0; i < 19; i++) {
        bits(same, 3);
    }
}

static void unsound_streams_are_refused(void) {
#define STREAM(reason) header(1, 1, 8, 2, 0), chunk("IDAT", deflated, sizeof deflated), REFUSED(reason)
    begin_block(3), STREAM("unknown type");
    begin_block(1), code(1, 7), code(0, 5), STREAM("before the beginning");
    begin_block(1), code(0x30, 8), code(1, 7), code(1, 5), STREAM("before the beginning");
    begin_block(1), code(0x30, 8), code(5, 7), code(0, 5), STREAM("room for"); /* length 7, room for 3 */
    begin_block(1), code(0x30, 8), code(1, 7), code(30, 5), STREAM("a distance that deflate does not have");
    begin_block(1), code(0xC6, 8), STREAM("a length that deflate does not have");
    begin_block(1), code(0, 7), STREAM("fewer rows");
    begin_dynamic(287, 1, 5), STREAM("more symbols");
    begin_dynamic(257, 31, 5), STREAM("more symbols");
    begin_dynamic(257, 1, 4), STREAM("more codes than");
    begin_dynamic(257, 1, 7), STREAM("stand for nothing");
    begin_dynamic(257, 1, 0), STREAM("stand for nothing");
    /* code lengths 17 and 18 of one bit each: zeros alone */
    begin_block(2), bits(0, 5), bits(0, 5), bits(0, 4), bits(0, 3), bits(1, 3), bits(1, 3), bits(0, 3);
    for (int i = 0; i < 2; i++) {
        bits(1, 1), bits(127, 7); /* 138 zeros */
    }
    STREAM("more code lengths than");
    begin_block(2), bits(0, 5), bits(0, 5), bits(0, 4), bits(0, 3), bits(1, 3), bits(1, 3), bits(0, 3);
    bits(1, 1), bits(127, 7), bits(1, 1), bits(258 - 138 - 11, 7);
    STREAM("a block without an end");
    /* 16, the repetition, first */
    begin_block(2), bits(0, 5), bits(0, 5), bits(0, 4), bits(1, 3), bits(1, 3), bits(0, 3), bits(0, 3);
    bits(0, 1), bits(0, 2);
    STREAM("repetition of nothing");
}

/* Whatever the bytes: no fault of memory, and a sentence where there is no picture. */
static void mutate(const char *path, int times) {
    buffer file = load(in_root(path));
    for (int i = 0; i < times; i++) {
        buffer copy = {malloc(file.count + 1), file.count};
        pixel_llm_picture picture;
        pixel_llm_error error;
        memcpy(copy.bytes, file.bytes, file.count);
        uint32_t changes = below(4);
        for (uint32_t n = 0; n < changes; n++) {
            copy.bytes[below((uint32_t)copy.count)] = (uint8_t)below(256);
        }
        if (below(4) == 0 || changes == 0) {
            copy.count = below((uint32_t)copy.count);
        }
        if (below(4) != 0) { /* repair the checksums, so that the change reaches what they protect */
            for (size_t at = 8; at + 12 <= copy.count;) {
                size_t length = pixel_llm_get32(copy.bytes + at);
                if (length > copy.count - at - 12) {
                    break;
                }
                pixel_llm_end_chunk(copy.bytes + at + 4, copy.bytes + at + 8 + length);
                at += 12 + length;
            }
        }
        error.text[0] = 0;
        if (decodes(copy.bytes, copy.count, &picture, &error)) {
            CHECK(picture.rgb != NULL && picture.width > 0 && picture.height > 0);
            pixel_llm_is_tokens(&picture, "x", NULL);
            pixel_llm_is_prediction(&picture, "x", NULL);
            pixel_llm_is_heatmap(&picture, "x", NULL);
            pixel_llm_is_sequence(&picture, "x", NULL);
            pixel_llm_is_scores(&picture, "x", NULL);
            pixel_llm_is_beams(&picture, "x", NULL);
        } else {
            CHECK(picture.rgb == NULL && strlen(error.text) > 20);
        }
        pixel_llm_free(&picture);
        free(copy.bytes);
    }
    free(file.bytes);
}

static void every_flipped_bit_is_noticed(const char *path) {
    buffer file = load(in_root(path));
    for (size_t bit = 0; bit < 8 * file.count; bit++) {
        pixel_llm_picture picture;
        file.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK(!decodes(file.bytes, file.count, &picture, NULL));
        file.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    free(file.bytes);
}

/* Compares one picture with its pixels. */
static int compare(const char *path, const char *raw) {
    pixel_llm_picture picture;
    pixel_llm_error error;
    buffer expected = load(raw);
    if (!pixel_llm_read(path, &picture, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    int same = expected.count == (size_t)3 * picture.width * picture.height &&
               memcmp(expected.bytes, picture.rgb, expected.count) == 0;
    pixel_llm_free(&picture);
    free(expected.bytes);
    if (!same) {
        fprintf(stderr, "%s: other pixels than %s\n", path, raw);
    }
    return !same;
}

int main(int argc, char **argv) {
    int wrong = 0;
    if (argc >= 3 && argc % 2 == 1) {
        for (int i = 1; i < argc; i += 2) {
            wrong |= compare(argv[i], argv[i + 1]);
        }
        return wrong;
    }
    if (argc != 2) {
        fputs("usage: test ROOT, or test FILE.png FILE.rgb ...\n", stderr);
        return 2;
    }
    root = argv[1];
    writes_golden_files();
    tokens_come_back();
    ids_of_three_bytes();
    outputs_of_version_2();
    only_utf8_is_text();
    reads_golden_answers();
    a_name_decides_and_then_the_caller();
    images_keep_their_rules();
    damaged_files_are_refused();
    unsound_streams_are_refused();
    every_flipped_bit_is_noticed("conformance/golden/pxos.pxi");
    mutate("conformance/golden/pxos.pxi", 2000);
    mutate("cartridges/golden/greedy.output_sequence.pxi", 1000);
    mutate("docs/pictures/logits_heatmap.png", 2000); /* compressed, with dynamic codes */
    if (failures > 0) {
        fprintf(stderr, "%d checks failed\n", failures);
        return 1;
    }
    puts("all checks hold");
    return 0;
}
