#!/usr/bin/env bash
# Runs every test project and closes with one line: N passed, N failed.
# A project that cannot be built, crashes or hangs counts as one failure. What failed is named again at the end.
set -uo pipefail
cd "$(dirname "$0")/.."

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
passed=0 failed=0 skipped=0 failures=

counter() { grep -o "$1=\"[0-9]*\"" "$2" | head -1 | grep -o '[0-9]*'; }

# A failed test's name and the first line of what it said.
failures_of() {
    tr '\n' ' ' <"$1" | grep -o '<UnitTestResult [^>]*outcome="Failed".*' | sed 's/<\/UnitTestResult>/&\n/g' |
        sed -n 's/.*<UnitTestResult [^>]*testName="\([^"]*\)"[^>]*outcome="Failed".*<Message>\(.*\)<\/Message>.*/\1: \2/p' |
        cut -c1-400
}

run_project() {
    local project=$1 name trx status total executed fails
    name=$(basename "$project" .csproj)
    trx=$results/$name.trx
    echo "== $name"
    timeout --kill-after=10 "${TEST_PROJECT_SECONDS:-420}" dotnet test "$project" --nologo --framework net10.0 \
        --configuration Release --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
        --results-directory "$results" ${TEST_FILTER:+--filter "$TEST_FILTER"} </dev/null
    status=$?
    # A filter may leave a project without a test.
    [ -n "${TEST_FILTER:-}" ] && [ "$status" -eq 0 ] && [ ! -s "$trx" ] && return
    if [ ! -s "$trx" ]; then
        echo "$name: no results (exit code $status)"
        failed=$((failed + 1))
        return
    fi
    total=$(counter total "$trx") executed=$(counter executed "$trx") fails=$(counter failed "$trx")
    passed=$((passed + $(counter passed "$trx")))
    skipped=$((skipped + total - executed))
    if [ "$status" -ne 0 ] && [ "$fails" -eq 0 ]; then
        echo "$name: ended with exit code $status though no test failed"
        fails=1
    fi
    failed=$((failed + fails))
    [ "$fails" -gt 0 ] && failures+=$(failures_of "$trx")$'\n'
}

for project in tests/*.Tests/*.Tests.csproj; do
    run_project "$project"
done

printf '%s' "$failures"
summary="$passed passed, $failed failed"
[ "$skipped" -gt 0 ] && summary="$summary, $skipped skipped"
echo "$summary"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
