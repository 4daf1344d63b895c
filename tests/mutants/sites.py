"""Finds in the sources, through libclang, what can be changed: a Site for each mutant.

Left alone: what the compiler evaluates (initialisers of constexpr variables, template arguments, case
labels, static_assert, consteval functions), and everything outside function bodies and the initialisers
of members.
"""

import concurrent.futures
import dataclasses
import itertools
import pathlib
import re
import sys

try:
    import clang.cindex as cindex
except ModuleNotFoundError:  # Debian puts it where only its own Python looks
    sys.path.append("/usr/lib/python3/dist-packages")
    try:
        import clang.cindex as cindex
    except ModuleNotFoundError:
        sys.exit("mutate: needs libclang's Python module: apt-get install python3-clang-19")

Kind = cindex.CursorKind

COMPARISONS = {"<": ("less", "<="), "<=": ("less_or_equal", "<"),
               ">": ("greater", ">="), ">=": ("greater_or_equal", ">")}
ARITHMETIC = {"+": ("plus", "-"), "-": ("minus", "+")}
EQUALITIES = {"==", "!="}

FUNCTIONS = {Kind.FUNCTION_DECL, Kind.CXX_METHOD, Kind.CONSTRUCTOR, Kind.DESTRUCTOR,
             Kind.CONVERSION_FUNCTION, Kind.FUNCTION_TEMPLATE}
TYPE_KINDS = {Kind.TYPE_REF, Kind.TEMPLATE_REF, Kind.NAMESPACE_REF}
INTEGERS = {cindex.TypeKind.UCHAR, cindex.TypeKind.USHORT, cindex.TypeKind.UINT, cindex.TypeKind.ULONG,
            cindex.TypeKind.ULONGLONG, cindex.TypeKind.SCHAR, cindex.TypeKind.CHAR_S,
            cindex.TypeKind.SHORT, cindex.TypeKind.INT, cindex.TypeKind.LONG, cindex.TypeKind.LONGLONG}
# Classes whose constants can be counted up by one of themselves.
COUNTABLE = re.compile(r"(std::chrono::(seconds|duration<.*>)|.*Quantity<.*>)$")
CONSTANT_NAME = re.compile(r"k[A-Z0-9]")


@dataclasses.dataclass(frozen=True, order=True)
class Site:
    """`start` to `end` are bytes of `file`; of an operator, so are `middle_start` to `middle_end`."""
    file: str
    start: int
    end: int
    kind: str  # condition, check, boundary, arithmetic or constant
    function: str  # of mutants.h
    change: str  # for people: "a < b -> a <= b"
    middle_start: int = 0
    middle_end: int = 0
    replacement: str = ""  # of an enumerator


@dataclasses.dataclass(frozen=True, order=True)
class Table:
    """`start` to `end` is the call that fills it; `constexpr_start` is where that word stands."""
    file: str
    constexpr_start: int
    start: int
    end: int


