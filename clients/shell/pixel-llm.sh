#!/bin/sh
# Speaks with Pixel-LLM from a shell, with nothing but sh, printf, od, iconv and gzip:
#
#     pixel-llm.sh ask TEXT [COMMAND]       asks and prints the predictions; COMMAND is the engine, as below
#     pixel-llm.sh encode TEXT >FILE.pxi    a token image
#     pixel-llm.sh tokens VERSION ID... >FILE.pxi   a token image of ids; VERSION is 2 for a model of more than 65,536 ids
#     pixel-llm.sh decode FILE.pxi          the tokens of output_token.pxi or output_sequence.pxi, with their confidence
#
# A PNG is a signature and chunks: length, name, data, CRC-32. The data of IDAT is a zlib stream: two bytes, deflate
# blocks, Adler-32. Two tricks make that possible here. Deflate may store bytes as they are, so nothing is compressed.
# And gzip knows the rest: what it writes ends with the CRC-32 of what it read, and it inflates a zlib stream whose two
# bytes are replaced by a gzip header. It then misses its own checksum after the data and complains; the Adler-32 that
# stands there is compared here instead.
set -eu

ENGINE="./pixel-llm infer -i input_tokens.pxi -o ."
MAX_TOKENS=65535
MAX_ID=65535
MAX_WIDE_ID=16777214 # of version 2; white is no id
WHITE=16777215
MAX_PIXELS=4194304
MAX_FILE_BYTES=16777216
STORED_BLOCK=65535 # the most bytes in one

fail() {
    echo "$1" >&2
    exit 65
}

# Writes bytes, given as numbers.
put() {
    for byte; do
        # shellcheck disable=SC2059
        printf "\\$((byte / 64))$((byte / 8 % 8))$((byte % 8))"
    done
}

put32() {
    put $(($1 >> 24 & 255)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255))
}

# The CRC-32 of standard input, as a number.
crc32() {
    # shellcheck disable=SC2046
    set -- $(gzip -c | tail -c 8 | od -A n -v -t u1)
    echo $(($1 | $2 << 8 | $3 << 16 | $4 << 24))
}

# The Adler-32 of standard input, as a number.
adler32() {
    a=1
    b=0
    for byte in $(od -A n -v -t u1); do
        a=$(((a + byte) % 65521))
        b=$(((b + a) % 65521))
    done
    echo $((b << 16 | a))
}

size() {
    echo $(($(wc -c <"$1")))
}

# $3 bytes of file $1 from byte $2 on.
part() {
    tail -c "+$(($2 + 1))" "$1" | head -c "$3"
}

# A chunk named $1 with the data on standard input.
chunk() {
    { printf %s "$1" && cat; } >"$work/chunk"
    put32 $(($(size "$work/chunk") - 4))
    cat "$work/chunk"
    put32 "$(crc32 <"$work/chunk")"
}

# The token ids of the text $1: its code points modulo 1,024. Of UTF-32's four bytes the last two say that.
ids() {
    printf %s "$1" | iconv -f UTF-8 -t UTF-32BE >"$work/points" || fail "The text is not UTF-8."
    place=0
    for byte in $(od -A n -v -t u1 "$work/points"); do
        case $place in
            2) high=$byte ;;
            3) echo $(((high * 256 + byte) % 1024)) ;;
        esac
        place=$(((place + 1) % 4))
    done
}

