#!/usr/bin/env bash
# Compares how long a transfer takes over HTTP on sessions, on plain Spring transactions (both examples/webflux-orders), and on Spring MVC
# with JDBC on virtual threads (examples/mvc-orders), with what sessions counted and what the pools did beside. Prints it, writes it to
# docs/results/orders-endpoint.txt, and fails if a request failed or books do not balance. Needs a JDK 21 or later, by JAVA_HOME or the path.
# Nothing else should run meanwhile. Arguments go to the program: --rounds, --seconds of each part, --trial, the seconds of each step of the
# search for the capacity, --warm-up, those of each service. Takes about twelve minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
version="$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p')"
case "$version" in
    '' | 1.* | ? | 1? | 20)
        echo "virtual threads need JDK 21 or later, but $java is ${version:-none}; set JAVA_HOME to one" >&2
        exit 2
        ;;
esac

timeout 1800 mvn -q -B -ntp -pl examples/mvc-orders,examples/webflux-orders -am test-compile exec:exec@endpoint -Dendpoint.skip=false \
    "-Dendpoint.args=--report docs/results/orders-endpoint.txt $*"
