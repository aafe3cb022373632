"""The machine that figures are taken on: processors, disks, and what bends the figures."""
