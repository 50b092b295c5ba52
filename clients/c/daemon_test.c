/* Asks a daemon, and compares its answer with the files of the command: daemon_test HOME IMAGE TOKEN HEATMAP. */
#define PIXEL_LLM_IMPLEMENTATION
#include "pixel_llm_daemon.h"

static size_t load(const char *path, uint8_t *bytes, size_t most) {
    FILE *file = fopen(path, "rb");
    size_t count = file == NULL ? 0 : fread(bytes, 1, most, file);
    if (file != NULL) {
        fclose(file);
    }
    return count;
}

static int is_file(const char *path, const uint8_t *bytes, size_t count) {
    static uint8_t expected[1 << 20];
    return load(path, expected, sizeof expected) == count && memcmp(expected, bytes, count) == 0;
}

int main(int argc, char **argv) {
    static uint8_t image[1 << 20];
    pixel_llm_answer answer;
    pixel_llm_error error;
    if (argc != 5) {
        return 2;
    }
    size_t bytes = load(argv[2], image, sizeof image);
    int result = pixel_llm_ask_daemon(argv[1], image, bytes, 5, &answer, &error);
    if (result == PIXEL_LLM_NO_DAEMON) {
        puts("no daemon");
        return 0;
    }
    if (result == PIXEL_LLM_REFUSED) {
        printf("refused: %d %s", answer.code, error.text);
        return 0;
    }
    puts(is_file(argv[3], answer.token, answer.token_bytes) && is_file(argv[4], answer.heatmap, answer.heatmap_bytes)
             ? "the same"
             : "other bytes");
    pixel_llm_answer_free(&answer);
    return 0;
}
