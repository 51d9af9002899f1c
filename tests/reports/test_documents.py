"""The report's files, read back: names whole, headers repeated, nothing half-written."""

from __future__ import annotations

import errno
import json
import re
from dataclasses import replace
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest

from console.__main__ import main
from console.core.clock import Clock
from console.core.journal import Journal
from console.domain.problem import Problem, Refused
from console.qt.wording import entries, missing, say_reason, wording
from console.reporting import Said, figures_of, find_sessions, make
from console.reports.compose import document
from console.reports.document import TEXT_MM, Annex, Document, Table, printable
from console.reports.docx import docx_bytes
from console.reports.evaluation import evaluation
from console.reports.faces import drawable, width_mm
from console.reports.figures import Drilled, Evaluation, Provenance
from console.reports.files import write_whole
from console.reports.pdf import pdf_bytes
from console.reports.progress import Cancelled
from db.record import Sample
from db.writer import JournalWriter
from tests.db.rows import SMALL
from tests.domain.worlds import DRILLED, SCORES
from tests.reports.province import START_US, session

HOSTILE = "<b>Xã & **Ea** Tih</b> 会\u202e\x07 {n}"


@pytest.fixture(scope="module")
def figures() -> Evaluation:
    """The province's session with two hostile names; frozen, and so shared by all."""
    told = session()
    found = evaluation(told.events, told.minutes, provenance=Provenance(400, 1, 400, "ab" * 32))
    assert found is not None
    sites = list(found.sites)
    sites[3] = replace(sites[3], endpoint=replace(sites[3].endpoint, name=HOSTILE))
    sites[4] = replace(sites[4], endpoint=replace(sites[4].endpoint, name="Xã " + "dài" * 80))
    return replace(found, sites=tuple(sites))


def composed(figures: Evaluation, language: str = "vi") -> Document:
    wording.use(language)
    made = document(figures, Said(figures))
    wording.use("vi")
    assert not missing
    return made


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_word_file_holds_every_site_and_repeats_its_headers(figures: Evaluation) -> None:
    read: Any = docx.Document(BytesIO(docx_bytes(composed(figures))))
    tables = [t for t in read.tables if len(t.rows) > 150]
    assert [len(t.rows) for t in tables] == [201, 199]
    assert all("w:tblHeader" in t.rows[0]._tr.xml for t in tables)
    names = [row.cells[1].text for row in tables[0].rows]
    assert "Xã Ea Kmút (Ea Kar)" in names
    assert any(name.startswith("<b>Xã & **Ea** Tih</b> 会 {n}") for name in names)
    text = "\n".join(paragraph.text for paragraph in read.paragraphs)
    assert "Có 198/200 điểm cầu tham gia. Có 20 lần mất kết nối" in text
    assert "Tỉnh Đắk Lắk" in text
    assert len(read.sections) == 5
    assert read.styles["Normal"].font.name == "Times New Roman"


@pytest.mark.parametrize(
    ("language", "rows"),
    [
        ("vi", [["Rớt điểm cầu", "Xác nhận", "4,0", "20", "Đạt"],
                ["", "Lên bục", "-", "30", "Không đạt"]]),
        ("en", [["A site lost", "Noted", "4.0", "20", "Passed"],
                ["", "TAKE", "-", "30", "Not passed"]]),
    ],
)  # fmt: skip
def test_a_training_sessions_drills_stand_in_an_annex_of_their_own(
    figures: Evaluation, language: str, rows: list[list[str]]
) -> None:
    drilled = replace(figures, drills=(Drilled(START_US, DRILLED, START_US, SCORES),))
    read: Any = docx.Document(BytesIO(docx_bytes(composed(drilled, language))))
    assert len(read.sections) == 6
    table = read.tables[-1]
    assert [[cell.text for cell in row.cells][1:] for row in table.rows][1:] == rows
    whole = "".join(
        page.extract_text() for page in
        pypdf.PdfReader(BytesIO(pdf_bytes(composed(drilled, language)))).pages
    )  # fmt: skip
    assert squeezed(rows[0][0]) in squeezed(whole)
    named = {"vi": "; V. Diễn tập./.", "en": "; V. Drills./."}[language]
    assert any(paragraph.text.endswith(named) for paragraph in read.paragraphs)


