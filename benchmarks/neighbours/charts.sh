#!/bin/bash
# Our charts beside xstate's, the same charts and events: same traces first, then events a second.
#   benchmarks/neighbours/charts.sh [build/release/bin]      needs node and npm; installs into build/
set -e
cd "$(dirname "$0")/../.."
bin=$(realpath "${1:-build/release/bin}")
place=build/neighbours/xstate
mkdir -p "$place"
cp benchmarks/neighbours/charts.mjs "$place"
npm install --silent --no-audit --no-fund --no-save --prefix "$place" xstate@5.33.0 >/dev/null
"$bin/chart_bench" --charts "$place/charts.json"
"$bin/chart_bench" --traces "$place/traces.tsv"
node "$place/charts.mjs" "$place/charts.json" "$place/traces.tsv" > "$place/theirs.tsv"
"$bin/chart_bench" --benchmark_filter=chart/ --benchmark_format=csv 2>/dev/null > "$place/ours.csv"
python3 - "$place/theirs.tsv" "$place/ours.csv" <<'END'
import csv, sys
ours = {}
rows = (line for line in open(sys.argv[2]) if line.startswith(("name,", '"chart/')))
for row in csv.DictReader(rows):
    ours[row["name"].removeprefix("chart/")] = float(row["items_per_second"]) / 1e6
print(f"{'chart':14}{'same trace?':>12}{'xstate':>10}{'ours':>10}   million events/s")
for line in open(sys.argv[1]):
    name, same, theirs = line.rstrip("\n").split("\t")
    print(f"{name:14}{same:>12}{float(theirs):>10.3f}{ours[name]:>10.1f}   {ours[name] / float(theirs):.0f} times")
END
