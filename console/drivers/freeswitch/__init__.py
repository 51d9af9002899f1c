"""FreeSWITCH mod_conference over its event socket (`wire/mcu.md` §3)."""

from console.drivers.freeswitch.driver import FreeSwitchDriver

__all__ = ["FreeSwitchDriver"]
