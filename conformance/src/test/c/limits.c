/*
 * Lets the C client read or write a file: limits KIND FILE prints what the client makes of a file of that kind, as the
 * CRC-32 of R, G and B of each token, or of each grey; limits write FILE writes the most tokens.
 */
#define PIXEL_LLM_IMPLEMENTATION
#include "../../../../clients/c/pixel_llm.h"

static int fits(const char *kind, const pixel_llm_picture *picture, const char *file, pixel_llm_error *error) {
    static const struct {
        const char *kind;
        int (*is)(const pixel_llm_picture *, const char *, pixel_llm_error *);
    } kinds[] = {{"tokens", pixel_llm_is_tokens},   {"prediction", pixel_llm_is_prediction},
                 {"heatmap", pixel_llm_is_heatmap}, {"sequence", pixel_llm_is_sequence},
                 {"scores", pixel_llm_is_scores},   {"beams", pixel_llm_is_beams}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kind, kinds[i].kind) == 0) {
            return kinds[i].is(picture, file, error);
        }
    }
    return pixel_llm_refuse(error, "no kind %s", kind);
}

static int print(const char *kind, const char *file, pixel_llm_error *error) {
    pixel_llm_picture picture;
    if (!pixel_llm_read(file, &picture, error) || !fits(kind, &picture, file, error)) {
        return 0;
    }
    uint8_t *said = (uint8_t *)malloc(3 * (size_t)picture.width * picture.height);
    size_t count = 0;
    for (uint32_t y = 0; y < picture.height; y++) {
        int is_beams = strcmp(kind, "beams") == 0;
        uint32_t length = is_beams ? pixel_llm_beam_length(&picture, y) : picture.width;
        for (uint32_t x = strcmp(kind, "tokens") == 0; x < length; x++) {
            pixel_llm_token token = pixel_llm_at(&picture, x, y);
            if (strcmp(kind, "heatmap") != 0) {
                said[count++] = (uint8_t)(token.id & 255);
                said[count++] = (uint8_t)(token.id >> 8);
            }
            said[count++] = token.confidence;
        }
    }
    printf("%lx\n", (unsigned long)pixel_llm_crc(said, count));
    free(said);
    pixel_llm_free(&picture);
    return 1;
}

static int write_most(const char *file, pixel_llm_error *error) {
    static uint16_t ids[PIXEL_LLM_MAX_TOKENS];
    for (size_t i = 0; i < PIXEL_LLM_MAX_TOKENS; i++) {
        ids[i] = (uint16_t)(i * 7919);
    }
    return pixel_llm_write_tokens(file, ids, PIXEL_LLM_MAX_TOKENS, error);
}

int main(int argc, char **argv) {
    pixel_llm_error error;
    for (int i = 2; i < argc; i++) {
        int done = strcmp(argv[1], "write") == 0 ? write_most(argv[i], &error) : print(argv[1], argv[i], &error);
        if (!done) {
            fprintf(stderr, "%s\n", error.text);
            return 1;
        }
    }
    return 0;
}
