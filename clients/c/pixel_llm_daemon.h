/*
 * Asks a Pixel-LLM that is kept alive behind a Unix-domain socket, on POSIX systems; docs/daemon.md has what both sides say.
 * Include it after pixel_llm.h; the file that defines PIXEL_LLM_IMPLEMENTATION must be compiled with POSIX's names, as with
 * -D_POSIX_C_SOURCE=200809L.
 *
 *     pixel_llm_answer answer;
 *     switch (pixel_llm_ask_daemon("/path/to/checkout", png, bytes, 5, &answer, &error)) {
 *         case PIXEL_LLM_ANSWERED: … pixel_llm_decode(answer.token, answer.token_bytes, "output_token", …) …
 *         case PIXEL_LLM_REFUSED: fputs(error.text, stderr); exit(answer.code);
 *         case PIXEL_LLM_NO_DAEMON: … run ./pixel-llm infer -i input_tokens.pxi -o . …
 *     }
 *     pixel_llm_answer_free(&answer);
 */
#ifndef PIXEL_LLM_DAEMON_H
#define PIXEL_LLM_DAEMON_H

#include "pixel_llm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What became of a request. */
enum { PIXEL_LLM_NO_DAEMON = -1, PIXEL_LLM_REFUSED = 0, PIXEL_LLM_ANSWERED = 1 };

/* The two images of an answer, as the bytes of their files; code is the exit code of a refusal. */
typedef struct {
    uint8_t *token;
    size_t token_bytes;
    uint8_t *heatmap;
    size_t heatmap_bytes;
    int code;
    uint8_t *received; /* holds both */
} pixel_llm_answer;

/*
 * Asks the daemon of the checkout at home, or of the file that PIXELLLM_DAEMON names, what follows a token image; top is how
 * many tokens the prediction names. error, which may be NULL, says why one refuses.
 */
int pixel_llm_ask_daemon(const char *home, const uint8_t *png, size_t bytes, unsigned top, pixel_llm_answer *answer,
                         pixel_llm_error *error);

/* Frees what an answer holds; one that is empty may be freed too. */
void pixel_llm_answer_free(pixel_llm_answer *answer);

#ifdef __cplusplus
}
#endif

#ifdef PIXEL_LLM_IMPLEMENTATION

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define PIXEL_LLM_ANSWER_SECONDS 60
#define PIXEL_LLM_MAX_HEADER 1024
#define PIXEL_LLM_MAX_ANSWER (48u << 20)
#define PIXEL_LLM_OTHERS_WRITE 0022

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

static int pixel_llm_is_own(const struct stat *status) {
    return status->st_uid == geteuid() && (status->st_mode & PIXEL_LLM_OTHERS_WRITE) == 0;
}

/* The first line of the file that names a daemon: its socket. */
static int pixel_llm_find_socket(const char *home, struct sockaddr_un *address) {
    const char *named = getenv("PIXELLLM_DAEMON");
    char path[4096];
    char line[sizeof address->sun_path + 1];
    struct stat status;
    if (named != NULL && strcmp(named, "off") == 0) {
        return 0;
    }
    int length = named == NULL || *named == 0 || strcmp(named, "auto") == 0
                     ? snprintf(path, sizeof path, "%s/cli/target/daemon", home)
                     : snprintf(path, sizeof path, "%s", named);
    if (length < 0 || (size_t)length >= sizeof path) {
        return 0;
    }
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW); /* no pipe is waited for, no link followed */
    if (file < 0) {
        return 0;
    }
    int sound = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && pixel_llm_is_own(&status);
    ssize_t count = sound ? read(file, line, sizeof line - 1) : -1;
    close(file);
    if (count <= 0) {
        return 0;
    }
    line[count] = 0;
    char *end = strchr(line, '\n');
    if (end == NULL || (size_t)(end - line) >= sizeof address->sun_path) {
        return 0;
    }
    *end = 0;
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, line, (size_t)(end - line) + 1);
    return lstat(line, &status) == 0 && pixel_llm_is_own(&status);
}

