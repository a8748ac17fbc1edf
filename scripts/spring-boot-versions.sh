#!/usr/bin/env bash
# Runs the tests of spring and spring-boot on both lines of Spring Boot, outside mvn verify. Fails if one fails.
# Each line names what its bill of materials manages; later patches lack artefacts.
set -euo pipefail
cd "$(dirname "$0")/.."

modules=spring,spring-boot/reactive-sessions-spring-boot

line() {
    local boot="$1" data="$2" micrometer="$3"
    echo "== Spring Boot $boot"
    mvn -B -ntp -q verify -pl "$modules" -am \
        -Dspring-boot.version="$boot" -Dspring-data-r2dbc.version="$data" -Dmicrometer.version="$micrometer" \
        -Dtest='org.reactivesessions.spring.**.*Test' -Dsurefire.failIfNoSpecifiedTests=false \
        -Dit.test='org.reactivesessions.spring.**.*IT' -Dfailsafe.failIfNoSpecifiedTests=false \
        -Dspotless.check.skip=true
    echo "   passed"
}

line 4.0.7 4.0.6 1.16.6
line 4.1.0 4.1.0 1.17.0
