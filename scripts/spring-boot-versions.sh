#!/usr/bin/env bash
# Runs the tests of spring and spring-boot on both lines of Spring Boot, outside mvn verify.
# Prints one table, writes it to docs/results/spring-boot-versions.txt, and fails if a test failed, was skipped, or did not run.
# Each line names what its bill of materials manages; later patches lack artefacts.
set -euo pipefail
cd "$(dirname "$0")/.."

modules=(spring spring-boot/reactive-sessions-spring-boot)
table=docs/results/spring-boot-versions.txt

# Sums an attribute of all reports: tests, errors, failures or skipped.
reported() {
    local module
    for module in "${modules[@]}"; do
        cat "$module"/target/{surefire,failsafe}-reports/TEST-*.xml
    done | sed -n "s/.*<testsuite .* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'
}

row() {
    printf '%-12s %-20s %8s %8s %8s %8s\n' "$@" | tee -a "$table"
}

bad=0
line() {
    local boot="$1" data="$2" micrometer="$3" log start=$SECONDS module
    for module in "${modules[@]}"; do
        rm -rf "$module"/target/{surefire,failsafe}-reports
    done
    log=$(mktemp)
    # What hangs is ended. A test that fails is in the reports; whatever else fails ends this.
    if ! timeout 3600 mvn -B -ntp verify -pl "$(IFS=,; echo "${modules[*]}")" -am -Dmaven.test.failure.ignore=true \
        -Dspring-boot.version="$boot" -Dspring-data-r2dbc.version="$data" -Dmicrometer.version="$micrometer" \
        -Dtest='org.reactivesessions.spring.**.*Test' -Dsurefire.failIfNoSpecifiedTests=false \
        -Dit.test='org.reactivesessions.spring.**.*IT' -Dfailsafe.failIfNoSpecifiedTests=false \
        -Dspotless.check.skip=true > "$log" 2>&1; then
        tail -40 "$log" >&2
        exit 2
    fi
    local tests failed skipped
    tests=$(reported tests)
    failed=$(($(reported errors) + $(reported failures)))
    skipped=$(reported skipped)
    row "$boot" "$data" "$tests" "$failed" "$skipped" $((SECONDS - start))
    if [ $((failed + skipped)) -gt 0 ] || [ "$tests" -eq 0 ]; then
        bad=$((bad + 1))
        grep -E '^\[ERROR\]' "$log" | head -40 >&2 || true
    fi
    rm -f "$log"
}

: > "$table"
echo "The tests of spring and spring-boot, $(nproc) cores, Java $(java -XshowSettings:properties -version 2>&1 |
    sed -n 's/ *java.version = //p')" | tee -a "$table"
echo | tee -a "$table"
row "Spring Boot" "Spring Data R2DBC" tests failed skipped seconds
line 4.0.7 4.0.6 1.16.6
line 4.1.0 4.1.0 1.17.0

echo | tee -a "$table"
if [ "$bad" -gt 0 ]; then
    echo "FAILED: $bad of 2 lines" | tee -a "$table"
    exit 1
fi
echo PASSED | tee -a "$table"
