"""The office of training mode: thrown away at the end, with a line that can be cut, and what an
instructor may do behind a console's back."""
