# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the cases in meson's JUnit log: prints PASSED FAILED SKIPPED."""

import sys
import xml.etree.ElementTree as ET

failed = skipped = total = 0
for suite in ET.parse(sys.argv[1]).getroot().iter("testsuite"):
    cases = list(suite.iter("testcase"))
    bad = sum(1 for c in cases if c.find("failure") is not None or c.find("error") is not None)
    if not bad and int(suite.get("failures", 0)) + int(suite.get("errors", 0)):
        bad = 1
    total += max(len(cases), bad)
    failed += bad
    skipped += sum(1 for c in cases if c.find("skipped") is not None)
print(total - failed - skipped, failed, skipped)