@pytest.mark.parametrize(("language", "word"), [("vi", "Điểm cầu"), ("en", "Site")])
def test_the_pdf_reads_back_with_all_its_diacritics(
    figures: Evaluation, language: str, word: str
) -> None:
    reader = pypdf.PdfReader(BytesIO(pdf_bytes(composed(figures, language))))
    pages = [page.extract_text() for page in reader.pages]
    whole = squeezed("".join(pages))
    for name in ("Thành phố Buôn Ma Thuột", "Xã Cư Dliê M'nông", "Xã Ea Kmút", "Huyện M'Đrắk"):
        assert squeezed(name) in whole
    assert squeezed("<b>Xã & **Ea** Tih</b>") in whole
    assert len(pages) >= 12
    assert all(word in page for page in pages[4:9])
    assert pages[1].lstrip().startswith("2")
    fonts: Any = reader.pages[0]["/Resources"]
    assert all("LiberationSerif" in str(f["/BaseFont"]) for f in fonts["/Font"].values())


def test_one_row_taller_than_a_page_loses_nothing(figures: Evaluation) -> None:
    words = " ".join(f"chữ{n}" for n in range(2500))
    note = replace(figures.notes[0], text=words)
    reader = pypdf.PdfReader(BytesIO(pdf_bytes(composed(replace(figures, notes=(note,))))))
    whole = "".join(page.extract_text() for page in reader.pages)
    assert [n for n in range(2500) if f"chữ{n}" not in whole] == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_word_of_a_table_s_header_is_broken(figures: Evaluation, language: str) -> None:
    tables = [b for b in composed(figures, language).blocks if isinstance(b, Table)]
    assert len(tables) == 10
    too_wide = [
        word
        for table in tables
        for column in table.columns
        for word in column.title.split(" ")
        if width_mm(word, table.size_pt, "B") > column.width * TEXT_MM - 2.4
    ]
    assert too_wide == []


def test_a_signature_never_stands_alone_nor_a_title_without_its_table() -> None:
    told = session("dak_lak_2025")
    found = evaluation(told.events, told.minutes, provenance=Provenance(400, 1, 400, "ab" * 32))
    assert found is not None
    for lines in range(9):  # the body ends at another height each time
        note = replace(found.notes[0], text="hết pin " * 25 * lines)
        whole = composed(replace(found, notes=(note,)))
        body = tuple(takewhile(lambda block: not isinstance(block, Annex), whole.blocks))
        read = pypdf.PdfReader(BytesIO(pdf_bytes(replace(whole, blocks=body))))
        pages = [page.extract_text().strip() for page in read.pages]
        (signed,) = [page for page in pages if "Nơi nhận" in page]
        assert "./." in signed
        assert not any(page.endswith("được chứng tỏ.") for page in pages)


def test_every_vietnamese_letter_is_in_the_faces() -> None:
    letters = "ăâđêôơưĂÂĐÊÔƠƯ" + "".join(chr(c) for c in range(0x1EA0, 0x1EFA))
    assert drawable(letters) == letters
    assert drawable("会议") == "□□"
    assert width_mm("mm", 12) == pytest.approx(2 * width_mm("m", 12))


def test_printable_text_is_composed_and_harmless() -> None:
    assert printable("Đa\u0306\u0301k\u202e\x00\tLắk \ud800") == "Đắk Lắk"


def test_it_can_be_called_off(figures: Evaluation) -> None:
    def stop(lines: int) -> None:
        raise Cancelled

    for write in (docx_bytes, pdf_bytes):
        with pytest.raises(Cancelled):
            write(composed(figures), stop)


def test_files_are_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write_whole(tmp_path, "r", {".docx": b"1", ".pdf": b"2"})
    again = write_whole(tmp_path, "r", {".docx": b"3", ".pdf": b"4"})
    assert [p.name for p in (*first, *again)] == ["r.docx", "r.pdf", "r-2.docx", "r-2.pdf"]
    before = sorted(tmp_path.iterdir())

    def full(_fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Refused) as refused:
        write_whole(tmp_path, "s", {".docx": b"1", ".pdf": b"2"})
    assert refused.value.problem.code == "report.full"
    assert sorted(tmp_path.iterdir()) == before
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused) as refused:
        write_whole(tmp_path / "file", "s", {".pdf": b""})
    assert refused.value.problem.code == "report.no_folder"


# -- the command line --------------------------------------------------------------------------


def kept(folder: Path) -> JournalWriter:
    """A store with the province's session in it, still held by its writer."""
    told = session()
    writer = JournalWriter.open(folder / "store", limits=SMALL)
    journal = Journal(Clock())
    journal.open(writer)
    journal.append(told.events).result(20)
    for minute in range(3):
        at = START_US + minute * 60_000_000
        writer.add_sample(Sample("S1", "653", at, 2.0, 5.0, None, 1000.0, 900.0))
        writer.flush(10)
    return writer


