#!/usr/bin/env python3
"""Golden files: text in, text out.

Usage: golden.py [--reset] [--bin DIR] FOLDER...

FOLDER holds a file `command`, one line such as `yaml_dump {file} --lang {lang}`, whose first word is a
program in DIR (or `sh`, where the inputs are scripts that call programs of DIR), and the folders good/ and bad/ with input files. Each input X has its expected output
beside it in X.expected: the exit code and what was printed. Where the command has {lang}, it runs in
English and in Chinese. Files under good/ must exit with 0, files under bad/ with 1, so that a slip of
--reset cannot turn one into the other. --reset writes what is printed now as what is expected.
The command runs in the folder of the input, so that no path of the machine is printed.
An input that must not be kept as a file (50 MB on one line) is a script X.py that prints it.
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

SIDES = {"good": 0, "bad": 1}


def run(command, program_folder, source, lang):
    words = [w.replace("{file}", source.name).replace("{lang}", lang) for w in shlex.split(command)]
    program = pathlib.Path(program_folder).resolve() / words[0]
    if program.exists():
        words[0] = str(program)
    programs = str(pathlib.Path(program_folder).resolve())
    environment = dict(os.environ, AFTERCARE_BIN=programs, TZ="Asia/Kathmandu", LC_ALL="C.UTF-8",
                       PATH=programs + os.pathsep + os.environ.get("PATH", ""))
    done = subprocess.run(words, cwd=source.parent, capture_output=True, timeout=60, env=environment)
    out = done.stdout.decode("utf-8", "backslashreplace")
    err = done.stderr.decode("utf-8", "backslashreplace")
    return done.returncode, out + err


def result(command, program_folder, source):
    """What one input gives, as the text of its .expected file, and its exit code."""
    languages = ["en", "zh"] if "{lang}" in command else ["en"]
    parts, codes = [], set()
    for lang in languages:
        code, out = run(command, program_folder, source, lang)
        codes.add(code)
        heading = f"# exit {code}" if lang == "en" else f"# {lang}, exit {code}"
        parts.append(f"{heading}\n{out}" + ("" if out.endswith("\n") or not out else "\n"))
    # A good file prints the same in every language; once is enough.
    if len(parts) == 2 and parts[0].split("\n", 1)[1] == parts[1].split("\n", 1)[1]:
        parts.pop()
    return "".join(parts), codes


def check_one(folder, command, program_folder, source, wanted_code, reset):
    """What is to be said about one input, and whether it failed."""
    shown = source.relative_to(folder)
    expected_file = source.with_name(source.name + ".expected")
    with tempfile.TemporaryDirectory() as scratch:
        if source.suffix == ".py":
            made = subprocess.run([sys.executable, str(source)], capture_output=True, check=True)
            # What stands beside good/ and bad/ is to be found there too.
            for beside in folder.iterdir():
                if beside.name not in SIDES:
                    (pathlib.Path(scratch) / beside.name).symlink_to(beside)
            source = pathlib.Path(scratch) / source.parent.name / source.stem
            source.parent.mkdir()
            source.write_bytes(made.stdout)
        actual, codes = result(command, program_folder, source)
    if codes != {wanted_code}:
        return f"{shown}: exit {sorted(codes)}, but it must be {wanted_code} here\n{actual}", True
    expected = expected_file.read_text(encoding="utf-8") if expected_file.exists() else ""
    if actual == expected:
        return "", False
    if reset:
        expected_file.write_text(actual, encoding="utf-8")
        return f"{shown}: written\n", False
    return "".join(difflib.unified_diff(expected.splitlines(True), actual.splitlines(True),
                                        f"{shown} expected", f"{shown} printed")), True


def check(folder, program_folder, reset):
    folder = pathlib.Path(folder).resolve()
    command = (folder / "command").read_text(encoding="utf-8").strip()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(check_one, folder, command, program_folder, source, wanted_code, reset)
                for side, wanted_code in SIDES.items() if (folder / side).is_dir()
                for source in sorted((folder / side).rglob("*"))
                if source.is_file() and source.suffix != ".expected"]
        answers = [job.result() for job in jobs]
    for text, _ in answers:
        sys.stdout.write(text)
    failures = sum(failed for _, failed in answers)
    for stray in sorted(folder.rglob("*.expected")):
        if not stray.with_suffix("").exists():
            print(f"{stray.relative_to(folder)}: its input is gone")
            failures += 1
    if not answers:
        print(f"{folder}: no input files")
        failures += 1
    print(f"{folder.name}: {len(answers)} files, {failures} failures")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reset", action="store_true", help="write what is printed now as expected")
    parser.add_argument("--bin", default=os.environ.get("AFTERCARE_BIN", "build/release/bin"), help="folder of the programs")
    parser.add_argument("folder", nargs="+")
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(sum(check(f, options.bin, options.reset) for f in options.folder) != 0)


if __name__ == "__main__":
    main()
