#!/usr/bin/env bash
# Builds the libraries twice from what is committed, in two places, and compares the hashes of the jars.
# Prints them, and fails if they differ. Arguments go to Maven, such as -o.
set -euo pipefail
cd "$(dirname "$0")/.."

modules=(core testkit testkit-scan postgres micrometer spring
    spring-boot/reactive-sessions-spring-boot spring-boot/reactive-sessions-spring-boot-starter)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for place in one another/place; do
    git clone -q . "$work/$place"
    (
        cd "$work/$place"
        mvn -q -B -ntp -Dmaven.test.skip=true -pl "$(IFS=,; echo "${modules[*]}")" -am "$@" package
        for module in "${modules[@]}"; do sha256sum "$module"/target/*.jar; done
    ) > "$work/$(basename "$place").txt"
done

cat "$work/one.txt"
if cmp "$work/one.txt" "$work/place.txt"; then
    echo "The same in both places."
else
    diff "$work/one.txt" "$work/place.txt"
fi
