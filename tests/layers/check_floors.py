#!/usr/bin/env python3
"""Fails where a file includes upwards, or sideways between two folders of one floor."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
floor, public = {}, {}
for line in (root / "src/floors.txt").read_text().splitlines():
    words = line.split()
    if words[:1] == ["public"]:
        public.update({f: int(words[1]) for f in words[2:]})
    elif words and not line.startswith("#"):
        floor.update({f: int(words[0]) for f in words[1:]})
bad = 0


def check_public(f, n, line, here):
    """A header of include/aftercare, but for rt/, which is below everything."""
    m = re.match(r'#\s*include\s+"aftercare/([a-z_]+)\.hpp"', line)
    if m is None or public.get(m[1], 99) <= here:
        return 0
    print(f"{f}:{n}: floor {here} includes {m[1]}.hpp, " + (f"of floor {public[m[1]]}" if m[1] in public else "which has no floor"))
    return 1


for f in sorted((root / "src").rglob("*.[ch]pp")):
    here = f.relative_to(root / "src").parts[0]
    for n, line in enumerate(f.read_text(encoding="utf-8").splitlines(), 1):
        m = re.match(r'#\s*include\s+"([a-z_]+)/', line)
        there = m and m[1]
        if there in floor and there != here and floor[there] >= floor[here]:
            print(f"{f}:{n}: {here} (floor {floor[here]}) includes {there} (floor {floor[there]})")
            bad += 1
        bad += check_public(f, n, line, floor[here])
        m = re.match(r'#\s*include\s+[<"](yaml-cpp|boost|sqlite3|libpq|pugixml|libical|pybind11|nlohmann|unicode|fmt|CLI)', line)
        # CLI11 shapes every subcommand; the floor of the command line may share it.
        if m and f.suffix == ".hpp" and not (here == "cli" and m[1] == "CLI"):
            print(f"{f}:{n}: a third-party header in a header; keep it in one .cpp")
            bad += 1
for f in sorted((root / "include").rglob("*.hpp")):
    here = 0 if f.parent.name == "rt" else public.get(f.stem)
    if here is None:
        print(f"{f}: has no floor in src/floors.txt")
        bad += 1
        continue
    for n, line in enumerate(f.read_text(encoding="utf-8").splitlines(), 1):
        bad += check_public(f, n, line, here)
        if re.match(r'#\s*include\s+[<"](yaml-cpp|boost|sqlite3|libpq|pugixml|libical|pybind11|nlohmann|unicode|fmt|CLI|iostream|regex|chrono)', line):
            print(f"{f}:{n}: not in a public header: {line}")
            bad += 1
print(f"{bad} wrong includes")
sys.exit(bad != 0)
