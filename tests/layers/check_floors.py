#!/usr/bin/env python3
"""Fails where a file of src/ includes upwards, or sideways between two folders of one floor."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
floor = {}
for line in (root / "src/floors.txt").read_text().splitlines():
    if line and not line.startswith("#"):
        number, *folders = line.split()
        floor.update({f: int(number) for f in folders})
bad = 0
for f in sorted((root / "src").rglob("*.[ch]pp")):
    here = f.relative_to(root / "src").parts[0]
    for n, line in enumerate(f.read_text(encoding="utf-8").splitlines(), 1):
        m = re.match(r'#\s*include\s+"([a-z_]+)/', line)
        there = m and m[1]
        if there in floor and there != here and floor[there] >= floor[here]:
            print(f"{f}:{n}: {here} (floor {floor[here]}) includes {there} (floor {floor[there]})")
            bad += 1
        m = re.match(r'#\s*include\s+[<"](yaml-cpp|boost|sqlite3|libpq|pugixml|libical|pybind11|nlohmann|unicode|fmt|CLI)', line)
        # CLI11 shapes every subcommand; the floor of the command line may share it.
        if m and f.suffix == ".hpp" and not (here == "cli" and m[1] == "CLI"):
            print(f"{f}:{n}: a third-party header in a header; keep it in one .cpp")
            bad += 1
for f in sorted((root / "include").rglob("*.hpp")):
    for n, line in enumerate(f.read_text(encoding="utf-8").splitlines(), 1):
        if re.match(r'#\s*include\s+[<"](yaml-cpp|boost|sqlite3|libpq|pugixml|libical|pybind11|nlohmann|unicode|fmt|CLI|iostream|regex|chrono)', line):
            print(f"{f}:{n}: not in a public header: {line}")
            bad += 1
print(f"{bad} wrong includes")
sys.exit(bad != 0)
