#!/bin/bash
# Installs the build into a scratch folder and builds the ready-made users against it.
# Arguments: build folder, source folder.
set -e
build=$1 source=$2
scratch=$build/install_test
rm -rf "$scratch"
cmake --install "$build" --prefix "$scratch/usr" >/dev/null
grep -rIl "$source" "$scratch/usr" --include=*.cmake --include=*.pc && { echo "an installed file names the source folder"; exit 1; }
cmake -S "$source/examples/consume/find_package" -B "$scratch/find_package" -G Ninja \
  -DCMAKE_PREFIX_PATH="$scratch/usr" >/dev/null
cmake --build "$scratch/find_package" >/dev/null
"$scratch/find_package/consumer"
PKG_CONFIG_PATH=$(dirname "$(find "$scratch/usr" -name aftercare.pc)") \
  "$source/examples/consume/pkg_config/build" "$scratch/pkg_config_consumer"
"$scratch/pkg_config_consumer"
echo "installed, found by find_package and pkg-config"
