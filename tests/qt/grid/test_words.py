"""What tiles say, and the sentence for a screen reader, in both languages."""

from __future__ import annotations

import pytest

from console.domain.endpoint import LineKind
from console.domain.presence import Presence
from console.qt.grid import words
from console.qt.grid.gallery import states
from console.qt.grid.look import Band, Mark, Site, Tally, TileLook
from console.qt.wording import LANGUAGES, wording

SITE = Site("1", "Xã Ea Kmút", "Ea Kmút", "Xã", "Huyện Ea Kar", line=LineKind.SLCD, carrier="VNPT")
HERE = TileLook(SITE, Presence.CONNECTED)


def test_a_normal_site_is_connected_and_that_is_all() -> None:
    assert words.sentence(HERE) == "Xã Ea Kmút, Huyện Ea Kar: đã kết nối."
    assert words.presence(HERE) == words.wish(HERE) == words.trouble(HERE) == ""


def test_the_sentence_names_all_that_is_not_normal() -> None:
    look = HERE._replace(
        tally=Tally.PODIUM, talking=True, mic_s=67, mark=Mark.PENDING, wish="unmute",
        loss=21, loss_band=Band.WARN, alarm=1, check_failed=True,
    )  # fmt: skip
    assert words.sentence(look) == (
        "Xã Ea Kmút, Huyện Ea Kar: đang lên bục, đã kết nối, đã yêu cầu bật mic, chờ MCU xác nhận, "
        "cảnh báo mức 1, mic mở ngoài lượt 01:07, đang nói, kiểm tra kỹ thuật chưa đạt, "
        "mất gói 2,1 %."
    )


def test_a_district_says_how_many_are_there() -> None:
    lead = HERE._replace(site=SITE._replace(lead=True, parent=""), connected=15, total=16)
    assert words.sentence(lead) == "Xã Ea Kmút: đã kết nối, 15 trên 16 điểm cầu đã kết nối."


def test_times_and_figures() -> None:
    lost = HERE._replace(presence=Presence.DROPPED, since_s=134)
    assert words.presence(lost) == "mất 2:14"
    assert words.waited(lost) == "2:14"
    assert words.minutes(7) == "0:07"
    assert words.minutes(4354) == "1:12:34"
    measured = HERE._replace(loss=1, jitter=12, picture=(1080, 30), rate_kbps=1900)
    assert words.figures(measured) == "0,1 % · 12 ms"
    assert words.media(measured) == "SLCD VNPT · 1080p30 · 1,9 Mb/s"
    assert words.place(measured) == "xã · Huyện Ea Kar"


def test_the_worse_figure_is_the_trouble() -> None:
    both = HERE._replace(loss=21, loss_band=Band.WARN, jitter=80, jitter_band=Band.BAD)
    assert words.trouble(both) == "80 ms"
    assert words.trouble(both._replace(loss_band=Band.BAD)) == "2,1 %"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_can_be_said(language: str) -> None:
    wording.use(language)
    said = {words.sentence(look) for _, look, selected in states() if not selected}
    assert len(said) == len([row for row in states() if not row[2]])
