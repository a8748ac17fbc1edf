#!/usr/bin/env bash
# Starts the service of examples/webflux-orders and drives its page in a real browser, Debian's Chromium without a window, by Playwright:
# load, every button, what the page showed, and pictures on a desktop and on a phone. Writes docs/results/orders-browser.txt and
# docs/pictures/orders-*.png, and fails if something was not shown or the books did not balance at the end.
# Installs Chromium if it is missing, which needs root; Node.js and npm must be there; everything else goes into a temporary folder.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${PORT:-18080}
work=$(mktemp -d)
service=

cleanup() {
    if [ -n "$service" ]; then
        kill "$service" 2>/dev/null || true
        wait "$service" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap cleanup EXIT

if ! command -v chromium > /dev/null; then
    if [ "$(id -u)" != 0 ]; then
        echo "Chromium is not installed, and installing it needs root: apt-get install chromium" >&2
        exit 1
    fi
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-dejavu-core
fi

cp scripts/orders-browser.mjs "$work/"
npm install --prefix "$work" --no-audit --no-fund --silent playwright-core@1.56.1

mvn -q -B -ntp -pl examples/webflux-orders -am compile dependency:build-classpath \
    -Dmdep.outputFile="$work/classpath" -DincludeScope=runtime
# Times that a busy machine keeps as well.
java -Dreactive-sessions.scram-iterations=1 -cp "examples/webflux-orders/target/classes:$(cat "$work/classpath")" org.reactivesessions.orders.OrdersApplication \
    --server.port="$port" --reactive-sessions.pool-timeout=20s --reactive-sessions.connect-timeout=10s > "$work/service.log" 2>&1 &
service=$!

for _ in $(seq 1 120); do
    if curl -sf -o /dev/null "http://127.0.0.1:$port/accounts/1"; then
        break
    fi
    if ! kill -0 "$service" 2>/dev/null; then
        tail -n 50 "$work/service.log" >&2
        exit 1
    fi
    sleep 1
done

mkdir -p docs/pictures
(cd "$work" && timeout 900 node orders-browser.mjs "http://127.0.0.1:$port/" "$(command -v chromium)" "$OLDPWD/docs/pictures") |
    tee docs/results/orders-browser.txt
