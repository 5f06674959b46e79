# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""POTFILES.in names exactly the files that hold translatable text, and every language is complete and sound."""

import pathlib
import re
import subprocess
import sys
import tempfile

source = pathlib.Path(sys.argv[1])
marks = re.compile(r'(?<![\w"])(?:_|N_|C_|NC_|ngettext|dngettext|g_dpgettext2)\s*\("|translatable="yes"')
named = {line.strip() for line in (source / "po/POTFILES.in").read_text().splitlines() if line.strip() and not line.startswith("#")}
holding = {str(p.relative_to(source)) for pattern in ("src/**/*.c", "src/**/*.ui") for p in source.glob(pattern) if marks.search(p.read_text())}
holding |= {str(p.relative_to(source)) for p in (source / "data").glob("*.in")}
holding |= {str(p.relative_to(source)) for p in (source / "data").glob("*.gschema.xml") if "gettext-domain" in p.read_text()}
cases = []


def case(name, ok, why=""):
    cases.append((name, ok))
    print(f"{'ok' if ok else 'not ok'} {len(cases)} - {name}{'' if ok else ': ' + why}")


case("POTFILES.in is complete", named == holding, f"missing {sorted(holding - named)}, superfluous {sorted(named - holding)}")

with tempfile.TemporaryDirectory() as folder:
    pot = pathlib.Path(folder) / "baton.pot"
    subprocess.run(["xgettext", "--directory", source, "--files-from", source / "po/POTFILES.in", "--output", pot, "--from-code=UTF-8",
                    "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=NC_:1c,2", "--keyword=g_dpgettext2:2c,3",
                    "--add-comments=Translators:"], check=True, capture_output=True)
    for language in (source / "po/LINGUAS").read_text().split():
        merged = pathlib.Path(folder) / f"{language}.po"
        subprocess.run(["msgmerge", "--quiet", "--no-fuzzy-matching", "--output-file", merged, source / f"po/{language}.po", pot], check=True)
        said = subprocess.run(["msgfmt", "--check", "--statistics", "--output-file=/dev/null", merged], capture_output=True, text=True,
                              env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
        case(f"{language} is sound", said.returncode == 0, said.stderr.strip())
        case(f"{language} is complete", "untranslated" not in said.stderr and "fuzzy" not in said.stderr, said.stderr.strip())

print(f"1..{len(cases)}")
sys.exit(not all(ok for _, ok in cases))
