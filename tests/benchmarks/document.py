"""Turns what a run found into docs/benchmarks.md and its charts. It measures nothing."""

import re

from tests.benchmarks import drawing

CHARTS = "images/benchmarks"


def write(run, folder):
    """This will write the document and its charts into `folder`, in place of those of the run before."""
    charts = folder / CHARTS
    charts.mkdir(parents=True, exist_ok=True)
    for old in charts.glob("*.svg"):
        old.unlink()
    parts = [_head(run)]
    for group, rows in tables(run.results).items():
        columns = list(dict.fromkeys(column for row in rows.values() for column in row))
        name = f"{re.sub(r'[^a-z]+', '-', group.lower()).strip('-')}.svg"
        (charts / name).write_text(drawing.bars(group, rows, columns, shown), encoding="utf-8")
        parts.append(
            f"## {group}\n\n![{group}: bars with their goals; the numbers stand in the table]({CHARTS}/{name})\n"
        )
        parts += [_table(rows, columns), _notes(rows)]
    for name, text in run.texts.items():
        parts.append(f"## {name}\n\n```\n{text.strip()}\n```\n")
    parts.append(_foot(run))
    (folder / "benchmarks.md").write_text("\n".join(part for part in parts if part), encoding="utf-8")


def tables(results):
    """This will return {group: {row: {column: result}}}, in the order in which the results first name them."""
    found = {}
    for result in results:
        found.setdefault(result.group, {}).setdefault(result.name, {})[result.column] = result
    return found


def missed(results):
    """This will return a line for each goal that was missed, as the document and the terminal say it."""
    return [
        f"{result.group}: {result.name}{f' on {result.column}' if result.column else ''} "
        f"{shown(result)}, {'at least' if result.more_is_better else 'at most'} {number(result.goal, result.unit)} is the goal"
        for result in results
        if result.is_missed
    ]


def shown(result):
    return number(result.value, result.unit)


def number(value, unit):
    digits = 0 if value >= 50 else 1 if value >= 10 else 2 if value >= 0.995 else 3
    return f"{value:.{digits}f} {unit}".strip()


def _head(run):
    held = [result for result in run.results if result.goal is not None]
    lines = missed(run.results)
    counted = (
        f"{len(held) - len(lines)} of the {len(held)} goals that this run asked about are met"
        if held
        else "No goal was asked about"
    )
    lines = [f"- {line}" for line in lines]
    return "\n".join([
        "# Benchmarks", "",
        "A page's figure is the share of the requests a second that a bare Django view, without middleware and database, "
        "answers with the same bytes from memory under the same server in the same minutes: 1 would be the view itself. "
        f"{counted}{', and each that was missed stands right below' if lines else ''}. "
        f"The figures are of {run.day}; `make bench` writes this page anew.", "",
        *(f"**{remark}**\n" for remark in run.remarks),
        *(["## Missed goals", "", *lines, ""] if lines else []),
    ])  # fmt: skip


def _table(rows, columns):
    every = [result for row in rows.values() for result in row.values()]
    has_detail = any(result.detail for result in every)
    heads = ["", "goal"]
    for column in columns:
        heads.append(column or "measured")
        heads += [f"{column}, in detail" if column else "in detail"] if has_detail else []
    lines = [heads, ["---"] * (len(heads) + 1)]
    heads.append("verdict")
    for name, row in rows.items():
        cells = [name, _goal(next(iter(row.values())))]
        for column in columns:
            cells.append(_cell(row.get(column)))
            cells += [row[column].detail if column in row else ""] if has_detail else []
        lines.append([*cells, _verdict(row)])
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines) + "\n"


def _goal(result):
    if result.goal is None:
        return "–"
    return f"{'≥' if result.more_is_better else '≤'} {number(result.goal, result.unit)}"


def _cell(result):
    if result is None:
        return "–"
    low_high = f" ({' to '.join(number(one, '') for one in result.spread)})" if result.spread else ""
    return f"{shown(result)}{low_high}"


def _verdict(row):
    asked = {column: result for column, result in row.items() if result.goal is not None}
    missing = [column for column, result in asked.items() if result.is_missed]
    if not asked:
        return "no goal"
    if not missing:
        return "met"
    return "**missed**" if len(missing) == len(asked) else f"**missed on {', '.join(missing)}**"


def _notes(rows):
    notes = {}
    for name, row in rows.items():
        for result in row.values():
            if result.note:
                notes.setdefault(result.note, []).append(f"{name} on {result.column}" if result.column else name)
    return "\n".join(f"{', '.join(names)}: {note}\n" for note, names in notes.items())


def _foot(run):
    return "\n".join([
        "## How it was measured", "",
        *(f"- {sentence}" for sentence in run.manner), "",
        "| machine | |", "|---|---|", *(f"| {name} | {called} |" for name, called in run.machine.items()), "",
    ])  # fmt: skip
