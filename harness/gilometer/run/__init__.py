"""Stage 3: measure the plan. Only this package starts the processes that are measured."""
