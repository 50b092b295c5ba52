/*
 * Asks Pixel-LLM what follows a text: writes input_tokens.pxi, runs a command, prints what output_token.pxi says.
 *
 *     cc -std=c99 -o example clients/c/example.c
 *     ./example "Once upon a ti" "./pixel-llm infer -i input_tokens.pxi -o ."
 */
#define PIXEL_LLM_IMPLEMENTATION
#include "pixel_llm.h"

#define COMMAND "./pixel-llm infer -i input_tokens.pxi -o ."

static int fail(const char *message) {
    fprintf(stderr, "%s\n", message);
    return 1;
}

static void print(pixel_llm_token token) {
    if (token.id >= ' ' && token.id < 127) {
        printf("'%c'", (int)token.id);
    } else {
        printf("#%lu", (unsigned long)token.id);
    }
    printf("\t%.1f %%\n", 100.0 * token.confidence / 255);
}

int main(int argc, char **argv) {
    static uint16_t ids[PIXEL_LLM_MAX_TOKENS];
    size_t count = 0;
    pixel_llm_error error;
    pixel_llm_picture answer;
    if (argc < 2 || argc > 3) {
        return fail("usage: example TEXT [COMMAND]");
    }
    if (!pixel_llm_tokens_of(argv[1], strlen(argv[1]), ids, PIXEL_LLM_MAX_TOKENS, &count, &error) ||
        !pixel_llm_write_tokens("input_tokens.pxi", ids, count, &error)) {
        return fail(error.text);
    }
    fflush(stdout);
    if (system(argc == 3 ? argv[2] : COMMAND) != 0) {
        return fail("the command failed");
    }
    if (!pixel_llm_read("output_token.pxi", &answer, &error)) {
        return fail(error.text);
    }
    int sound = pixel_llm_is_prediction(&answer, "output_token.pxi", &error);
    for (uint32_t x = 0; sound && x < pixel_llm_columns(&answer); x++) {
        print(pixel_llm_at(&answer, x, 0));
    }
    pixel_llm_free(&answer);
    return sound ? 0 : fail(error.text);
}
