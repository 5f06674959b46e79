# SPDX-FileCopyrightText: 2026 The Baton authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rounds of one run, compared round by round, and the tables that say so."""

import statistics

STRAY = 0.3   # how far the bare loop's own cost may be off before a round says more about the neighbours than about us

goals = []    # rows of the last table


def middle(results, name, key):
    """The median of all rounds."""
    return statistics.median(one[key] for one in results[name])


def ratios(results, name, base, key):
    """What each round says about NAME over BASE: machines drift, but they drift under both."""
    return [one[key] / other[key] for one, other in zip(results[name], results[base])]


def ratio(results, name, base, key):
    return statistics.median(ratios(results, name, base, key))


def show(results, name, key, digits=0):
    return f"{middle(results, name, key):,.{digits}f}"


def show_ratio(results, name, base, key):
    """The median and the range."""
    each = ratios(results, name, base, key)
    return f"{statistics.median(each):.2f} [{min(each):.2f}–{max(each):.2f}]"


def drop_stray_rounds(results):
    """Leaves out the rounds in which even the bare loop cost something else than usual, and says so."""
    usual = middle(results, "epoll", "cpu_us")
    keep = [abs(one["cpu_us"] / usual - 1) <= STRAY for one in results["epoll"]]
    if all(keep) or not any(keep):
        return results
    print(f"{keep.count(False)} of {len(keep)} rounds left out: the machine was not itself.")
    return {name: [one for one, good in zip(each, keep) if good] for name, each in results.items()}


def table(title, head, rows):
    rows = [head, *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    print(f"\n### {title}\n")
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print(flush=True)


def at_most(what, measured, limit, unit, digits=2):
    goals.append([what, f"≤ {limit:g} {unit}", f"{measured:,.{digits}f} {unit}", "met" if measured <= limit else "NOT MET"])


def at_least(what, measured, limit, unit, digits=2):
    goals.append([what, f"≥ {limit:g} {unit}", f"{measured:,.{digits}f} {unit}", "met" if measured >= limit else "NOT MET"])


def show_goals():
    if goals:
        table("Goals", ["goal", "limit", "measured", ""], goals)
