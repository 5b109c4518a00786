#!/usr/bin/env bash
# The performance table. BENCH_SECONDS (20) a row; BENCH_ONLY=TEXT takes the rows whose name contains it ("backlog" and
# "routes" are the names of the last two). BENCH_BACKLOG (5,000,000) messages wait, BENCH_NUMBERS (100,000,000) ported
# numbers are imported and looked up. Not part of the table: BENCH_ONLY=growth measures how cost grows (a quarter of an
# hour), with BENCH_STORED (100,000,000) messages stored in the end, BENCH_ONLY=binds or stored one half of it;
# BENCH_ONLY=optouts imports BENCH_OPTOUTS (10,000,000) opt-outs, BENCH_ONLY=charges writes the charge records of
# BENCH_CHARGES (1,000,000) messages.
set -euo pipefail
cd "$(dirname "$0")/.."
result=0
dotnet run --project perf/Load -c Release --verbosity quiet || result=$?
case routes in
*"${BENCH_ONLY:-}"*)
    count="${BENCH_NUMBERS:-100000000}"
    ported=artifacts/perf/ported
    trap 'rm -rf "$ported"' EXIT
    rm -rf "$ported"
    mkdir -p "$ported"
    echo "Ported numbers, $count of them:"
    dotnet run --project perf/Numbers -c Release --verbosity quiet -- "$count" "$ported" perf/results/numbers.json
    echo "Routes: 10,000 routes, 1,000 accounts, 32 carriers; one core. RouteDecidePorted looks each number up first:"
    BENCH_PORTED="$PWD/$ported" dotnet run --project perf/Micro -c Release --verbosity quiet -- \
        --short --filter '*RouteBenchmarks*' |
        awk '/^codec Route/ {printf "%-18s %12.0f /s %8.1f ns %6s B allocated\n", $2, 1e9 / $3, $3, $5}' |
        tee perf/results/routes.txt
    ;;
esac
exit "$result"
