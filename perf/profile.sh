#!/usr/bin/env bash
# Where the appliance's processor time goes, by thread and function, in one row of `make bench` (the first, or
# PROFILE_ROW=TEXT): perf on the native binary with its symbols, and the row's own CPU per message shared out among the
# samples. Needs perf (Debian's linux-perf) and the right to use it. PROFILE_SECONDS (15); writes perf/results/profile.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v perf >/dev/null || { echo "profile: perf is not installed: apt-get install linux-perf" >&2; exit 1; }
seconds="${PROFILE_SECONDS:-15}"
export APPLIANCE_BINARY="$PWD/artifacts/publish/appliance"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
BENCH_ONLY="${PROFILE_ROW:-SMPP to SMPP, receipts, 8 sessions}" BENCH_SECONDS=$((seconds + 5)) \
    dotnet run --project perf/Load -c Release --verbosity quiet >"$work/bench" &
bench=$!
running() { pgrep -f "^$APPLIANCE_BINARY $1"; }
until pid=$(running "run --config") && running "load" >/dev/null; do
    kill -0 "$bench" || { cat "$work/bench"; exit 1; }
    sleep 0.2
done
# The warm-up.
sleep 5
perf record --quiet --freq 499 --pid "$pid" --output "$work/data" -- sleep "$seconds"
wait "$bench" || true
row=$(grep -E '^(SMPP|HTTP) ?' "$work/bench" | tail -1)
micros=$(sed -E 's/^.{38}//' <<<"$row" | awk '{print $6}')
perf script --input "$work/data" --fields comm,ip,sym 2>/dev/null |
    sed -E 's/^ *([^ ]+) +[0-9]+ +/\1\t/; s/^ *(\S+)\s+[0-9a-f]+ /\1\t/' >"$work/samples"
{
    echo "$row"
    echo
    echo "us a message  share  thread"
    awk -F'\t' -v micros="$micros" '{n[$1]++} END {for (t in n) printf "%12.3f %5.1f%%  %s\n", micros * n[t] / NR, 100 * n[t] / NR, t}' \
        "$work/samples" | sort -rn | head -12
    echo
    echo "us a message  share  thread  function"
    awk -F'\t' -v micros="$micros" '{n[$1 "  " $2]++} END {for (t in n) printf "%12.3f %5.1f%%  %s\n", micros * n[t] / NR, 100 * n[t] / NR, t}' \
        "$work/samples" | sort -rn | head -60 | cut -c1-140
} | tee perf/results/profile.txt
