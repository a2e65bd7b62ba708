"""The application: configuration, wiring, the command line and its screens.

The only room that reads clocks, files and the environment.
"""
