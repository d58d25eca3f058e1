#!/bin/sh
# The eight guards in engines that npm serves, beside ours: peers.sh [BUILD] [ROWS]
# Installs them, as package.json pins them, below BUILD; nothing of the project depends on them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../../build/release}
rows=${2:-2000}
mkdir -p "$build/peers"
cp "$here/package.json" "$here/peers.mjs" "$build/peers/"
(cd "$build/peers" && npm install --no-audit --no-fund --silent)
exec node "$build/peers/peers.mjs" "$build/bin" "$rows"
