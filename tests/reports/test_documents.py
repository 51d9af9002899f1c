"""The report's files, read back: names whole, headers repeated, nothing half-written."""

from __future__ import annotations

import errno
import json
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest

from console.__main__ import main
from console.core.clock import Clock
from console.core.journal import Journal
from console.domain.problem import Refused
from console.qt.wording import missing, wording
from console.reporting import Said
from console.reports.compose import document
from console.reports.document import Document, printable
from console.reports.docx import docx_bytes
from console.reports.evaluation import evaluation
from console.reports.faces import drawable, width_mm
from console.reports.figures import Evaluation, Provenance
from console.reports.files import write_whole
from console.reports.pdf import pdf_bytes
from console.reports.progress import Cancelled
from db.record import Sample
from db.writer import JournalWriter
from tests.db.rows import SMALL
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
