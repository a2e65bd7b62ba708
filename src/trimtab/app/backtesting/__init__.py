"""Backtests for people: from a household's folder and a period to runs of several policies.

`opening` says what the household holds on the first day, `world` what the market did, `running`
runs policies side by side, `api` is what Python programs call.
"""
