"""Pure functions from State to what a panel shows; they know the wording but no widget."""
