#!/usr/bin/env python3
"""`round_trip.py AFTERCARE ROOT PAGE...`: aftercare fmt over everything that is there.

Every YAML file of rules/ and examples/ and every YAML block of the pages, in a copy: formatting twice changes
nothing; the Chinese vocabulary and back gives the same bytes; packs have one logic hash in both, their stories
end alike in both, and a file in one vocabulary is no file in the other.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import doc_packs  # noqa: E402

TOOL = sys.argv[1]
failures = []


def run(*words, cwd):
    done = subprocess.run([TOOL, *words], cwd=cwd, capture_output=True, timeout=300)
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "backslashreplace")


def expect(is_good, what, *told):
    if not is_good:
        failures.append(what)
        print("FAILED", what, *told, sep="\n")


def texts(folder):
    return {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*.yaml"))}


def fmt(folder, what, *words):
    code, out, err = run("fmt", *words, ".", cwd=folder)
    expect(code == 0, f"{what}: fmt {' '.join(words)} exits with {code}", err)
    return out


def language(name, text):
    first = re.search(r"^(aftercare|规则格式): 1$", text.decode("utf-8"), re.M)
    if first:
        return "en" if first.group(1) == "aftercare" else "zh"
    if name.name.endswith("stories.yaml"):
        return "zh" if re.search("^情景:", text.decode("utf-8"), re.M) else "en"
    return None


def hash_of(folder, pack, what, *words):
    code, out, err = run("show", "hash", pack, *words, cwd=folder)
    expect(code == 0, f"{what}: show hash {pack} exits with {code}", err)
    return out


def played(folder, pack, what):
    code, out, err = run("test", pack, cwd=folder)
    return code, re.findall(r"\d+", out)[:4]


def round_trip(folder, what, packs, stories, overlays=()):
    """Formats, translates and translates back. Gives how many files there are in both vocabularies."""
    written = texts(folder)
    hashes = {pack: hash_of(folder, pack, what) for pack in packs}
    fmt(folder, what)
    own = texts(folder)
    expect(fmt(folder, what) == "", f"{what}: formatting again changes something")
    expect(texts(folder) == own, f"{what}: formatting again changes bytes")
    for pack in packs:
        expect(hash_of(folder, pack, what) == hashes[pack], f"{what}: formatting changes the logic of {pack}")
    languages = {name: language(name, text) for name, text in own.items()}
    kept = {name for name, text in own.items() if not re.search(rb"^(mapping|calendar): ", text, re.M)}
    ends = {pack: played(folder, pack, what) for pack in stories}
    for to, back in (("zh", "en"), ("en", "zh")):
        start = {name: lang for name, lang in languages.items() if lang}
        if not any(lang == back for lang in start.values()):
            continue
        fmt(folder, what, "--language", to, *overlays)
        other = texts(folder)
        for name, lang in start.items():
            if name in kept:
                expect(language(name, other[name]) == to, f"{what}: {name} is not translated into {to}")
        for pack in packs:
            expect(hash_of(folder, pack, what) == hashes[pack], f"{what}: {to} has another logic hash")
        for pack in stories:
            is_end = played(folder, pack, what)
            expect(is_end == ends[pack], f"{what}: stories of {pack} end otherwise in {to}", ends[pack], is_end)
        expect(fmt(folder, what, *overlays) == "", f"{what}: what was translated into {to} is not canonical")
        fmt(folder, what, "--language", back, *overlays)
        again = texts(folder)
        for name, lang in start.items():
            if lang == back and name in kept:
                expect(again[name] == own[name], f"{what}: {name} does not come back from {to}")
        fmt(folder, what, "--language", to, *overlays)
        expect(texts(folder) == other, f"{what}: {to} is not the same the second time")
        for name, text in own.items():
            (folder / name).write_bytes(text)
    return len(written)


def main():
    root = pathlib.Path(sys.argv[2])
    files = 0
    with tempfile.TemporaryDirectory() as scratch:
        base = pathlib.Path(scratch)
        shutil.copytree(root / "rules/calendars", base / "calendars")
        for pack in sorted(root.glob("rules/*/*/pack.yaml")):
            folder = base / pack.parent.name
            shutil.copytree(pack.parent, folder)
            for overlay in root.glob(f"examples/overlays/{pack.parent.name}.overlay.yaml"):
                shutil.copy(overlay, folder)
            files += round_trip(folder, pack.parent.name, ["."], ["."])
        rest = base / "rest"
        shutil.copytree(root / "rules/calendars", rest / "calendars")
        shutil.copytree(root / "examples", rest / "examples",
                        ignore=lambda at, names: [n for n in names if (pathlib.Path(at) / n).is_file()
                                                  and not n.endswith((".yaml", ".dmn"))])
        fmt(rest, "rest")
        own = texts(rest)
        expect(fmt(rest, "rest") == "" and texts(rest) == own, "rest: formatting again changes something")
        files += len(own)
        blocks = 0
        for page in map(pathlib.Path, sys.argv[3:]):
            text = page.read_text(encoding="utf-8")
            for i, block in enumerate(re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S)):
                folder = base / "blocks" / f"{page.stem}-{i}"
                folder.mkdir(parents=True)
                (folder / "block.yaml").write_text(block, encoding="utf-8")
                blocks += 1
                code, _, err = run("fmt", ".", cwd=folder)
                if code != 0:
                    # A block may show what is refused; then its file is left alone.
                    expect((folder / "block.yaml").read_text(encoding="utf-8") == block,
                           f"{page.name} block {i}: refused and changed", err)
                    continue
                expect(fmt(folder, f"{page.name} block {i}") == "", f"{page.name} block {i}: changes again")
            if page.name not in ("packs.md", "packs.zh.md") and page.parent.name != "format":
                continue
            for i, (pack, overlays) in enumerate(doc_packs.packs(page)):
                folder = base / "pages" / f"{page.stem}-{i}"
                folder.mkdir(parents=True)
                for name, text in doc_packs.files(pack):
                    (folder / name).parent.mkdir(exist_ok=True)
                    (folder / name).write_text(text, encoding="utf-8")
                for model in doc_packs.models(pack):
                    shutil.copy(model, folder)
                for k, overlay in enumerate(overlays):
                    (folder / f"{k}.overlay.yaml").write_text(overlay, encoding="utf-8")
                files += round_trip(folder, f"{page.stem} pack {i}", ["."], [])
        page = root / "docs/format/vocabularies.md"
        (english, _), (chinese, _) = doc_packs.packs(page)
        (base / "shown").mkdir()
        (base / "shown/pack.yaml").write_text(english, encoding="utf-8")
        fmt(base / "shown", "vocabularies", "--language", "zh")
        expect((base / "shown/pack.yaml").read_text(encoding="utf-8") == chinese, "vocabularies.md shows what fmt writes")
        expect(files > 20 and blocks > 20, "too little was looked at", files, blocks)
        print(f"{files} files, {blocks} blocks, {len(failures)} failures")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
