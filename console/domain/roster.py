"""A roster: the sites of a province as a table that somebody keeps in a spreadsheet (R1, R23)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from console.domain.endpoint import Contact, Endpoint, LineKind
from console.domain.finding import Finding, Severity
from console.domain.roster_columns import COLUMNS, LEVELS, LINES
from console.domain.site_tree import Placed, in_tree_order
from console.domain.table import Table, csv_table
from console.domain.text import clean_name, search_key, short_name

MANY = 2000
"""Above this many sites the console still works, but was not measured."""
LARGEST_BYTES = 8_000_000
LONG_NAME = 100
"""Letters of a name; no picture of a site has room for more."""
_HEADING_WITHIN = 30

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE][+-]?\d+")
_WHOLE_AS_DECIMAL = re.compile(r"(\d+)[.,]0+")
_MARKUP = re.compile(r"</?[A-Za-z!][^<>]*>|&(#\d+|[a-z]+);")
_DAMAGED = re.compile("\ufffd|\\w\\?\\w|\\?\\?")
_PHONE = re.compile(r"\+?[\d .()-]{6,20}")
_KNOWN = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}


@dataclass(frozen=True, slots=True)
class RosterReading:
    """What a roster file says: the sites in the order of the tree, and what is odd about it.

    `rows` counts the lines that held something; a site left out has a Finding of severity
    ERROR. `encoding` and `separator`, or the `sheet`, tell how the file was read. No endpoints:
    unusable. `name`, `record` and `version` are those of the list that the program wrote down in
    this file, "" and 0 for any other.
    """

    endpoints: tuple[Endpoint, ...]
    findings: tuple[Finding, ...] = ()
    rows: int = 0
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    name: str = ""
    record: str = ""
    version: int = 0


def read_roster(body: bytes, domain: str = "") -> RosterReading:
    """The sites that the bytes of a CSV file tell of, its cells parted by comma, semicolon or
    tab; see `roster_of`."""
    if len(body) > LARGEST_BYTES:
        too_large = Finding.of(
            0, Severity.ERROR, "file.too_large", megabytes=len(body) // 1_000_000
        )
        return RosterReading((), (too_large,))
    return roster_of(csv_table(body), domain)


def roster_of(table: Table, domain: str = "") -> RosterReading:
    """The sites that a table tells of, under the first row that heads a code and a name.

    Columns code, parent_code, level, name; optional: address, carrier, line, leader and
    technician with title and phone, zalo, group, and what `roster_text` adds; English or
    Vietnamese headings. With a
    `domain`, a site without an address is `sip:<code>@<domain>`.
    """
    if not table.rows and any(f.severity is Severity.ERROR for f in table.findings):
        return RosterReading((), table.findings, encoding=table.encoding)
    return _Reader(table, domain.strip().lower()).reading()


def heads_roster(table: Table) -> bool:
    """Whether some row of the table heads a roster's columns."""
    return _heading(table) is not None


def best_table(tables: Sequence[Table]) -> int:
    """The place of the table that most likely is the roster: headed as one, else the longest."""
    return max(
        range(len(tables)),
        key=lambda at: (heads_roster(tables[at]), len(tables[at].rows), -at),
        default=0,
    )


def _heading(table: Table) -> int | None:
    """The place of the first row that heads a code and a name."""
    for at, row in enumerate(table.rows[:_HEADING_WITHIN]):
        if {"code", "name"} <= {_column(cell) for cell in row.cells}:
            return at
    return None


def _column(title: str) -> str:
    """What a column so headed holds, "" where we don't know."""
    name = title.strip().lower().replace(" ", "_")
    return name if name in COLUMNS else _KNOWN.get(search_key(title), "")


