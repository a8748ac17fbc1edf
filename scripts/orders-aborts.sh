#!/usr/bin/env bash
# 5,000 clients disconnect at random moments from the service of examples/webflux-orders, on plain Spring transactions and on sessions;
# what is on disk afterwards is read over JDBC. Prints one table, writes it to docs/results/orders-aborts.txt, and fails if anything was
# half on sessions. Arguments go to the program: --clients, --rounds, --seed, each with a value. Takes three minutes on a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/.."

timeout 1800 mvn -q -B -ntp -pl examples/webflux-orders -am test-compile exec:exec@aborts -Daborts.skip=false \
    "-Daborts.args=--report docs/results/orders-aborts.txt $*"
