"""Every fact that can be told, by subject: what devices reported, what people did, what became of
wishes.

A fact whose class is marked by `sample_of` is a measurement: only the newest of each key counts,
so it is coalesced before the fold and never journalled row by row.
"""

from console.domain.facts.alarms import *
from console.domain.facts.base import *
from console.domain.facts.clock import *
from console.domain.facts.conferences import *
from console.domain.facts.devices import *
from console.domain.facts.office import *
from console.domain.facts.operators import *
from console.domain.facts.rooms import *
from console.domain.facts.session import *
from console.domain.facts.wishes import *
