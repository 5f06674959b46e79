# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the cases in the logs of a `meson test` run: prints PASSED FAILED SKIPPED."""

import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ET

logs = pathlib.Path(sys.argv[1])

# What tests print is copied in as it is, and hostile input is what some of them are about: XML knows no control characters.
text = (logs / "testlog.junit.xml").read_text(encoding="utf-8", errors="replace")
junit = ET.fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", text).encode())
passed = failed = skipped = suites_failed = 0
for suite in junit.iter("testsuite"):
    cases = list(suite.iter("testcase"))
    bad = sum(1 for c in cases if c.find("failure") is not None or c.find("error") is not None)
    idle = sum(1 for c in cases if c.find("skipped") is not None)
    passed += len(cases) - bad - idle
    failed += bad
    skipped += idle
    suites_failed += bad > 0

# A program that crashes or hangs fails without a failing case: it counts as one.
results = [json.loads(line)["result"] for line in (logs / "testlog.json").read_text().splitlines()]
programs_failed = sum(1 for result in results if result not in ("OK", "SKIP", "EXPECTEDFAIL"))
failed += max(0, programs_failed - suites_failed)
print(passed, failed, skipped)
