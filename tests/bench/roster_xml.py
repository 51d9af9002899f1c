"""A large roster as XML, for measuring."""

from __future__ import annotations

FIELDS = (
    "remoteParty", "call", "tenant", "callBridge", "type", "subtype", "direction", "state",
    "chosenLayout", "defaultLayout", "rxAudioMute", "txAudioMute", "rxVideoMute", "txVideoMute",
    "encryptedMedia", "layout", "codec", "width", "height", "frameRate", "bitRate",
    "packetLossPercentage", "jitter", "roundTripTime",
)  # fmt: skip


def participants(count: int) -> bytes:
    """`count` call legs of 25 fields each in one list."""
    legs = "".join(
        f'<callLeg id="leg-{i:06}"><name>Xã Ea H\'leo {i}</name>'
        + "".join(f"<{field}>{field}-value-{i % 97}</{field}>" for field in FIELDS)
        + "</callLeg>"
        for i in range(count)
    )
    return f'<?xml version="1.0"?><callLegs total="{count}">{legs}</callLegs>'.encode()
