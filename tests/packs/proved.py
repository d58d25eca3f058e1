#!/usr/bin/env python3
"""Every executable clause of the packs is proved: cited, traced, and no mutant of its rules goes unnoticed.

proved.py AFTERCARE SOURCE: without the catalogue beside the project, the clauses that the packs have are judged.
"""

import json
import os
import pathlib
import subprocess
import sys


def main() -> int:
    tool, source = sys.argv[1], pathlib.Path(sys.argv[2])
    catalogue = pathlib.Path(os.environ.get("AFTERCARE_SHARED", source.parent / "shared")) / "catalogue"
    command = [tool, "coverage", str(source / "rules"), "--format", "json"]
    if catalogue.is_dir():
        command += ["--catalogue", str(catalogue)]
    else:
        print("the catalogue is not beside the project: judged by the packs alone")
    done = subprocess.run(command, capture_output=True, text=True)
    told = json.loads(done.stdout)
    cited = [regulation for regulation in told["regulations"] if regulation["cited"]]
    wrong = [r for r in cited if r["proved"] != r["executable"] or r["killed"] != r["mutants"] or r["missing"]]
    for regulation in cited:
        print(f"{regulation['id']}: {regulation['proved']} of {regulation['executable']} proved, "
              f"{regulation['killed']} of {regulation['mutants']} mutants noticed {regulation['missing'] or ''}")
    return 1 if wrong or len(cited) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