class Finder:
    """Collects the sites of one translation unit that lie in `files`, sources by their names."""

    def __init__(self, files):
        self.files = files
        self.seen = set()
        self.sites = set()
        self.tables = set()

    # -- What stands where --------------------------------------------------------------------------

    def text(self, start, end):
        return self.source[start:end].decode()

    def text_of(self, node):
        return self.text(node.extent.start.offset, node.extent.end.offset)

    def add(self, start, end, kind, function, change, **more):
        if (start, end) != (0, 0) and start < end:
            change = " ".join(change.split())
            self.sites.add(Site(self.file, start, end, kind, function, change, **more))

    # -- The walk -----------------------------------------------------------------------------------

    def translation_unit(self, root):
        for node in root.get_children():
            self.declaration(node)

    def declaration(self, node):
        if node.location.file is None or node.location.file.name not in self.files:
            return
        self.file = node.location.file.name
        self.source = self.files[self.file]
        self.seen.add(self.file)
        if node.kind in (Kind.NAMESPACE, Kind.STRUCT_DECL, Kind.CLASS_DECL, Kind.CLASS_TEMPLATE,
                         Kind.FRIEND_DECL):
            for child in node.get_children():
                self.declaration(child)
        elif node.kind in FUNCTIONS:
            self.function(node)
        elif node.kind == Kind.FIELD_DECL:
            self.initialiser(node)
        elif node.kind == Kind.VAR_DECL:
            self.table(node)

    def table(self, node):
        """What a function of the source fills at compile time is filled at run time instead."""
        head = re.search(r"\bconstexpr\b", self.text(node.extent.start.offset, node.location.offset))
        for child in node.get_children():
            text = self.text_of(child)
            if head and re.fullmatch(r"[a-z_]+\(\)", text):
                start, end = child.extent.start.offset, child.extent.end.offset
                self.tables.add(Table(self.file, node.extent.start.offset + head.start(), start, end))

    def function(self, node):
        body = [child for child in node.get_children() if child.kind == Kind.COMPOUND_STMT]
        if not body or body[0].extent.end.offset - body[0].extent.start.offset < 2:
            return  # declared elsewhere, or defaulted
        head = self.text(node.extent.start.offset, body[0].extent.start.offset)
        if re.search(r"\bconsteval\b", head):
            return
        for child in node.get_children():
            if child.kind.is_expression():  # of a constructor's members
                self.expression(child)
        self.expression(body[0])

    def initialiser(self, node):
        """Of a variable or a member: what comes after its name."""
        for child in node.get_children():
            if child.extent.start.offset > node.location.offset and child.kind not in TYPE_KINDS:
                if node.type.get_canonical().kind == cindex.TypeKind.BOOL:
                    self.condition(child)
                self.expression(child)

    def expression(self, node):
        """A statement or an expression, and all that is in it."""
        if node.kind in (Kind.STATIC_ASSERT, Kind.ENUM_DECL, Kind.CXX_UNARY_EXPR, *TYPE_KINDS):
            return
        if node.kind in (Kind.STRUCT_DECL, Kind.CLASS_DECL):
            self.declaration(node)
            return
        if node.kind == Kind.VAR_DECL:
            if not re.search(r"\bconstexpr\b", self.text(node.extent.start.offset,
                                                         node.location.offset)):
                self.initialiser(node)
            return
        children = list(node.get_children())
        if node.kind == Kind.CASE_STMT:
            children = children[1:]
        elif node.kind == Kind.IF_STMT and self.text_of(node).startswith("if constexpr"):
            children = children[1:]
        elif node.kind == Kind.WHILE_STMT and self.text_of(node).startswith("while (true)"):
            children = children[1:]  # what is left by other ways
        elif node.kind in (Kind.MEMBER_REF_EXPR, Kind.DECL_REF_EXPR):
            # Integers among them are template arguments.
            children = [child for child in children if child.kind != Kind.INTEGER_LITERAL
                        and self.unwrapped(child).kind != Kind.INTEGER_LITERAL]
        self.own_sites(node, children)
        for child in children:
            if child.kind == Kind.PARM_DECL:
                continue
            self.expression(child)

    def own_sites(self, node, children):
        if node.kind in (Kind.IF_STMT, Kind.WHILE_STMT):
            self.branch(children)
        elif node.kind == Kind.DO_STMT:
            self.condition(children[-1])
        elif node.kind == Kind.FOR_STMT:
            self.for_loop(node, children)
        elif node.kind == Kind.CONDITIONAL_OPERATOR:
            self.condition(children[0])
        elif node.kind == Kind.RETURN_STMT and children and self.is_bool(children[0]):
            self.condition(children[0])
        elif node.kind == Kind.BINARY_OPERATOR and node.spelling in ("&&", "||"):
            self.condition(node)
        elif node.kind == Kind.UNARY_OPERATOR and self.text_of(node).startswith("!"):
            self.condition(node)
        elif node.kind == Kind.BINARY_OPERATOR and node.spelling == "=" and self.is_bool(children[0]):
            self.condition(children[1])
        self.operator(node)
        self.constant(node)

    def branch(self, children):
        """Of an if or a while."""
        for child in children[:-1]:  # the last is what is done
            if child.kind == Kind.VAR_DECL:
                self.skipped_check(child)
                return
            if child.kind.is_expression():
                self.condition(child)
                return

    def for_loop(self, node, children):
        tokens = list(node.get_tokens())
        depth, ends = 0, []
        for token in tokens[1:]:
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(token.spelling, 0)
            if depth == 0:
                break
            if token.spelling == ";" and depth == 1:
                ends.append(token.extent.start.offset)
        for child in children[:-1]:
            if len(ends) == 2 and ends[0] < child.extent.start.offset < ends[1]:
                self.condition(child)

    # -- What is changed ----------------------------------------------------------------------------

    def unwrapped(self, node):
        """Without parentheses and what the compiler converts on its own."""
        while node.kind in (Kind.UNEXPOSED_EXPR, Kind.PAREN_EXPR):
            children = list(node.get_children())
            if len(children) != 1:
                break
            node = children[0]
        return node

    def is_bool(self, node):
        return (node.type.get_canonical().kind == cindex.TypeKind.BOOL
                or self.unwrapped(node).type.get_canonical().kind == cindex.TypeKind.BOOL)

    def condition(self, node):
        """Each part that && and || join, without !."""
        inner = self.unwrapped(node)
        if inner.kind == Kind.BINARY_OPERATOR and inner.spelling in ("&&", "||"):
            for child in inner.get_children():
                self.condition(child)
        elif inner.kind == Kind.UNARY_OPERATOR and self.text_of(inner).startswith("!"):
            for child in inner.get_children():
                self.condition(child)
        else:
            start, end = node.extent.start.offset, node.extent.end.offset
            text = self.text(start, end)
            self.add(start, end, "condition", "flip", f"{text} -> !({text})")

    def skipped_check(self, variable):
        for child in variable.get_children():
            start, end = child.extent.start.offset, child.extent.end.offset
            if start > variable.location.offset and child.kind not in TYPE_KINDS:
                self.add(start, end, "check", "nothing", f"{self.text(start, end)} -> nothing")

    def operator(self, node):
        """Comparisons of every kind of operand, also by <=>; sums and differences of integers."""
        found = self.operands(node)
        if found is None:
            return
        left, right = found
        start, end = left.extent.start.offset, right.extent.end.offset
        between = self.text(left.extent.end.offset, right.extent.start.offset)
        match = re.fullmatch(r"\s*(<=|>=|<|>|==|!=|\+|-)\s*", between)
        if match is None:
            return
        written = match.group(1)
        middle = left.extent.end.offset + match.start(1)
        change = self.text(start, middle), self.text(middle + len(written), end)
        if written in EQUALITIES or written in COMPARISONS:
            text = self.text(start, end)
            self.add(start, end, "condition", "flip", f"{text} -> !({text})")
        if written in COMPARISONS or (written in ARITHMETIC and self.adds_integers(node, found)):
            kind = "boundary" if written in COMPARISONS else "arithmetic"
            function, changed = {**COMPARISONS, **ARITHMETIC}[written]
            self.add(start, end, kind, function,
                     f"{change[0]}{written}{change[1]} -> {change[0]}{changed}{change[1]}",
                     middle_start=middle, middle_end=middle + len(written))

    def operands(self, node):
        children = list(node.get_children())
        if node.kind == Kind.BINARY_OPERATOR and len(children) == 2:
            return children
        if node.kind == Kind.CALL_EXPR and re.fullmatch(r"operator(<=>|[<>]=?|[=!]=)", node.spelling):
            if len(children) == 3:
                return children[0], children[2]
        return None

    def adds_integers(self, node, operands):
        return (node.kind == Kind.BINARY_OPERATOR
                and all(one.type.get_canonical().kind in INTEGERS for one in operands))

    def constant(self, node):
        start, end = node.extent.start.offset, node.extent.end.offset
        text = self.text(start, end)
        if node.kind in (Kind.INTEGER_LITERAL, Kind.CHARACTER_LITERAL):
            if re.match(r"[0-9']", text) and not self.is_template_argument(start, end):
                self.add(start, end, "constant", "next", f"{text} -> {text} + 1")
        elif node.kind == Kind.CXX_BOOL_LITERAL_EXPR:
            self.add(start, end, "condition", "flip", f"{text} -> !({text})")
        elif node.kind == Kind.DECL_REF_EXPR and node.referenced is not None:
            if self.is_template_argument(start, end):
                return
            if node.referenced.kind == Kind.ENUM_CONSTANT_DECL:
                self.enumerator(node, start, end, text)
            elif (node.referenced.kind == Kind.VAR_DECL and CONSTANT_NAME.match(node.spelling)
                  and self.is_countable(node.type.get_canonical())):
                self.add(start, end, "constant", "next", f"{text} -> {text} + 1")

    def is_countable(self, kind):
        return kind.kind in INTEGERS or COUNTABLE.match(kind.spelling.removeprefix("const "))

    def is_template_argument(self, start, end):
        before, after = self.source[start - 1:start], self.source[end:end + 1]
        return before == b"<" or after == b">" or before == b"["and self.source[end:end + 2] == b"];"

    def enumerator(self, node, start, end, text):
        if not text.endswith(node.spelling):
            return
        parent = node.referenced.semantic_parent
        all_of_it = [one for one in parent.get_children() if one.kind == Kind.ENUM_CONSTANT_DECL]
        names = [one.spelling for one in all_of_it]
        if len(names) < 2:
            return
        other = names[(names.index(node.spelling) + 1) % len(names)]
        changed = text[:len(text) - len(node.spelling)] + other
        self.add(start, end, "constant", "other", f"{text} -> {changed}", replacement=changed)


