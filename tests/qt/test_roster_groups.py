"""A roster without districts that names its own groups: they become the grid's rows."""

from __future__ import annotations

from console.domain import facts as f
from console.domain.roster import read_roster
from console.qt.grid.arrange import NAME_WIDTH, arrange
from console.qt.grid.density import Density
from console.qt.grid.groups import groups_of
from tests.qt.scene import Scene

ROSTER = (
    "code,parent_code,level,name,group\n66,,province,Đắk Lắk,\n"
    + "".join(f"2{n:04},66,commune,Xã {n},{'Cụm Bắc' if n % 2 else 'Cụm Nam'}\n" for n in range(30))
    + "99999,66,commune,Xã Lẻ,\n"
)


def test_named_groups_stand_in_the_order_of_the_file() -> None:
    it = Scene()
    it.tell(f.RosterLoaded("cụm", read_roster(ROSTER.encode()).endpoints))
    it.settle()
    groups = groups_of(it.state.endpoints)
    assert [(group.label, len(group)) for group in groups] == [
        ("", 1), ("Cụm Nam", 15), ("Cụm Bắc", 15), ("", 1),
    ]  # fmt: skip
    made = arrange(groups, 1310, 860, Density.S)
    assert made.lead_width == NAME_WIDTH
    assert set(made.labels.values()) == {"Cụm Nam", "Cụm Bắc"}
