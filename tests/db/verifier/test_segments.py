"""Segments as the console exports them: whole by themselves, and every change in them is named."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.export import export_journal
from db.record import FIRST_HASH, JournalRow, Place, chain_hash
from db.verifier import __main__ as command
from db.writer import JournalWriter
from tests.db.rows import row
from tests.db.verifier.stores import damaged, make, named, notes, tamper, untouched, verify_path

Lines = list[dict[str, Any]]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    make(tmp_path / "store", 30, ("ops", "qos"))
    return tmp_path / "store"


@pytest.fixture
def exported(store: Path, tmp_path: Path) -> Path:
    return export_journal(store, tmp_path / "out")


def rows_of(segment: Path, stream: str = "ops") -> Path:
    (path,) = segment.glob(f"*.{stream}.*.gz")
    return path


def change(segment: Path, edit: Callable[[Lines], object]) -> None:
    """Edit the rows of a segment, and put its file together again."""
    path = rows_of(segment)
    lines: Lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    edit(lines)
    told = [json.dumps(each, separators=(",", ":")).encode() + b"\n" for each in lines]
    path.write_bytes(gzip.compress(b"".join(told)))


def other_body(line: dict[str, Any]) -> None:
    line["body"] = base64.b64encode(b"{}").decode()


def test_an_export_is_whole_and_leaves_the_store_as_it_is(store: Path, tmp_path: Path):
    same = untouched(store)
    segment = export_journal(store, tmp_path / "out")
    assert same()
    reports = verify_path(segment)
    assert [(chain.stream, chain.rows) for each in reports for chain in each.chains] == [
        ("ops", 30), ("qos", 30)]  # fmt: skip
    assert named(segment) == []
    assert set(notes(reports)) == {"unsealed"}
    for path in (segment / "manifest.json", rows_of(segment), segment.parent):
        assert named(path) == []
    line = json.loads(gzip.decompress(rows_of(segment).read_bytes()).splitlines()[4])
    assert (line["seq"], line["kind"]) == (5, "NoteWritten")
    assert base64.b64decode(line["body"]) == row(4).body


def test_the_same_rows_give_the_same_bytes(store: Path, tmp_path: Path):
    one, two = (export_journal(store, tmp_path / name) for name in "ab")
    assert one.name == two.name
    assert {p.name: p.read_bytes() for p in one.iterdir()} == {
        p.name: p.read_bytes() for p in two.iterdir()
    }
    with pytest.raises(FileExistsError):
        export_journal(store, tmp_path / "a")


def test_a_store_that_is_written_to_meanwhile_is_exported_up_to_a_row(tmp_path: Path):
    with JournalWriter.open(tmp_path / "s") as writer:
        writer.append_many([row(n) for n in range(700)]).result()
        segment = export_journal(tmp_path / "s", tmp_path / "out")
    assert segment.name.endswith(".1.700")
    assert named(segment) == []


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (lambda lines: other_body(lines[11]), [("altered", 12)]),
        (lambda lines: lines[11].update(actor="nobody"), [("altered", 12)]),
        (lambda lines: lines.pop(11), [("missing", 12)]),
        (lambda lines: lines.insert(12, lines[11]), [("extra", 12)]),
        (lambda lines: lines.pop(), [("cut", 30)]),
        (lambda lines: lines.clear(), [("cut", 1)]),
        (lambda lines: lines.append({**lines[-1], "seq": 31}), [("beyond", 31)]),
        (lambda lines: lines[11].update(console_id="x"), [("foreign", 12)]),
        (lambda lines: lines[11].update(seq="12"), [("extra", 12)]),
        (lambda lines: lines[11].pop("kind"), [("unreadable", 12)]),
        (lambda lines: lines[11].update(note="not in the hash"), [("unlike", 1)]),
    ],
)
def test_every_change_is_named(exported: Path, edit: Callable[[Lines], object], found: Any):
    change(exported, edit)
    assert named(exported) == found


def test_what_was_only_compressed_anew_is_whole(exported: Path):
    path = rows_of(exported)
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), 1))
    assert named(exported) == []
    assert "repacked" in notes(verify_path(exported))


def test_a_file_cut_short_or_gone_is_named(exported: Path):
    path = rows_of(exported)
    path.write_bytes(path.read_bytes()[:-200])
    (found,) = named(exported)
    assert found[0] == "unreadable"
    path.unlink()
    assert named(exported) == [("gone", 1)]


def test_rows_computed_anew_do_not_fit_the_manifest(exported: Path):
    """Every hash made again after a change: the manifest's last hash names the row."""
    before = rows_of(exported).read_bytes()

    def replaced(lines: Lines) -> None:
        prev = FIRST_HASH
        for line in lines:
            if line["seq"] == 12:
                other_body(line)
            made = JournalRow(
                line["kind"], base64.b64decode(line["body"]), line["actor"], line["utc_us"],
                line["mono_us"], line["cause"], line["schema_v"],
            )  # fmt: skip
            place = Place(line["console_id"], line["stream"], line["epoch"])
            prev = chain_hash(place, line["seq"], line["boot_id"], made, prev)
            line["hash"] = prev.hex()

    change(exported, replaced)
    assert named(exported) == [("other", 30)]
    rows_of(exported).write_bytes(before)
    assert named(exported) == []


def test_an_altered_row_is_exported_as_it_is(store: Path, tmp_path: Path):
    tamper(store / "journal.sqlite3", "UPDATE journal SET actor = 'nobody' WHERE seq = 7")
    assert named(export_journal(store, tmp_path / "out")) == [("altered", 7)] * 2


def test_a_journal_set_aside_is_exported_too_and_the_next_epoch_speaks_of_it(tmp_path: Path):
    make(tmp_path / "s", 8)
    tamper(tmp_path / "s" / "journal.sqlite3", "UPDATE journal SET actor = 'x' WHERE seq = 8")
    evidence = damaged(tmp_path / "s")
    old = export_journal(tmp_path / "s", tmp_path / "out", evidence)
    new = export_journal(tmp_path / "s", tmp_path / "out")
    assert named(new) == []
    assert named(tmp_path / "out") == [("altered", 8)]
    assert (old.name.split(".")[1], new.name.split(".")[1]) == ("1", "2")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "hnth-segment-9"}', "[" * 9000])
def test_what_is_no_manifest_is_2(exported: Path, text: str, capsys: pytest.CaptureFixture[str]):
    (exported / "manifest.json").write_text(text)
    assert command.main([str(exported), "--lang", "en"]) == 2
    assert "CAN'T BE READ" in capsys.readouterr().out


def test_a_manifest_never_leads_out_of_its_folder(exported: Path):
    path = exported / "manifest.json"
    told = json.loads(path.read_text())
    told["chains"][0]["file"] = "../" + told["chains"][0]["file"]
    path.write_text(json.dumps(told))
    assert verify_path(exported)[0].unreadable
