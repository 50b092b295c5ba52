#!/bin/sh
# Compiles pixel_llm.h as strictly as the compiler can, and tests it under the sanitizers: with the repository's golden
# files, with thousands of damaged ones, and with the engine where it is built.
#
#     clients/c/check.sh          with the compiler named in CC, or cc
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc=${CC:-cc}
strict="-std=c99 -pedantic -Wall -Wextra -Werror -Wshadow -Wconversion"

wrong() {
    echo "check.sh: $1" >&2
    exit 1
}

# shellcheck disable=SC2086
{
    "$cc" $strict -O2 -o "$work/example" "$here/example.c"
    "$cc" $strict -Wno-conversion -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
        -o "$work/test" "$here/test.c"
    "$cc" $strict -D_POSIX_C_SOURCE=200809L -O2 -o "$work/daemon_test" "$here/daemon_test.c"
    "$cc" $strict -Wno-conversion -D_POSIX_C_SOURCE=200809L -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
        -o "$work/daemon_test" "$here/daemon_test.c"
    # two files that include the header, one of which holds it
    printf '%s\n' '#include "pixel_llm.h"' 'pixel_llm_picture picture;' \
        'int main(void) { return pixel_llm_decode(NULL, 0, "none", &picture, NULL); }' >"$work/main.c"
    printf '#define PIXEL_LLM_IMPLEMENTATION\n#include "pixel_llm.h"\n' >"$work/held.c"
    "$cc" $strict -I "$here" -o "$work/two" "$work/main.c" "$work/held.c"
}
"$work/two"
"$work/test" "$root"
[ $# -eq 0 ] || "$work/test" "$@" # pictures and their pixels, from elsewhere

if [ ! -f "$root/cli/target/pixel-llm.jar" ]; then
    echo "skipped: the engine is not built, so nobody was asked (./build)"
    exit 0
fi
cd "$work"
"$work/example" pxOS "'$root/pixel-llm' infer -i input_tokens.pxi -o . -c '$root/cartridges/golden.pxi' -x reference \
    >/dev/null" >said
printf "%s\t%s %%\n" "'p'" 69.0 "'o'" 21.6 "#10" 7.8 "' '" 0.4 "'T'" 0.0 >expected
cmp said expected || wrong "the engine says otherwise: $(cat said)"
code=0
"$work/example" pxOS false >said 2>why || code=$?
[ $code -eq 1 ] && [ ! -s said ] || wrong "a failed engine is not noticed"
echo "the engine answers"

export PIXELLLM_DAEMON="$work/daemon" XDG_STATE_HOME="$work/state"
trap '"$root/pixel-llm" daemon stop >/dev/null 2>&1; rm -rf "$work"' EXIT
"$root/pixel-llm" daemon start -c "$root/cartridges/golden.pxi" -x reference >"$work/started" 2>&1 || wrong "$(cat "$work/started")"
asks() { # WORDS IMAGE: what the client says of the daemon's answer
    said=$("$work/daemon_test" "$root" "$2" output_token.pxi logits_heatmap.pxi)
    case $said in "$1"*) ;; *) wrong "the daemon's client says '$said', not '$1'" ;; esac
}
asks "the same" input_tokens.pxi
head -c 40 input_tokens.pxi >cut.pxi
asks "refused: 65 pixel-llm: <input>" cut.pxi
chmod g+w "$work/daemon"
asks "no daemon" input_tokens.pxi
chmod g-w "$work/daemon"
PIXELLLM_DAEMON=off asks "no daemon" input_tokens.pxi
"$root/pixel-llm" daemon stop >/dev/null
asks "no daemon" input_tokens.pxi
echo "the daemon answers"