def is_mutated(path):
    return (path.suffix in (".cpp", ".h") and not path.stem.endswith("_test")
            and "testing" not in path.parts)


def find_in(path, root, sources):
    finder = Finder({str(source): source.read_bytes() for source in sources})
    unit = cindex.Index.create().parse(str(path), args=["-xc++", "-std=c++23", "-w",
                                                        f"-I{root / 'src'}"])
    errors = [one for one in unit.diagnostics if one.severity >= cindex.Diagnostic.Error]
    if errors:
        raise SystemExit(f"mutate: libclang cannot read {path}: {errors[0]}")
    finder.translation_unit(unit.cursor)
    return finder.sites, finder.tables, finder.seen


@dataclasses.dataclass
class Found:
    """In the order of the sources; a mutant's number is its place in `sites`, from 1."""
    sites: list
    tables: list


def find_sites(root, folder, jobs=1):
    """In all sources of root/folder, without tests and their helpers."""
    sources = sorted(path for path in (root / folder).rglob("*") if is_mutated(path))
    found, tables, seen = set(), set(), set()
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        for suffix in (".cpp", ".h"):  # most headers are seen in what includes them
            paths = [path for path in sources if path.suffix == suffix and str(path) not in seen]
            for some, their_tables, files in pool.map(find_in, paths, itertools.repeat(root),
                                                      itertools.repeat(sources)):
                found |= some
                tables |= their_tables
                seen |= files

    def listed(places):
        return sorted(dataclasses.replace(one, file=str(pathlib.Path(one.file).relative_to(root)))
                      for one in places)

    return Found(listed(found), listed(tables))