# A token image of version $1 of the ids after it.
encode() {
    version=$1
    shift
    [ $# -ge 1 ] && [ $# -le $MAX_TOKENS ] || fail "Expected a text of 1 to $MAX_TOKENS characters, found $#."
    width=$(($# + 1))
    {
        put 0 # the row's filter: none
        put $(($# % 256)) $(($# / 256)) "$version"
        for id; do
            put $((id % 256)) $((id / 256 % 256)) $((id / 65536))
        done
    } >"$work/row"
    printf '\211PNG\r\n\032\n'
    { put32 $width && put32 1 && put 8 2 0 0 0; } | chunk IHDR # 8 bits, RGB, not interlaced
    {
        put 120 1 # zlib, stored
        all=$(size "$work/row")
        from=0
        while [ $from -lt "$all" ]; do
            length=$((all - from))
            [ $length -le $STORED_BLOCK ] || length=$STORED_BLOCK
            put $((from + length == all)) $((length % 256)) $((length / 256))
            put $((255 - length % 256)) $((255 - length / 256))
            part "$work/row" $from $length
            from=$((from + length))
        done
        put32 "$(adler32 <"$work/row")"
    } | chunk IDAT
    chunk IEND </dev/null
}

# Checks that version $1 holds the ids after it.
check_ids() {
    case $1 in
        1) most=$MAX_ID ;;
        2) most=$MAX_WIDE_ID ;;
        *) fail "Expected version 1 or 2, found $1." ;;
    esac
    shift
    for id; do
        case $id in
            '' | *[!0-9]* | ?????????*) fail "Expected ids of 0 to $most, found $id." ;;
        esac
        [ "$id" -le $most ] || fail "Expected ids of 0 to $most, found $id."
    done
}

# Walks the chunks of file $1: sets width and height, and gathers the compressed data in $work/zlib.
read_chunks() {
    all=$(size "$1") || exit 66
    [ "$all" -le $MAX_FILE_BYTES ] || fail "$1: expected at most $MAX_FILE_BYTES bytes, found $all."
    signature=$(part "$1" 0 8 | od -A n -v -t x1 | tr -d ' \n')
    [ "$signature" = 89504e470d0a1a0a ] || fail "$1: expected a PNG image, found something else."
    : >"$work/zlib"
    at=8
    name=
    while [ "$name" != IEND ]; do
        # shellcheck disable=SC2046
        set -- "$1" $(part "$1" $at 8 | od -A n -v -t u1)
        [ $# -eq 9 ] || fail "$1: byte $at: expected another chunk, found the end."
        length=$(($2 << 24 | $3 << 16 | $4 << 8 | $5))
        [ $length -le $((all - at - 12)) ] || fail "$1: byte $at: expected $length bytes of data, found the end."
        part "$1" $((at + 4)) $((length + 4)) >"$work/chunk"
        [ "$(put32 "$(crc32 <"$work/chunk")" | od -t u1)" = "$(part "$1" $((at + 8 + length)) 4 | od -t u1)" ] ||
            fail "$1: byte $at: expected the chunk's checksum (CRC), found another."
        case "$6 $7 $8 $9" in
            "73 72 68 82") name=IHDR && read_header "$1" ;;
            "73 68 65 84") name=IDAT && tail -c +5 "$work/chunk" >>"$work/zlib" ;;
            "73 69 78 68") name=IEND ;;
            "97 99 84 76") fail "$1: byte $at: expected a still picture, found an animation (APNG)." ;;
            "116 82 78 83") fail "$1: byte $at: expected an opaque picture, found transparency (tRNS)." ;;
            *) [ "$6" -ge 97 ] || fail "$1: byte $at: expected a chunk that PNG knows, found a critical one." ;;
        esac
        [ -n "${width:-}" ] || fail "$1: byte $at: expected IHDR first, found another chunk."
        at=$((at + 12 + length))
    done
    [ $at -eq "$all" ] || fail "$1: byte $at: expected the end of the file, found more."
}

