"""The campaign's table: what was done, what was promised, what was kept."""
import collections
import re

BEGIN, END = "<!-- table: tools/campaign_crash writes it -->", "<!-- end of table -->"
SUMS = ("receipts_given", "receipts_honoured", "pieces_acked", "pieces_held", "verdicts_given",
        "verdicts_honoured", "heads_given", "heads_honoured", "leaves_copied", "leaves_kept",
        "damages_due", "damages_known", "seen_without_receipt", "shredded")


def normalised(words):
    """A refusal without what differs from run to run: paths and numbers."""
    words = re.sub(r"(?<=\s)/[^\s:;]+", "PATH", words)
    return re.sub(r"\d+", "N", words)


class Row:
    """One kind of fault."""

    def __init__(self, kind, what):
        self.kind, self.what = kind, what
        self.points = self.missed = self.breaches = 0
        self.sums = dict.fromkeys(SUMS, 0)
        self.refused = collections.Counter()
        self.aborted = collections.Counter()

    def add(self, outcome):
        if not outcome.reached:
            # The script ended before the fault came; checked all the same, and not counted.
            self.missed += 1
        else:
            self.points += 1
            for name in SUMS:
                self.sums[name] += outcome.tally.get(name, 0)
        self.aborted.update(normalised(words) for words in outcome.aborted)
        self.breaches += bool(outcome.breach)
        self.refused.update(normalised(words) for words in outcome.refused)

    def figures(self):
        return {"kind": self.kind, "points": self.points, "missed": self.missed,
                "aborted": dict(self.aborted), "breaches": self.breaches, **self.sums,
                "refused": dict(self.refused)}


def _line(name, row):
    sums = row.sums
    return (f"| {name} | {row.points} | {sums['receipts_given']} / {sums['receipts_honoured']} | "
            f"{sums['pieces_acked']} / {sums['pieces_held']} | "
            f"{sums['verdicts_given']} / {sums['verdicts_honoured']} | "
            f"{sums['heads_given']} / {sums['heads_honoured']} | "
            f"{sums['leaves_copied']} / {sums['leaves_kept']} | "
            f"{sums['damages_due']} / {sums['damages_known']} | "
            f"{sums['seen_without_receipt']} | {sums['shredded']} | "
            f"{sum(row.refused.values())} | {sum(row.aborted.values())} | {row.breaches} |")


def render(rows):
    total = Row("all", "all")
    for row in rows:
        for name in ("points", "missed", "breaches"):
            setattr(total, name, getattr(total, name) + getattr(row, name))
        for name in SUMS:
            total.sums[name] += row.sums[name]
        total.refused.update(row.refused)
        total.aborted.update(row.aborted)
    lines = ["| fault | points | receipts | pieces | verdicts | tree heads | copied | damages "
             "| no receipt | shredded "
             "| refused | aborted | breaches |", "|---|" + "---:|" * 12]
    lines += [_line(f"`{row.kind}`: {row.what}", row) for row in rows]
    lines.append(_line("all", total))
    if total.missed:
        lines += ["", f"Not counted: {total.missed} points that a script ended before."]
    for title, counter in (
            ("Openings that were refused while the fault lasted, in the vault's words:",
             total.refused),
            ("Processes that the database library ended by an assertion of its own:",
             total.aborted)):
        if counter:
            lines += ["", title, "", "| times | words |", "|---:|---|"]
            lines += [f"| {times} | {words} |" for words, times in counter.most_common()]
    return "\n".join(lines)


def put_into(path, text):
    page = path.read_text(encoding="utf-8")
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    path.write_text(f"{page[:begin]}\n\n{text}\n\n{page[end:]}", encoding="utf-8")
