# Finds a JDK that can build and run Pixel-LLM. Sourced by ./build and ./pixel-llm.

REQUIRED=25

fail() {
    echo "$1" >&2
    exit "${2:-70}"
}

# Sets version to the feature version of the JDK in $1, read from its release file: starting Java to ask would cost 40 ms.
jdk_version() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line; do
        case $line in
            JAVA_VERSION=*)
                version=${line#JAVA_VERSION=\"}
                version=${version%\"*}
                version=${version#1.}
                version=${version%%[!0-9]*}
                return 0
                ;;
        esac
    done <"$1/release"
    return 1
}

is_fit() {
    [ -n "$1" ] && jdk_version "$1" && [ "$version" -ge "$REQUIRED" ] 2>/dev/null
}

# Sets JAVA_HOME: the one that is set, then /usr/lib/jvm, then the java on the PATH.
find_jdk() {
    is_fit "${JAVA_HOME:-}" && return
    for home in /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if is_fit "$home" && [ -x "$home/bin/javac" ]; then
            JAVA_HOME=$home
            return
        fi
    done
    onpath=$(command -v java 2>/dev/null) && onpath=$(readlink -f "$onpath") && home=${onpath%/bin/java} &&
        is_fit "$home" && JAVA_HOME=$home && return
    fail "Pixel-LLM needs a JDK $REQUIRED or newer, and none was found in JAVA_HOME, /usr/lib/jvm or PATH.
Install one (for example Eclipse Temurin $REQUIRED, or your system's openjdk-$REQUIRED-jdk) and try again."
}
