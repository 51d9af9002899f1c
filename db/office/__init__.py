"""The office server: keeps every console's journal, countersigns it, and says what is wrong.

`app.create_app` makes the HTTP interface of one `service.Office`; `journal.push` is the protocol's
heart; `records.put` makes every version of what consoles are given, `feed` hands it out;
`access` knows who may do what. Needs the extra `[office]`; no console imports it.
"""
