#!/usr/bin/env bash
# Looks for what the service of examples/webflux-orders can do over HTTP, and how long a transfer takes at half of that, and at all of it,
# with what its sessions counted beside. Prints it, writes it to docs/results/orders-load.txt, and fails if a request failed at either.
# Nothing else should run meanwhile. Arguments go to the program: --seconds of each part, --trial, the seconds of each step of the search.
# Takes three to four minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

timeout 1800 mvn -q -B -ntp -pl examples/webflux-orders -am test-compile exec:exec@load -Dload.skip=false \
    "-Dload.args=--report docs/results/orders-load.txt $*"
