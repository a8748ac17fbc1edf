#!/usr/bin/env bash
# How long a transfer takes over HTTP at half of what the service of examples/webflux-orders can do, and at all of it, with what its
# sessions counted beside. Prints it, writes it to docs/results/orders-load.txt, and fails if a request failed. Nothing else should run
# meanwhile. Arguments go to the program: --seconds of each part. Takes two and a half minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

timeout 1800 mvn -q -B -ntp -pl examples/webflux-orders -am test-compile exec:exec@load -Dload.skip=false \
    "-Dload.args=--report docs/results/orders-load.txt $*"
