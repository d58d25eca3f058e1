#!/usr/bin/env python3
"""`writing.py AFTERCARE`: what fmt does to files: as a whole, only where they change, and never to a broken one."""
import os
import pathlib
import stat
import subprocess
import sys
import tempfile

PACK = "aftercare: 1\npack: p\ntitle: t\ntimezone: UTC\narticles:\n    C01:\n        text: a\n        no_rule: conduct\n"
GOOD = "aftercare: 1\npack: p\ntitle: t\ntimezone: UTC\narticles:\n  C01:\n    text: a\n    no_rule: conduct\n"


def main():
    tool = pathlib.Path(sys.argv[1]).resolve()

    def fmt(*words, cwd):
        done = subprocess.run([tool, "fmt", *words], cwd=cwd, capture_output=True, timeout=60)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        pack = folder / "p.yaml"
        pack.write_text(PACK)
        assert fmt("--check", ".", cwd=folder)[:2] == (1, "./p.yaml\n")
        assert pack.read_text() == PACK, "--check writes"
        os.chmod(pack, 0o640)
        link = folder / "q.yaml"
        link.symlink_to("p.yaml")
        assert fmt("q.yaml", cwd=folder)[:2] == (0, "q.yaml\n")
        assert pack.read_text() == GOOD and link.is_symlink()
        assert stat.S_IMODE(pack.stat().st_mode) == 0o640
        link.unlink()
        before = pack.stat().st_mtime_ns
        assert fmt("--check", ".", cwd=folder)[:2] == (0, "")
        assert fmt(".", cwd=folder)[:2] == (0, "") and pack.stat().st_mtime_ns == before
        broken = folder / "broken.yaml"
        broken.write_text("a: [1\n")
        pack.write_text(PACK)
        code, out, err = fmt(".", cwd=folder)
        assert code == 1 and "AC01" in err, err
        assert broken.read_text() == "a: [1\n" and pack.read_text() == GOOD
        assert fmt("none.yaml", cwd=folder)[0] == 3
        assert fmt("--language", "fr", ".", cwd=folder)[0] == 2
        assert sorted(p.name for p in folder.iterdir()) == ["broken.yaml", "p.yaml"], "something is left over"
    print("fmt writes what it should")


if __name__ == "__main__":
    main()
