"""Survivors that docs/consensus.md explains: rows of the tables under its heading "Mutants"."""

import re

# | file | what is changed, as scripts/mutate prints it, in backticks | why no test can tell |
ROW = re.compile(r"^\| `([\w./]+)` \| (.*) \| [^|]*\|$")
CHANGE = re.compile(r"`` ?(.+?) ?``|`([^`]+)`")


def read(path):
    """[(end of the file's path, change)]."""
    _, _, section = path.read_text(encoding="utf-8").partition("\n## Mutants\n")
    section = section.split("\n## ")[0]
    found = set()
    for line in section.splitlines():
        row = ROW.match(line)
        if row:
            for long, short in CHANGE.findall(row.group(2).replace("\\|", "|")):
                found.add((row.group(1), long or short))
    return found


def has(explanations, file, change):
    return any(file.endswith("/" + name) and change == text for name, text in explanations)