static int pixel_llm_connect(const char *home) {
    struct sockaddr_un address;
    if (!pixel_llm_find_socket(home, &address)) {
        return -1;
    }
    int channel = socket(AF_UNIX, SOCK_STREAM, 0);
    struct timeval patience = {PIXEL_LLM_ANSWER_SECONDS, 0};
    if (channel >= 0 && (setsockopt(channel, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
                         setsockopt(channel, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0 ||
                         connect(channel, (struct sockaddr *)&address, sizeof address) != 0)) {
        close(channel);
        return -1;
    }
    return channel;
}

/* One that is full says so before it reads, and hangs up: then what it has said counts. */
static void pixel_llm_send(int channel, const uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t some = send(channel, bytes, count, MSG_NOSIGNAL);
        if (some < 0 && errno == EINTR) {
            continue;
        }
        if (some <= 0) {
            return;
        }
        bytes += some;
        count -= (size_t)some;
    }
}

/* Receives exactly so many bytes. */
static int pixel_llm_receive(int channel, uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t some = recv(channel, bytes, count, 0);
        if (some < 0 && errno == EINTR) {
            continue;
        }
        if (some <= 0) {
            return 0;
        }
        bytes += some;
        count -= (size_t)some;
    }
    return 1;
}

/* A number of a header line; -1 where it has none of that name, or no sound one. */
static long pixel_llm_field(const char *header, const char *name) {
    const char *at = strstr(header, name);
    char *end;
    if (at == NULL || at[strlen(name)] < '0' || at[strlen(name)] > '9') {
        return -1;
    }
    long number = strtol(at + strlen(name), &end, 10);
    return (*end == ' ' || *end == 0) && number <= (long)PIXEL_LLM_MAX_ANSWER ? number : -1;
}

static int pixel_llm_hear(int channel, pixel_llm_answer *answer, pixel_llm_error *error) {
    char header[PIXEL_LLM_MAX_HEADER];
    size_t length = 0;
    do {
        if (length == sizeof header || !pixel_llm_receive(channel, (uint8_t *)header + length, 1)) {
            return PIXEL_LLM_NO_DAEMON;
        }
    } while (header[length++] != '\n');
    header[length - 1] = 0;
    if (strncmp(header, "pixel-llm/1 error ", 18) == 0) {
        long message = pixel_llm_field(header, " message=");
        long code = pixel_llm_field(header, " code=");
        size_t shown = message < 0 ? 0 : (size_t)message;
        shown = shown < sizeof error->text ? shown : sizeof error->text - 1;
        if (code < 0 || !pixel_llm_receive(channel, (uint8_t *)error->text, shown)) {
            return PIXEL_LLM_NO_DAEMON;
        }
        error->text[shown] = 0;
        answer->code = (int)code;
        return PIXEL_LLM_REFUSED;
    }
    long token = pixel_llm_field(header, " output_token=");
    long heatmap = pixel_llm_field(header, " logits_heatmap=");
    if (strncmp(header, "pixel-llm/1 ok ", 15) != 0 || token <= 0 || heatmap <= 0) {
        return PIXEL_LLM_NO_DAEMON;
    }
    answer->received = malloc((size_t)token + (size_t)heatmap);
    if (answer->received == NULL || !pixel_llm_receive(channel, answer->received, (size_t)token + (size_t)heatmap)) {
        pixel_llm_answer_free(answer);
        return PIXEL_LLM_NO_DAEMON;
    }
    answer->token = answer->received;
    answer->token_bytes = (size_t)token;
    answer->heatmap = answer->received + token;
    answer->heatmap_bytes = (size_t)heatmap;
    return PIXEL_LLM_ANSWERED;
}

int pixel_llm_ask_daemon(const char *home, const uint8_t *png, size_t bytes, unsigned top, pixel_llm_answer *answer,
                         pixel_llm_error *error) {
    char header[64];
    pixel_llm_error unheard;
    memset(answer, 0, sizeof *answer);
    int channel = pixel_llm_connect(home);
    if (channel < 0) {
        return PIXEL_LLM_NO_DAEMON;
    }
    int length = snprintf(header, sizeof header, "pixel-llm/1 predict top=%u length=%lu\n", top, (unsigned long)bytes);
    pixel_llm_send(channel, (const uint8_t *)header, (size_t)length);
    pixel_llm_send(channel, png, bytes);
    int result = pixel_llm_hear(channel, answer, error == NULL ? &unheard : error);
    close(channel);
    return result;
}

void pixel_llm_answer_free(pixel_llm_answer *answer) {
    free(answer->received);
    memset(answer, 0, sizeof *answer);
}

#endif
#endif
