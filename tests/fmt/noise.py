#!/usr/bin/env python3
"""`noise.py AFTERCARE ROOT [SEED] [RUNS]`: files of packs and goldens with comments, blank lines and line ends put
where nobody would: fmt formats them or says what is wrong with the YAML, and never that it cannot keep its meaning.
"""
import pathlib
import random
import subprocess
import sys
import tempfile


def spoilt(lines, dice):
    """Some lines of a file, with noise."""
    if dice.random() < 0.5:
        begin = dice.randrange(len(lines))
        lines = lines[begin:begin + dice.randrange(5, 60)]
    else:
        lines = lines[:200]
    end = dice.choice(["\n", "\n", "\r\n"])
    for _ in range(dice.randrange(1, 8)):
        at = dice.randrange(len(lines))
        line = lines[at]
        kind = dice.randrange(7)
        if kind == 0:
            lines[at] = line + f"   # c{at}"
        elif kind == 1:
            lines.insert(at, " " * dice.randrange(8) + "# alone")
        elif kind == 2:
            lines.insert(at, "")
        elif kind == 3:
            lines[at] = line.replace(": ", ":    ", 1)
        elif kind == 4:
            lines[at] = line.replace(", ", ",\n" + " " * 40, 1)
        elif kind == 5:
            lines[at] = line.replace("{", "{ # within\n" + " " * 30, 1)
        else:
            lines[at] = line + "  "
    return "\n".join(lines).replace("\n", end)


def main():
    tool, root = sys.argv[1], pathlib.Path(sys.argv[2])
    dice = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    runs = int(sys.argv[4]) if len(sys.argv) > 4 else 200
    files = sorted([*(root / "rules").rglob("*.yaml"), *(root / "tests/golden").glob("*/good/*.yaml")])
    formatted = failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "noise.yaml"
        for _ in range(runs):
            name = dice.choice(files)
            path.write_bytes(spoilt(name.read_text(encoding="utf-8").split("\n"), dice).encode("utf-8"))
            done = subprocess.run([tool, "fmt", "--print", "noise.yaml"], cwd=scratch, capture_output=True, timeout=60)
            said = done.stderr.decode("utf-8", "backslashreplace")
            formatted += done.returncode == 0
            if done.returncode not in (0, 1) or "AC0233" in said or "AC0234" in said:
                failures += 1
                print(f"── {name}, exit {done.returncode}\n{said}\n{path.read_text(encoding='utf-8')}")
    print(f"{formatted} of {runs} formatted, {failures} failures")
    sys.exit(failures != 0 or formatted < runs // 3)


if __name__ == "__main__":
    main()
