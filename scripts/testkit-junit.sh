#!/usr/bin/env bash
# Runs the tests of the testkit and those of the sample that has the testkit alone, with each version of JUnit that is promised, as
# the current user and, if that is root, as an ordinary one that is made for it; first without and then with a leak check on every test.
# Every test of the testkit runs with the first version as the first user and with the last version as the last user, without a leak
# check; in the other runs it is those that depend on JUnit. Writes docs/results/testkit.txt. Needs Maven and what it downloads.
set -euo pipefail
cd "$(dirname "$0")/.."

versions=("5.14.4 1.14.4" "6.1.3 6.1.3")
result=docs/results/testkit.txt
work=$(mktemp -d)
user=testkit-junit
made_user=
failed=

cleanup() {
    rm -rf "$work"
    if [ -n "$made_user" ]; then
        userdel --remove "$user" 2>/dev/null
    fi
}
trap cleanup EXIT

# Compiles with one version and copies what the tests need to where every user can read it.
prepare() {
    local version=$1 platform=$2 to="$work/$1"
    rm -rf {testkit,examples/testkit-sample}/target/{classes,test-classes,dependency}
    mvn -B -ntp -q -Djunit.version="$version" -pl core,testkit,examples/testkit-sample test-compile dependency:copy-dependencies \
        -DincludeScope=test -DexcludeGroupIds=org.reactivesessions
    mvn -B -ntp -q -N dependency:copy -DoutputDirectory="$to" \
        -Dartifact="org.junit.platform:junit-platform-console-standalone:$platform"
    for module in core testkit examples/testkit-sample; do
        mkdir -p "$to/$module/target"
        cp -r "$module/target/classes" "$to/$module/target/"
    done
    for module in testkit examples/testkit-sample; do
        cp -r "$module/target/test-classes" "$to/$module/target/"
        cp -r "$module/target/dependency" "$to/$module/"
        # JUnit itself comes in one jar, with what runs it.
        rm -f "$to/$module"/dependency/junit-{jupiter,platform-commons,platform-engine,platform-launcher}*.jar
    done
    mkdir -p "$to/leaks/META-INF/services"
    echo org.reactivesessions.testkit.leak.LeakCheckExtension \
        > "$to/leaks/META-INF/services/org.junit.jupiter.api.extension.Extension"
    chmod -R a+rX "$work"
}

# One run of the tests of a module: version, module, class path beside the module's own, user, "with" or "without" the leak check,
# and the names of the classes.
run() {
    local version=$1 module=$2 others=$3 who=$4 leaks=$5 classes=$6 in="$work/$1/$2" log="$work/log" begin=$SECONDS
    local command=(java -XX:TieredStopAtLevel=1 -XX:+EnableDynamicAgentLoading -Dio.netty.leakDetection.level=paranoid
        -Dreactive-sessions.scram-iterations=1)
    local path="$in/target/test-classes:$in/target/classes:$others"
    if [ "$leaks" = with ]; then
        path="$work/$version/leaks:$path"
        command+=(-Djunit.jupiter.extensions.autodetection.enabled=true)
    fi
    command+=(-cp "$path:$(echo "$work/$version"/junit-platform-console-standalone-*.jar):$in/dependency/*"
        org.junit.platform.console.ConsoleLauncher execute --scan-classpath "$in/target/test-classes"
        --include-classname "$classes" --disable-banner --disable-ansi-colors --details=summary)
    if [ "$who" != "$(id -un)" ]; then
        command=(runuser -u "$who" -- "${command[@]}")
    fi
    local verdict=passed
    (cd / && timeout 1200 "${command[@]}") > "$log" 2>&1 || verdict=FAILED
    printf 'JUnit %-7s %-16s %-22s %-8s leak check: %3s tests passed, %s failed, %s skipped; %s in %d s\n' \
        "$version" "$who" "$module" "$leaks" "$(count successful)" "$(count failed)" "$(count skipped)" \
        "$verdict" $((SECONDS - begin)) | tee -a "$work/result"
    grep -ho '\[time\].*' "$log" | sed 's/^\[time\] /    /' | tee -a "$work/result" || true
    if [ "$verdict" = FAILED ]; then
        failed=yes
        tail -n 120 "$log"
    fi
}

every='.*(Test|IT)'

testkit_classes() {
    case "$1 $2 $3" in
        "${versions[0]%% *} ${users[0]} without" | "${versions[-1]%% *} ${users[-1]} without") echo "$every" ;;
        *) echo '.*[.]testkit[.](junit[.].*|server[.]PostgresExtension)(Test|IT)' ;;
    esac
}

count() {
    sed -n "s/^\[ *\([0-9]*\) tests $1 *]$/\1/p" "$work/log"
}

if [ "$(id -u)" = 0 ]; then
    if ! id "$user" > /dev/null 2>&1; then
        useradd --create-home "$user"
        made_user=yes
    fi
    users=("$(id -un)" "$user")
else
    users=("$(id -un)")
fi
chmod 755 "$work"
: > "$work/result"

for version in "${versions[@]}"; do
    read -r jupiter platform <<< "$version"
    echo "Compiling with JUnit $jupiter"
    prepare "$jupiter" "$platform"
    for who in "${users[@]}"; do
        for leaks in without with; do
            run "$jupiter" testkit "$work/$jupiter/core/target/classes" "$who" "$leaks" "$(testkit_classes "$jupiter" "$who" "$leaks")"
            run "$jupiter" examples/testkit-sample "$work/$jupiter/testkit/target/classes" "$who" "$leaks" "$every"
        done
    done
done

{
    echo "scripts/testkit-junit.sh, $(date -u +%Y-%m-%d), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg), $(java -version 2>&1 | head -n 1)"
    echo
    cat "$work/result"
} > "$result"
rm -rf {testkit,examples/testkit-sample}/target/{classes,test-classes,dependency}
echo "Written: $result"
[ -z "$failed" ]
