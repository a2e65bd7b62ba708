"""The paper broker over HTTP: Alpaca's trading API, so that any client of Alpaca's can trade on it.

It needs the extra `live`; nothing of it is loaded by the commands that plan.
"""