class _Reader:
    """One pass over one roster."""

    def __init__(self, table: Table, domain: str) -> None:
        self._table = table
        self._domain = domain
        self._found: list[Finding] = list(table.findings)

    def _find(self, line: int, severity: Severity, code: str, /, **params: str | int) -> None:
        self._found.append(Finding.of(line, severity, code, **params))

    def reading(self) -> RosterReading:
        """Everything at once."""
        rows = self._rows()
        placed = self._places(rows)
        self._check_zeros(placed)
        ordered, tree_findings = in_tree_order(placed)
        self._found += tree_findings
        if len(ordered) > MANY:
            self._find(0, Severity.WARNING, "roster.large", sites=len(ordered), measured=MANY)
        if not ordered and not any(f.severity is Severity.ERROR for f in self._found):
            self._find(0, Severity.ERROR, "roster.empty")
        self._found.sort(key=lambda f: (f.severity, f.line, f.code))
        table = self._table
        name, record, version = self._source(rows)
        return RosterReading(
            ordered,
            tuple(self._found),
            len(rows),
            table.encoding,
            table.separator,
            table.name,
            name,
            record,
            version,
        )

    def _source(self, rows: Sequence[tuple[int, dict[str, str]]]) -> tuple[str, str, int]:
        """What list the program wrote down here, and its record and version at the office."""
        row = next((row for _, row in rows if row.get("list_name")), dict[str, str]())
        version = row.get("list_version", "")
        known = int(version) if re.fullmatch(r"[0-9]{1,9}", version) else 0
        return clean_name(row.get("list_name", "")), clean_name(row.get("list_record", "")), known

    # -- the table -----------------------------------------------------------------------------

    def _rows(self) -> list[tuple[int, dict[str, str]]]:
        """Each filled row as (line number, value by column)."""
        at = _heading(self._table) or 0
        if not self._table.rows:
            return []
        heading = self._table.rows[at]
        columns = self._columns(heading.cells, heading.line)
        if columns is None:
            return []
        rows: list[tuple[int, dict[str, str]]] = []
        for row in self._table.rows[at + 1 :]:
            cells = row.cells
            if cells == heading.cells:
                continue
            if any(c.strip() for c in cells[len(columns) :]):
                self._find(row.line, Severity.WARNING, "row.extra_cells", columns=len(columns))
            named = zip(columns, cells, strict=False)
            rows.append((row.line, {c: v.strip() for c, v in named if c}))
        return rows

    def _columns(self, heading: Sequence[str], line: int) -> list[str] | None:
        columns: list[str] = []
        for cell in heading:
            title, name = cell.strip(), _column(cell)
            if title and not name:
                self._find(line, Severity.NOTE, "column.unknown", column=clean_name(title))
            if name and name in columns:
                self._find(line, Severity.WARNING, "column.twice", column=name)
                name = ""
            columns.append(name)
        for needed in ("code", "name"):
            if needed not in columns:
                self._find(line, Severity.ERROR, "column.missing", column=needed)
        if "code" not in columns or "name" not in columns:
            return None
        for useful in ("parent_code", "level"):
            if useful not in columns:
                self._find(line, Severity.WARNING, "column.advised", column=useful)
        return columns

    # -- the sites -----------------------------------------------------------------------------

    def _places(self, rows: Sequence[tuple[int, dict[str, str]]]) -> list[Placed]:
        placed: dict[str, Placed] = {}
        addresses: dict[str, int] = {}
        for line, row in rows:
            code = self._code(line, row.get("code", ""))
            if not code:
                continue
            if code in placed:
                first = placed[code]
                self._find(
                    line, Severity.ERROR, "code.twice",
                    code=code, first=first.line, name=clean_name(row.get("name", "")),
                )  # fmt: skip
                continue
            name = self._name(line, code, row.get("name", ""))
            if not name:
                continue
            address = self._address(line, code, row.get("address", ""), addresses)
            level = clean_name(row.get("level", "").lower())
            endpoint = Endpoint(
                code,
                name,
                short_name(name),
                parent=self._parent(line, row.get("parent_code", "")),
                level=LEVELS.get(search_key(level), level),
                address=address,
                room=clean_name(row.get("room_device", "")),
                camera=clean_name(row.get("camera_device", "")),
                line=self._line_kind(line, row.get("line", "")),
                carrier=clean_name(row.get("carrier", "")),
                contacts=self._contacts(line, row),
                group=clean_name(row.get("group", "")),
            )
            placed[code] = Placed(line, endpoint)
        return list(placed.values())

    def _code(self, line: int, text: str) -> str:
        code = clean_name(text)
        if not code:
            self._find(line, Severity.ERROR, "code.empty")
        elif _SCIENTIFIC.fullmatch(code):
            self._find(line, Severity.ERROR, "code.scientific", code=code)
            return ""
        elif (whole := _WHOLE_AS_DECIMAL.fullmatch(code)) and _CODE.fullmatch(whole[1]):
            self._find(line, Severity.NOTE, "code.decimal", code=code)
            return whole[1]
        elif not _CODE.fullmatch(code):
            self._find(line, Severity.ERROR, "code.invalid", code=code)
            return ""
        return code

    def _parent(self, line: int, text: str) -> str:
        """The parent's code; one that Excel has spoilt is kept, so that it is missed below."""
        parent = clean_name(text)
        if _SCIENTIFIC.fullmatch(parent):
            self._find(line, Severity.WARNING, "parent.scientific", code=parent)
        whole = _WHOLE_AS_DECIMAL.fullmatch(parent)
        return whole[1] if whole else parent

    def _name(self, line: int, code: str, text: str) -> str:
        name = clean_name(text)
        if not name:
            self._find(line, Severity.ERROR, "name.empty", code=code)
        elif _DAMAGED.search(name):
            self._find(line, Severity.WARNING, "name.damaged", code=code, name=name)
        elif _MARKUP.search(name):
            self._find(line, Severity.WARNING, "name.markup", code=code, name=name)
        if len(unicodedata.normalize("NFC", text).strip()) > 300:
            self._find(line, Severity.WARNING, "name.cut", code=code, characters=len(text))
        elif len(name) > LONG_NAME:
            self._find(line, Severity.WARNING, "name.long", code=code, characters=len(name))
        if _hidden(text):
            self._find(line, Severity.WARNING, "name.hidden", code=code, name=name)
        return name

    def _address(self, line: int, code: str, text: str, taken: dict[str, int]) -> str:
        address = clean_name(text)
        if not address:
            address = f"sip:{code.lower()}@{self._domain}" if self._domain else ""
        elif " " in address:
            self._find(line, Severity.ERROR, "address.invalid", code=code, address=address)
            return ""
        elif ":" not in address and "@" in address:
            address = f"sip:{address}"
        if address and (first := taken.setdefault(address.lower(), line)) != line:
            self._find(line, Severity.ERROR, "address.twice", address=address, first=first)
            return ""
        return address

    def _line_kind(self, line: int, text: str) -> LineKind:
        kind = LINES.get(search_key(text))
        if kind is None:
            self._find(line, Severity.WARNING, "line.unknown", line_kind=clean_name(text))
        return kind or LineKind.UNKNOWN

    def _contacts(self, line: int, row: Mapping[str, str]) -> tuple[Contact, ...]:
        contacts: list[Contact] = []
        for role in ("leader", "technician"):
            contact = Contact(
                role,
                clean_name(row.get(role, "")),
                clean_name(row.get(f"{role}_title", "")),
                self._phone(line, row.get(f"{role}_phone", "")),
                clean_name(row.get("zalo", "")) if role == "technician" else "",
            )
            if contact.name or contact.title or contact.phone or contact.zalo:
                contacts.append(contact)
        return tuple(contacts)

    def _phone(self, line: int, text: str) -> str:
        phone = clean_name(text)
        if _SCIENTIFIC.fullmatch(phone):
            self._find(line, Severity.ERROR, "phone.scientific", phone=phone)
            return ""
        if re.fullmatch(r"[35789]\d{8}|2\d{9}", phone):
            self._find(line, Severity.NOTE, "phone.zero", phone=phone)
            return f"0{phone}"
        if phone and not _PHONE.fullmatch(phone):
            self._find(line, Severity.WARNING, "phone.odd", phone=phone)
        return phone

    def _check_zeros(self, placed: list[Placed]) -> None:
        """Codes of one tier have one length; a shorter one has lost its leading zeros to Excel.

        A parent that only differs by such zeros is taken for the site that is meant.
        """
        lengths: dict[str, Counter[int]] = {}
        for place in placed:
            if place.endpoint.id.isdigit():
                lengths.setdefault(place.endpoint.level, Counter())[len(place.endpoint.id)] += 1
        for place in placed:
            site = place.endpoint
            if not site.id.isdigit() or not site.level:
                continue
            usual = max(lengths[site.level])
            if len(site.id) < usual and lengths[site.level][usual] > 1:
                likely = site.id.zfill(usual)
                self._find(place.line, Severity.WARNING, "code.zeros", code=site.id, likely=likely)
        codes = {p.endpoint.id for p in placed}
        bare = {c.lstrip("0"): c for c in codes if c.isdigit()}
        for at, place in enumerate(placed):
            parent = place.endpoint.parent
            meant = bare.get(parent.lstrip("0"))
            if parent and parent not in codes and parent.isdigit() and meant:
                self._find(place.line, Severity.NOTE, "parent.zeros", code=parent, meant=meant)
                placed[at] = replace(place, endpoint=replace(place.endpoint, parent=meant))


def _hidden(text: str) -> bool:
    return any(
        unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn", "Cs") and c not in "\t\r\n\ufeff"
        for c in text
    )
