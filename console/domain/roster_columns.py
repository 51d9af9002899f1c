"""How offices head the columns of a roster, and what they write in them."""

from __future__ import annotations

import codecs

from console.domain.endpoint import LineKind

COLUMNS = {
    "code": ("ma", "ma diem cau", "ma don vi"),
    "parent_code": ("parent", "ma cha", "ma cap tren", "truc thuoc"),
    "level": ("cap", "tier"),
    "name": ("ten", "ten diem cau", "diem cau", "don vi"),
    "address": ("uri", "sip", "dia chi", "dia chi goi"),
    "carrier": ("nha mang", "doanh nghiep", "nha cung cap"),
    "line": ("duong truyen", "loai duong truyen"),
    "leader": ("lanh dao", "lanh dao chu tri"),
    "leader_title": ("chuc vu lanh dao",),
    "leader_phone": ("sdt lanh dao", "dien thoai lanh dao"),
    "technician": ("ky thuat", "can bo ky thuat", "can bo truc"),
    "technician_title": ("chuc vu ky thuat", "chuc vu can bo ky thuat"),
    "technician_phone": ("sdt ky thuat", "dien thoai ky thuat", "sdt can bo ky thuat"),
    "zalo": ("zalo ky thuat",),
    "group": ("nhom", "cum"),
    "room_device": (),
    "camera_device": (),
    "list_name": (),
    "list_record": (),
    "list_version": (),
}
"""Those without another heading are written by the program alone."""
LEVELS = {
    "tinh": "province", "thanh pho truc thuoc trung uong": "province",
    "huyen": "district", "thi xa": "district", "thanh pho": "district", "quan": "district",
    "xa": "commune", "phuong": "commune", "thi tran": "commune", "dac khu": "commune",
    "so": "department", "nganh": "department", "so nganh": "department", "ban": "department",
}  # fmt: skip
LINES = {
    "": LineKind.UNKNOWN,
    "slcd": LineKind.SLCD, "tslcd": LineKind.SLCD, "chuyen dung": LineKind.SLCD,
    "internet": LineKind.INTERNET, "net": LineKind.INTERNET,
}  # fmt: skip

OWN_START = codecs.BOM_UTF8 + ",".join(COLUMNS).encode()
"""How a roster begins that the program wrote, marked so that Excel reads it as UTF-8."""
