#!/usr/bin/env bash
# Measures three sizes of the pool under load, the largest behind a real PgBouncer (Debian's package), outside mvn verify.
# Prints one table for each size and transaction and writes them to docs/results/sizing.txt.
# Installs PgBouncer if it is missing, which needs root; everything it starts listens on the loopback address and is ended.
# Takes about four minutes. Options: --rounds <1> --seconds <of each figure, 3> --warm-up <seconds, 5>
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/pgbouncer.bash

# What hangs is ended, and ends PgBouncer and PostgreSQL with itself. A run that failed leaves the last result as it was.
result="$(mktemp)"
trap 'rm -f "$result"' EXIT
timeout 3600 mvn -q -B -ntp -pl benchmarks -am compile exec:exec \
    -Dbenchmarks.skip=false -Dbenchmarks.program=Tiers "-Dbenchmarks.args=$*" | tee "$result"
cp "$result" docs/results/sizing.txt
