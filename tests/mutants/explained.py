"""Survivors that docs/consensus.md explains: rows of the tables under its heading "Mutants"."""

import re

# | file | the line of code | what is changed, as scripts/mutate prints it | why no test can tell |
ROW = re.compile(r"^\| `([\w./]+)` \| `(.+?)` \| (.+?) \| .+ \|$")
CHANGE = re.compile(r"`([^`]+)`")
PIPE = "\0"


def read(path):
    """{(end of the file's path, line of code, change)}."""
    _, _, section = path.read_text(encoding="utf-8").partition("\n## Mutants\n")
    section = section.split("\n## ")[0]
    found = set()
    for line in section.replace("\\|", PIPE).splitlines():
        row = ROW.match(line)
        if row:
            file, code, changes = (part.replace(PIPE, "|") for part in row.groups())
            found.update((file, code, change) for change in CHANGE.findall(changes))
    return found


def has(explanations, file, code, change):
    return any(file.endswith("/" + name) and (code, change) == (line, text)
               for name, line, text in explanations)
