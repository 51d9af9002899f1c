"""What the training office has to give: contacts of the shipped roster (Đắk Lắk, 2021), the list
of sites as it is since the mergers of 2025, and one approved session. People and numbers are made
up."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from db.office import records

AUTHOR = "vpubnd"
_DAY_S = 86_400
_EIGHT_S = 3_600
"""08:00 in the province is 01:00 UTC."""
SESSION = "giao-ban-thang-12"
ROSTER = "dak-lak-2025"
_ROSTER = Path(__file__).parents[3] / "resources" / "rosters" / "dak_lak_2025.csv"

_CONTACTS = (
    ("66", "technician", "Nguyễn Hữu Thành", "Trung tâm CNTT và Truyền thông", "0262 385 0118"),
    ("653", "leader", "Võ Minh Tâm", "Phó Chủ tịch UBND huyện", "0905 730 164"),
    ("653", "technician", "Y Blim Byă", "Văn phòng HĐND và UBND huyện", "0934 512 870"),
    ("651", "technician", "Phạm Quốc Huy", "Trung tâm Văn hóa, Thể thao", "0914 226 318"),
    ("656", "technician", "H'Nga Bkrông", "Văn phòng HĐND và UBND huyện", "0978 640 235"),
    ("644", "technician", "Trần Đình Khôi", "Phòng Văn hóa và Thông tin thị xã", "0983 117 402"),
)
_SCRIPT = (
    ("Khai mạc", "", "UBND tỉnh", 5),
    ("Báo cáo kinh tế - xã hội tháng 11", "", "Sở Kế hoạch và Đầu tư", 15),
    ("Huyện Krông Bông báo cáo thu hoạch cà phê", "653", "phát biểu", 10),
    ("Huyện Ea Kar báo cáo giải ngân đầu tư công", "651", "phát biểu", 10),
    ("Thị xã Buôn Hồ báo cáo cải cách hành chính", "644", "phát biểu", 10),
    ("Thảo luận", "", "tự do", 30),
    ("Kết luận", "66", "Chủ tịch UBND tỉnh", 10),
)


def fill(connection: Connection, now_us: int) -> None:
    """Put them into an office that has nothing yet."""
    for site, role, person, title, phone in _CONTACTS:
        body = {"site": site, "role": role, "person": person, "title": title, "phone": phone}
        _put(connection, "contact", f"{site}.{role}", {**body, "zalo": phone.replace(" ", "")},
             now_us)  # fmt: skip
    _put(connection, "roster", ROSTER, roster(), now_us)
    _put(connection, "session", SESSION, plan(now_us), now_us)


def roster() -> dict[str, Any]:
    """The province and its 102 communes."""
    with _ROSTER.open(encoding="utf-8", newline="") as file:
        rows = [
            {
                "id": row["code"],
                "name": row["name"],
                "parent": row["parent_code"],
                "level": row["level"],
                "order": at,
            }
            for at, row in enumerate(csv.DictReader(file), 1)
        ]
    return {"name": "Đắk Lắk 2025", "rows": rows}


def plan(now_us: int) -> dict[str, Any]:
    """The approved session: tomorrow at eight."""
    tomorrow_s = (now_us // 1_000_000 // _DAY_S + 1) * _DAY_S + _EIGHT_S
    return {
        "title": "Giao ban trực tuyến tháng 12",
        "starts_us": tomorrow_s * 1_000_000,
        "chair": "66",
        "roster": "dak_lak_2021",
        "script": [
            {"title": title, "endpoint": site, "detail": detail, "minutes": minutes}
            for title, site, detail, minutes in _SCRIPT
        ],
        "note": "Các điểm cầu vào phòng trước 30 phút để kiểm tra kỹ thuật.",
        "state": "approved",
    }


def _put(
    connection: Connection, kind: str, record_id: str, body: dict[str, Any], now_us: int
) -> None:
    records.put(connection, kind, record_id, body, version=0, author=AUTHOR, now_us=now_us)
