"""The machine that is measured on: its processors, its disks, and warnings about both."""
