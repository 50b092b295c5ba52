#!/bin/sh
# Tests pixel-llm.sh: with the repository's golden files, with damaged ones, and with the engine where it is built.
#
#     clients/shell/check.sh          under the shell named in SH, or sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

client() {
    "${SH:-sh}" "$here/pixel-llm.sh" "$@"
}

wrong() {
    echo "check.sh: $1" >&2
    exit 1
}

is_golden() {
    client encode "$1" >written.pxi
    cmp written.pxi "$root/conformance/golden/$2" || wrong "\"$1\" is not written as $2"
}

is_golden pxOS pxos.pxi
is_golden a a.pxi
is_golden 'Zoë ate a jalapeño 🌶 in Łódź' accents-and-emoji.pxi

client decode "$root/cartridges/golden/pxos.output_token.pxi" >said
printf '%s\t%s\t%s\n' 112 176 p 111 55 o 10 20 '' 32 1 ' ' 84 0 T >expected
cmp said expected || wrong "the golden prediction is not read"
client decode "$root/cartridges/golden/greedy.output_sequence.pxi" >said
[ "$(wc -l <said)" -eq 200 ] || wrong "the golden sequence is not read"

# Version 2: ids of three bytes, and answers of two rows. The picture is a row of pixels, as the token image's own writer has it.
client tokens 1 112 120 79 83 >written.pxi
cmp written.pxi "$root/conformance/golden/pxos.pxi" || wrong "ids are not written as pxos.pxi"
client tokens 2 7 65536 262143 16777214 >written.pxi
# shellcheck disable=SC2046
set -- $(tail -c +50 written.pxi | head -c 15 | od -A n -v -t u1)
[ "$*" = "4 0 2 7 0 0 0 0 1 255 255 3 254 255 255" ] || wrong "ids of three bytes are not written: $*"
for ids in '1 65536' '2 16777215' '3 1' '2 -1' '2 x' '2 1 999999999999999999999'; do
    code=0
    # shellcheck disable=SC2086
    client tokens $ids >said 2>why || code=$?
    [ $code -eq 65 ] && grep -q Expected why || wrong "ids $ids: exit code $code, $(cat why)"
done
wide=$root/clients/shell/wide
client decode "$wide.output_token.pxi" >said
printf '%s\t%s\t%s\n' 262143 200 '' 65536 50 '' 112 4 p >wide
cmp said wide || wrong "a prediction of version 2 is not read"

is_refused() {
    code=0
    client decode "$1" >said 2>why || code=$?
    [ $code -eq 65 ] && [ ! -s said ] && grep -q expected why || wrong "$2: exit code $code, $(cat said why)"
}

golden=$root/cartridges/golden/pxos.output_token.pxi
bytes=$(wc -c <"$golden")
at=0
while [ $at -lt "$bytes" ]; do # every byte in turn becomes another
    { head -c $at "$golden" && head -c $((at + 1)) "$golden" | tail -c 1 | tr '\000-\377' '\001-\377\000' &&
        tail -c "+$((at + 2))" "$golden"; } >damaged.pxi
    [ "$(wc -c <damaged.pxi)" -eq "$bytes" ] || wrong "the test itself is wrong"
    is_refused damaged.pxi "byte $at changed"
    at=$((at + 7))
done
head -c $((bytes - 1)) "$golden" >damaged.pxi
is_refused damaged.pxi "a byte cut off"
{ cat "$golden" && echo; } >damaged.pxi
is_refused damaged.pxi "a byte appended"
: >damaged.pxi
is_refused damaged.pxi "an empty file"
is_refused "$root/cartridges/golden/pxos.logits_heatmap.pxi" "a heat map"
is_refused "$root/clients/shell/wide.not-grey.pxi" "a confidence that is no grey"

for text in '' "$(printf '\303(')"; do
    code=0
    client encode "$text" >said 2>why || code=$?
    [ $code -eq 65 ] && [ ! -s said ] || wrong "a text that is none is encoded"
done

if [ ! -f "$root/cli/target/pixel-llm.jar" ]; then
    echo "skipped: the engine is not built, so nobody was asked (./build)"
    exit 0
fi
ask="'$root/pixel-llm' infer -i input_tokens.pxi -o ."
client ask pxOS "$ask -c '$root/cartridges/golden.pxi' -x reference" >said 2>why
cmp said expected || wrong "the engine says otherwise: $(cat said why)"

# the shipped model's own characters, two stored blocks of them
long=$(printf '%022000d' 0)
client ask "$long" "$ask" >said 2>why
[ "$(wc -l <said)" -eq 5 ] || wrong "22,000 characters are not answered: $(cat said why)"
grep -q 22000 why || wrong "22,000 characters came as fewer: $(cat why)"

code=0
client ask a false >said 2>why || code=$?
[ $code -eq 1 ] && [ ! -s said ] || wrong "a failed engine is not noticed"
echo "all checks hold"
