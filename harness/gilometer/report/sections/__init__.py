"""The sections of a report: functions that make them from the results."""
