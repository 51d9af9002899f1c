"""The live grid: one tile a site, one row a district, painted in one pass."""