def test_a_report_while_the_console_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = str(tmp_path), tmp_path / "out"
    with kept(tmp_path):
        assert main(["report", "--data", data, "--list"]) == 0
        assert "S1  18/11/2026" in capsys.readouterr().out
        assert main(["report", "--data", data, "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(p.name for p in out.iterdir()) == [
        "bao-cao_2026-11-18_giao-ban-truc-tuyen-thang-11.docx",
        "bao-cao_2026-11-18_giao-ban-truc-tuyen-thang-11.pdf",
    ]
    ev = told["evaluation"]
    assert (ev["closed"], ev["wishes"]["total"], len(ev["sites"])) == (True, 12, 200)
    assert ev["provenance"]["bad"] == ""
    assert len(ev["provenance"]["hash"]) == 64
    media = next(s["media"] for s in ev["sites"] if s["endpoint"]["id"] == "653")
    assert (media["minutes"], media["loss_mean"], media["minutes_warn"]) == (3, 2.0, 3)


def test_clear_words_where_there_is_no_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path)
    assert main(["report", "--data", data]) == 2
    assert "Không thấy kho dữ liệu" in capsys.readouterr().err
    JournalWriter.open(tmp_path / "store", limits=SMALL).close()
    assert main(["report", "--data", data, "--lang", "en"]) == 2
    assert "has no session" in capsys.readouterr().err
    kept(tmp_path).close()
    assert main(["report", "--data", data, "--session", "X"]) == 2
    assert "Không có phiên họp «X»" in capsys.readouterr().err
    (tmp_path / "store" / "journal.sqlite3").write_bytes(b"no database at all" * 99)
    assert main(["report", "--data", data]) == 2
    assert "bị hỏng" in capsys.readouterr().err


def test_damaged_measurements_are_told_apart_from_none(tmp_path: Path) -> None:
    kept(tmp_path).close()
    (entry,) = find_sessions(tmp_path)
    samples = tmp_path / "store" / "samples.sqlite3"
    samples.write_bytes(b"no database at all" * 999)
    figures = figures_of(tmp_path, entry)
    assert figures.provenance.samples == "samples.sqlite3"
    for language, damaged in (("vi", "samples.sqlite3 bị hỏng"), ("en", "is damaged")):
        pages = pypdf.PdfReader(BytesIO(pdf_bytes(composed(figures, language)))).pages
        told = squeezed("".join(page.extract_text() for page in pages))
        assert told.count(squeezed(damaged)) >= 2
        assert squeezed("Không có số liệu đo") not in told
    for part in tmp_path.glob("store/samples*"):
        part.unlink()
    assert figures_of(tmp_path, entry).provenance.samples == ""


def test_a_report_in_another_language_than_the_window_s(tmp_path: Path) -> None:
    kept(tmp_path).close()
    (entry,) = find_sessions(tmp_path)
    seen: list[tuple[int, int]] = []
    made = make(tmp_path, entry, tmp_path / "out", language="en",
                writing=lambda done, of: seen.append((done, of)))  # fmt: skip
    text = pypdf.PdfReader(made.files[1]).pages[0].extract_text()
    assert "REPORT" in text
    assert wording.language == "vi"
    assert seen[-1][0] == seen[-1][1] > 400

    def stop(rows: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        make(tmp_path, entry, tmp_path / "none", reading=stop)
    assert list((tmp_path / "none").iterdir()) == []
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused) as refused:
        make(tmp_path, entry, tmp_path / "file", reading=stop)  # before anything is read
    assert refused.value.problem.code == "report.no_folder"


def test_a_reason_in_the_report_gives_nobody_advice() -> None:
    families = ("cms.", "freeswitch.", "room.", "visca.", "wire.", "device.", "command.", "link.")
    advice = {
        "vi": r"(?<!không cần )[Tt]hử lại|[Kk]iểm tra|Gọi lại|Chờ|Nhìn|Sửa|Thêm|Ghi |Dùng|Chọn|Xem",
        "en": r"[Tt]ry again|Check|Look|Wait |Choose|Open|Add |Use |See ",
    }
    for language, words in advice.items():
        found = [
            (code, text.split(". ")[0])
            for _, key, text in entries(language)
            if (code := key.removeprefix("problem.")).startswith(families)
            and isinstance(text, str)
            and re.search(words, _reason(code, language))
        ]
        assert found == []


def _reason(code: str, language: str) -> str:
    values = dict.fromkeys(
        ("device", "word", "kind", "known", "version", "address", "conferences", "error", "status",
         "number", "failed", "steps", "site"), "x",
    )  # fmt: skip
    with wording.speaking(language):
        return say_reason(Problem.of(code, seconds=8.0, **values))