read_header() {
    # shellcheck disable=SC2046
    set -- "$1" $(tail -c +5 "$work/chunk" | od -A n -v -t u1)
    [ $# -eq 14 ] && [ -z "${width:-}" ] || fail "$1: byte $at: expected one header of 13 bytes."
    width=$(($2 << 24 | $3 << 16 | $4 << 8 | $5))
    height=$(($6 << 24 | $7 << 16 | $8 << 8 | $9))
    shift 9
    [ "$*" = "8 2 0 0 0" ] || fail "$file: expected 8-bit RGB, not interlaced, as Pixel-LLM writes it, found other."
    [ $width -ge 1 ] && [ $height -ge 1 ] && [ $width -le $MAX_PIXELS ] && [ $height -le $MAX_PIXELS ] &&
        [ $((width * height)) -le $MAX_PIXELS ] ||
        fail "$file: expected 1 to $MAX_PIXELS pixels, found $width x $height."
}

# Prints a line for a token: id $1, confidence $2, and the character where it is one of ASCII.
show() {
    printf '%s\t%s\t' "$1" "$2"
    [ "$1" -lt 32 ] || [ "$1" -gt 126 ] || put "$1"
    echo
}

# The tokens of version 2: the bytes of two rows, each with its filter. The first column is (kind, 0, 2) over black; then come
# the ids in three bytes above the confidences as greys.
decode_wide() {
    [ "$1" -eq 0 ] || fail "$file: expected row filter 0, as Pixel-LLM writes it, found $1."
    [ "$2 $3 $4" = "1 0 2" ] || [ "$2 $3 $4" = "2 0 2" ] || [ "$2 $3 $4" = "4 0 2" ] ||
        fail "$file: pixel (0, 0): expected 1, 2 or 4, then 0 and version 2, found $2, $3, $4."
    shift 4
    list=
    count=1
    while [ $count -lt "$width" ]; do
        id=$(($1 + 256 * $2 + 65536 * $3))
        [ $id -ne $WHITE ] || fail "$file: pixel ($count, 0): expected a token, found white."
        list="$list $id"
        count=$((count + 1))
        shift 3
    done
    [ "$1 $2 $3 $4" = "0 0 0 0" ] || fail "$file: pixel (0, 1): expected row filter 0 and black, found $1, $2, $3, $4."
    shift 4
    count=1
    for id in $list; do
        [ "$1" -eq "$2" ] && [ "$1" -eq "$3" ] ||
            fail "$file: pixel ($count, 1): expected a confidence as a grey, found $1, $2, $3."
        show "$id" "$1"
        count=$((count + 1))
        shift 3
    done >"$work/shown"
    cat "$work/shown"
}

# Prints a line for each token of the file $1: id, confidence, and the character where it is one of ASCII.
decode() {
    file=$1
    width=
    [ -f "$1" ] || { echo "$1: no such file." >&2 && exit 66; }
    read_chunks "$1"
    [ $height -le 2 ] && [ $((height * width)) -le $((2 * (MAX_TOKENS + 1))) ] && [ $width -ge $height ] ||
        fail "$1: expected a picture 1 pixel high, or 2 in version 2, found $width x $height."
    expected=$((height * (1 + 3 * width)))
    # at most one byte too many is taken, whatever the stream would grow to
    { printf '\037\213\010\0\0\0\0\0\0\377' && tail -c +3 "$work/zlib"; } | gzip -dc 2>/dev/null |
        head -c $((expected + 1)) >"$work/row"
    [ "$(size "$work/row")" -eq $expected ] || fail "$1: expected $expected bytes of pixels, found another number."
    [ "$(put32 "$(adler32 <"$work/row")" | od -t u1)" = "$(tail -c 4 "$work/zlib" | od -t u1)" ] ||
        fail "$1: expected the checksum (Adler-32) of the pixels, found another."
    # shellcheck disable=SC2046
    set -- $(od -A n -v -t u1 "$work/row")
    if [ "$height" -eq 2 ]; then
        decode_wide "$@"
        return
    fi
    [ "$1" -eq 0 ] || fail "$file: expected row filter 0, as Pixel-LLM writes it, found $1."
    place=filter
    for byte; do
        case $place in
            filter) place=red ;;
            red) id=$byte && place=green ;;
            green) id=$((id + 256 * byte)) && place=blue ;;
            blue)
                place=red
                show "$id" "$byte"
                ;;
        esac
    done
}

usage() {
    echo "usage: $0 ask TEXT [COMMAND], $0 encode TEXT >FILE.pxi, $0 tokens VERSION ID... >FILE.pxi, or $0 decode FILE.pxi" >&2
    exit 2
}

[ $# -ge 2 ] || usage
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
case $1:$# in
    # shellcheck disable=SC2046
    encode:2) list=$(ids "$2") && encode 1 $list ;;
    tokens:2) usage ;;
    tokens:*) shift && check_ids "$@" && encode "$@" ;;
    decode:2) decode "$2" ;;
    ask:2 | ask:3)
        list=$(ids "$2")
        # shellcheck disable=SC2086
        encode 1 $list >"$work/image"
        cp "$work/image" input_tokens.pxi.part
        mv input_tokens.pxi.part input_tokens.pxi # whole or not at all
        sh -c "${3:-$ENGINE}" >&2
        decode output_token.pxi
        ;;
    *) usage ;;
esac
