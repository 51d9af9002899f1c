"""Store, links, dispatcher, journal and tasks: what happens, without any Qt."""
