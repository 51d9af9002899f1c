"""The panels around the grid: each shows one look and does nothing by itself."""
