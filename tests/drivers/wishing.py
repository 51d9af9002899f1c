"""Wishes as an operator might have them, one at random."""

from __future__ import annotations

import random

from console.domain.commands.base import Command
from console.domain.commands.mcu import (
    DialSite,
    HangUpAll,
    HangUpSite,
    HideVideo,
    LockConference,
    MuteAllBut,
    MuteSite,
    PutOnPodium,
    SetConferenceLayout,
    SetScreenLayout,
    ShowBanner,
)
from console.domain.commands.room import (
    HomeCamera,
    MoveCamera,
    MuteRoom,
    RecallPreset,
    SetStandby,
    StorePreset,
)
from console.domain.layout import Layout

CONFERENCE = "mcu/space-1"


def wishes_of_an_mcu(rng: random.Random) -> Command:
    site = str(rng.randrange(8))
    truth, layout = rng.random() < 0.5, rng.choice(list(Layout))
    return rng.choice(
        (
            MuteSite(endpoint=site, muted=truth),
            HideVideo(endpoint=site, hidden=truth),
            MuteAllBut(conference=CONFERENCE, keep=tuple(map(str, range(rng.randrange(30))))),
            PutOnPodium(conference=CONFERENCE, endpoint=rng.choice((site, ""))),
            SetConferenceLayout(conference=CONFERENCE, layout=layout),
            SetScreenLayout(endpoint=site, layout=layout),
            DialSite(conference=CONFERENCE, endpoint=site, address=f"{site}@hnth", fresh=truth),
            HangUpSite(endpoint=site),
            HangUpAll(conference=CONFERENCE),
            LockConference(conference=CONFERENCE, locked=truth),
            ShowBanner(conference=CONFERENCE, text="x"),
            MuteRoom(endpoint=site, muted=truth),
        )
    )


def wishes_of_a_room(rng: random.Random) -> Command:
    number = rng.randrange(1, 36)
    return rng.choice(
        (
            RecallPreset(endpoint="7", number=number),
            StorePreset(endpoint="7", number=number, name="x"),
            HomeCamera(endpoint="7"),
            MoveCamera(endpoint="7", pan=rng.randrange(-1, 2)),
            MuteRoom(endpoint="7", muted=rng.random() < 0.5),
            SetStandby(endpoint="7", on=rng.random() < 0.5),
            MuteSite(endpoint="7", muted=True),
        )
    )
