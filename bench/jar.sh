# Builds the jar of the benchmarks where it is missing or old, and sets JAVA_HOME and $jar. Sourced with $here set.
. "$here/tools/jdk.sh"
find_jdk

jar=$here/bench/target/benchmarks.jar
if [ ! -f "$jar" ] || [ -n "$(cd "$here" && find ./*/src/main ./*/pom.xml pom.xml -newer "$jar" -type f)" ]; then
    command -v mvn >/dev/null 2>&1 || fail "Maven is missing. Install it (Debian: apt-get install maven)."
    echo "bench: building" >&2
    (cd "$here" && JAVA_HOME=$JAVA_HOME MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow" \
        mvn -q -B -ntp -pl bench -am -DskipTests -Dspotless.check.skip=true package >&2)
fi
