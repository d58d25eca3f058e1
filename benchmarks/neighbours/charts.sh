#!/bin/sh
# Our charts beside xstate's: the same traces first, then events a second: charts.sh [BUILD]
# Installs xstate, as package.json pins it, below BUILD; nothing of the project depends on it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-$here/../../build/release}" && pwd)
place=$build/peers
mkdir -p "$place"
cp "$here/package.json" "$here/charts.mjs" "$place/"
(cd "$place" && npm install --no-audit --no-fund --silent)
"$build/bin/chart_bench" --charts "$place/charts.json"
"$build/bin/chart_bench" --traces "$place/traces.tsv"
"$build/bin/chart_bench" --benchmark_filter=chart/ --benchmark_format=csv 2>/dev/null > "$place/charts.csv"
exec node "$place/charts.mjs" "$place/charts.json" "$place/traces.tsv" "$place/charts.csv"
