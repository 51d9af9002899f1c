"""Figures over time: what was measured in the last half hour, as a thin line or as a plot."""
