"""A pretend FreeSWITCH: mod_conference over the event socket (`wire/mcu.md` §3)."""
