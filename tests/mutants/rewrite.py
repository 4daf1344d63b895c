"""Makes the copy of the tree that holds all mutants."""

import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
INCLUDE = '#include "veilwire/mutants.h"\n'


def opening(number, site):
    if site.kind == "condition":
        return f"mutants::{site.function}({number}, bool("
    return f"mutants::{site.function}({number}, ("


def closing(site):
    if site.replacement:
        return f"), {site.replacement})"
    return "))"


def rewritten(source, numbered, tables=()):
    """`source` (bytes) with the calls of mutants.h around what the sites name: [(number, site)]."""
    # At one place: first what ends there, the innermost first; then what begins, the outermost first.
    # A condition stands around what else is changed of the same text.
    edits = []  # (offset, order, bytes that go, text)
    for number, site in numbered:
        outer = site.kind == "condition"
        length = site.end - site.start
        edits.append((site.end, (0, length, outer), 0, closing(site)))
        edits.append((site.start, (1, -length, not outer), 0, opening(number, site)))
        if site.middle_end:
            edits.append((site.middle_start, (0, 0, False), site.middle_end - site.middle_start, "), ("))
    for table in tables:
        edits.append((table.constexpr_start, (0, 0, False), len("constexpr"), "const"))
        edits.append((table.start, (1, 0, False), 0, "mutants::late("))
        edits.append((table.end - len("()"), (0, 0, False), len("()"), ")"))
    result, place = [], 0
    for offset, _, gone, text in sorted(edits):
        result += [source[place:offset], text.encode()]
        place = offset + gone
    return INCLUDE.encode() + b"".join(result) + source[place:]


def write_if_changed(path, content):
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def tracked_files(root):
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (root / name).is_file()]


def make_tree(root, tree, folder, found):
    """Only what differs is written, so that only that is compiled again."""
    by_file = {}
    for number, site in enumerate(found.sites, 1):
        by_file.setdefault(site.file, []).append((number, site))
    names = set(tracked_files(root))
    for name in names:
        content = (root / name).read_bytes()
        if name in by_file:
            tables = [table for table in found.tables if table.file == name]
            content = rewritten(content, by_file[name], tables)
        write_if_changed(tree / name, content)
        shutil.copymode(root / name, tree / name)
    added = {"src/veilwire/mutants.h": "mutants.h", f"{folder}/mutants_recorder_test.cpp": "recorder.cpp"}
    for name, source in added.items():
        with open(os.path.join(HERE, source), "rb") as file:
            write_if_changed(tree / name, file.read())
    for path in [*(tree / "src").rglob("*.cpp"), *(tree / "src").rglob("*.h")]:
        if str(path.relative_to(tree)) not in names | set(added):
            path.unlink()  # it is no longer in the original
    if (root / ".deps").exists() and not (tree / ".deps").exists():
        (tree / ".deps").symlink_to((root / ".deps").resolve())


def build(tree, build_folder, data, target, jobs):
    """The path of the test program."""
    environment = dict(os.environ, CCACHE_BASEDIR=str(tree), CCACHE_NOHASHDIR="1")
    # No warnings: the calls turn constants into variables, which narrow.
    subprocess.run(
        ["cmake", "-G", "Ninja", "-S", tree, "-B", build_folder, "--log-level=WARNING",
         "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -w", "-DVEILWIRE_TESTS=ON",
         "-DVEILWIRE_APP=OFF", "-DVEILWIRE_SHARED=OFF", f"-DVEILWIRE_TEST_DATA={data}"],
        check=True, env=environment, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", build_folder, "-j", str(jobs), "--target", target],
                   check=True, env=environment)
    return next(path for path in build_folder.rglob(target) if path.is_file() and os.access(path, os.X_OK))
