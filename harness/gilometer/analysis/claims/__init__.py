"""Test the claims on the figures of a run: ``evaluate`` gives a verdict for each claim and interpreter.

``rules`` turns each rule of a claim into hypotheses. ``ratio_test`` and ``observation_test`` test them, all
of a run at once, so that the false discovery rate counts them all. ``rule_results`` combines the results of
the workloads, and ``verdicts`` has the records of all results.
"""
