"""The sections of a report, each a function of what is to be shown."""
