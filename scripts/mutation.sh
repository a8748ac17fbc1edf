#!/usr/bin/env bash
# Changes the code that decides outcomes and retries, that quotes, and that keeps secrets, one place at a time (PIT), runs the
# unit tests of each change, and writes docs/results/mutation.txt. Fails if fewer than 85 % of the changes are found, if one of
# the table of outcomes is not, or if one is not found for no reason in scripts/mutation-survivors.txt.
# About 4 minutes on two processors. With --report only, it writes the page anew from the last run.
set -eu -o pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" != "--report" ]; then
    mvn -q -B -ntp -pl core,postgres -am test-compile org.pitest:pitest-maven:mutationCoverage -Dmutation.skip=false
fi

page=docs/results/mutation.txt
if sort -t, -k2,2 -k5,5n -k4,4 core/target/pit-reports/mutations.csv postgres/target/pit-reports/mutations.csv |
    awk -F, -v reasons=scripts/mutation-survivors.txt '
    function name(class) { sub(/^org\.reactivesessions\./, "", class); sub(/\$.*/, "", class); return class }
    function percent(part, all) { return sprintf("%.1f %%", int(1000 * part / all) / 10) }
    BEGIN {
        while ((getline line < reasons) > 0) {
            if (line !~ /^#/ && line != "") {
                key = line; sub(/:.*/, "", key)
                why = line; sub(/^[^:]*: */, "", why)
                reason[key] = why
            }
        }
    }
    {
        class = name($2)
        mutator = $3; sub(/.*\./, "", mutator); sub(/Mutator/, "", mutator)
        if (!(class in all)) { order[++classes] = class }
        all[class]++; whole++
        if ($6 == "SURVIVED" || $6 == "NO_COVERAGE") {
            key = class "." $4 " " mutator
            text = (key in reason) ? reason[key] : "NO REASON"
            if (!(key in reason)) { failed = 1 }
            used[key] = 1
            survivor[++survivors] = sprintf("  %s, line %d, %s: %s", class "." $4, $5, mutator, text)
        } else {
            killed[class]++; dead++
        }
    }
    END {
        table = "transaction.OutcomeTable"
        print "command   scripts/mutation.sh"
        print "tool      PIT 1.30.0, its default mutators and the one for switches"
        printf "whole     %d changes, %d found: %s\n", whole, dead, percent(dead, whole)
        printf "table     %d changes of the table of outcomes, %d found\n", all[table], killed[table]
        print ""
        printf "  %-36s %8s %8s %8s\n", "class", "changes", "found", "not"
        for (i = 1; i <= classes; i++) {
            c = order[i]
            printf "  %-36s %8d %8d %8d\n", c, all[c], killed[c], all[c] - killed[c]
        }
        print ""
        print "Not found, and why:"
        for (i = 1; i <= survivors; i++) { print survivor[i] }
        for (key in reason) {
            if (!(key in used)) { print "  " key ": has a reason, but was found or is gone" > "/dev/stderr"; failed = 1 }
        }
        if (failed || dead < 0.85 * whole || all[table] == 0 || killed[table] != all[table]) { exit 1 }
    }' > "$page"; then
    cat "$page"
else
    cat "$page"
    echo "too few changes were found, or some for no reason" >&2
    exit 1
fi
