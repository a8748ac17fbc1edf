#!/usr/bin/env bash
# Tries the preset for poolers on a real PgBouncer (Debian's package) in front of an embedded PostgreSQL, outside mvn verify.
# Prints one table, writes it to docs/results/pgbouncer.txt, and fails if a check failed.
# Installs PgBouncer if it is missing, which needs root; everything it starts listens on the loopback address and is ended.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/pgbouncer.bash

# The run takes half a minute; what hangs is ended, and ends PgBouncer and PostgreSQL with itself.
timeout 900 mvn -q -B -ntp -pl postgres -am test-compile exec:exec@pgbouncer \
    -DpgBouncerRun.skip=false "-DpgBouncerRun.args=docs/results/pgbouncer.txt"
