#!/usr/bin/env python3
"""Runs the charts of the npm package @scion-scxml/test-framework that are not the W3C's.

Usage: scion.py SCXML BUILD_FOLDER

The package is installed below BUILD_FOLDER, never kept with the sources; where npm does not answer the
test is skipped. Its charts say `ecmascript`, most of them without needing it. The few shapes of
expressions that FEEL has too are rewritten; charts that need a scripting language are listed as not
applicable, by name and reason. SCXML plays each chart's script and compares configurations.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

PACKAGE = "@scion-scxml/test-framework@2.0.16"
FOLDER = "node_modules/@scion-scxml/test-framework/test"
# A region that is its own target: by 3.13 of the recommendation its domain is no parallel state, so that the
# parallel state is left. The package's first script keeps it active; its second, `legacySemantics`, does not.
SECOND_SCRIPT = {"more-parallel-test10", "more-parallel-test10b"}
EXPRESSIONS = re.compile(r'\b(cond|expr|location|array|delayexpr|eventexpr|targetexpr|sendidexpr)=(["\'])(.*?)\2', re.S)


def install(folder):
    if (folder / FOLDER).is_dir():
        return True
    folder.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts",
                               PACKAGE], capture_output=True, timeout=240)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and (folder / FOLDER).is_dir()


def to_feel(text):
    """An ECMAScript expression as FEEL, or None where it is more than a comparison or a sum."""
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&quot;", '"')
    text = re.sub(r"'([^'\"]*)'", r'"\1"', text)
    text = re.sub(r"Math\.pow\((\w+), ?(\w+)\)", r"\1 ** \2", text)
    text = re.sub(r'!In\(("[^"]*")\)', r"not(In(\1))", text)
    text = text.replace("===", "=").replace("!==", "!=").replace("&&", " and ").replace("||", " or ")
    text = re.sub(r"(?<![=!<>])==(?!=)", "=", text)
    bare = re.sub(r'"[^"]*"', "", text)
    if re.search(r"[!{};?:]|\b(typeof|function|new|JSON|undefined|this|Math|instanceof)\b|\+\+|\bdoError\b", bare.replace("!=", "")):
        return None
    if re.search(r'"[^"]*" *\+ *\w|\w *\+ *"', text):
        text = re.sub(r"\b(x|_sessionid)\b", r"string(\1)", text)
    return text


def convert(text):
    """The chart with FEEL expressions, or the reason why there is none."""
    if re.search(r"<script\b", text):
        return None, "script"
    failed = []

    def one(match):
        made = to_feel(match[3])
        if made is None:
            failed.append(match[3])
            return match[0]
        return f'{match[1]}="' + made.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;") + '"'

    text = EXPRESSIONS.sub(one, text)
    if failed:
        return None, f"expression {failed[0]}"
    text = re.sub(r'datamodel *= *"ecmascript"', 'datamodel="feel"', text)
    text = re.sub(r"<!DOCTYPE[^>]*>", "", text)
    return text, None


def main():
    scxml, build = sys.argv[1], pathlib.Path(sys.argv[2])
    if not install(build):
        print("skipped: no suite, npm does not answer")
        return 0
    charts = build / "charts"
    shutil.rmtree(charts, ignore_errors=True)
    charts.mkdir()
    left_out = []
    for chart in sorted((build / FOLDER).glob("*/*.scxml")):
        if chart.parent.name == "w3c-ecma" or not chart.with_suffix(".json").exists():
            continue
        name = f"{chart.parent.name}-{chart.stem}"
        text, reason = convert(chart.read_text(encoding="utf-8-sig").lstrip())
        if reason:
            left_out.append(f"{name} ({reason})")
            continue
        (charts / f"{name}.scxml").write_text(text, encoding="utf-8")
        script = json.loads(chart.with_suffix(".json").read_text(encoding="utf-8"))
        if name in SECOND_SCRIPT:
            script = script["legacySemantics"]
        (charts / f"{name}.json").write_text(json.dumps(script), encoding="utf-8")
    for name in left_out:
        print("not applicable:", name)
    done = subprocess.run([scxml, str(charts), "--results", str(build / "results.jsonl")])
    print(f"{len(left_out)} charts are not applicable")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
