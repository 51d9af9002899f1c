"""The MCU workspace: what the MCU operator watches and does (R76–R78).

Imported when first shown.
"""
