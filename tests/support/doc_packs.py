#!/usr/bin/env python3
"""Every YAML block of the documentation of packs is read: `doc_packs.py PROGRAM PAGE...`

The blocks of a page, one after the other, are a pack; a block that begins with `aftercare: 1` or
`规则格式: 1` begins the next one. A block whose first line names a file (`# v2/pack.yaml`) is another
version beside the one before, unless that is `# v1/pack.yaml`, which begins. A pack whose first line names an overlay (`# x.overlay.yaml`) is
checked on top of the pack before it. A model that a pack imports is the file of that name below
examples/dmn. PROGRAM (rulebook_dump) must find nothing to say.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

MODELS = pathlib.Path(__file__).resolve().parents[2] / "examples" / "dmn"
IMPORT = re.compile(r"^\s*(?:import|导入): (\S+\.dmn)$", re.M)
START = re.compile(r"^(# \S+(?:\.overlay|/pack)\.yaml\n)?(aftercare|规则格式): 1$", re.M)
VERSION = re.compile(r"^# (\S+/pack\.yaml)$", re.M)


def packs(page):
    """Texts of the packs of a page, each with its overlays."""
    found = []
    for beside, block in re.findall(r"(^<!-- file: \S+\.overlay\.yaml -->\n)?^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S):
        if beside:
            continue  # belongs to the files of a command
        if not START.match(block):
            if found:
                found[-1][0] += "\n" + block
            else:
                found.append([block, []])
        elif version := VERSION.match(block):
            block = f"# file {version[1]}\n{block}"
            if version[1].startswith("v1/"):
                found.append([block, []])
            else:
                found[-1][0] += "\n" + block
        elif block.startswith("# "):
            found[-1][1].append(block)
        else:
            found.append([block, []])
    return found


def files(text):
    """The files of a pack: name and text of each."""
    parts = re.split(r"^# file (\S+)\n", text, flags=re.M)
    return [("pack.yaml", parts[0])] if len(parts) == 1 else list(zip(parts[1::2], parts[2::2]))


def models(text):
    """Files of examples/dmn that a pack imports."""
    return sorted({file for name in IMPORT.findall(text) for file in MODELS.rglob(name)})


def main():
    program, pages = sys.argv[1], [pathlib.Path(p) for p in sys.argv[2:]]
    failures = 0
    count = 0
    for page in pages:
        for text, overlays in packs(page):
            count += 1
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / (page.stem + ".yaml")
                for model in models(text):
                    text += f"\n# file {model.name}\n" + model.read_text(encoding="utf-8")
                path.write_text(text, encoding="utf-8")
                words = [program, path.name]
                for i, overlay in enumerate(overlays):
                    name = f"{i}.overlay.yaml"
                    (pathlib.Path(folder) / name).write_text(overlay, encoding="utf-8")
                    words += ["--overlay", name]
                done = subprocess.run(words, cwd=folder, capture_output=True, timeout=60)
            out = done.stdout.decode("utf-8", "backslashreplace")
            if done.returncode != 0 or re.search(r": (error|warning) AC\d{4}", out):
                print(f"{page}:\n{out}{done.stderr.decode()}")
                failures += 1
    print(f"{count} packs of {len(pages)} pages, {failures} failures")
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
