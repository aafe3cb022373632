"""How many loops make an iteration long enough on this interpreter."""

from _runtime import clock

PATIENCE_S = 10.0
STEEPEST = 16.0  # the most that one step multiplies the loops with
MARGIN = 1.05
SETTLED = 0.8


def calibrate(job, strategy):
    """Raise the job's loops until two iterations in a row are long enough.

    The second must not be much faster than the first, and a JIT must have had time to warm
    up (--seconds), or it would be taken for a slow interpreter. The job keeps the iterations
    of the last loops.
    """
    target_s = job.workload.calibration_target(job.arguments.calibrate)
    begun = clock()
    warm = begun + job.arguments.seconds
    deadline = warm + max(PATIENCE_S, 20 * target_s)
    last_s = job.iterate(strategy)
    while clock() < warm or not is_settled(job.iterations, target_s):
        if clock() > deadline:
            job.reason = "calibration ended before the time of an iteration had settled"
            return
        if last_s < target_s:
            job.start_over(raised(job.loops, target_s / max(last_s, target_s / STEEPEST)))
        last_s = job.iterate(strategy)


def raised(loops, factor):
    """So many times as many loops, and some more."""
    return max(loops + 1, int(loops * factor * MARGIN))


def is_settled(iterations, target_s):
    """Whether the last two iterations took the target each, and about the same."""
    if len(iterations) < 2:
        return False
    before_s, last_s = [iteration["wall_s"] for iteration in iterations[-2:]]
    return min(before_s, last_s) >= target_s and last_s >= SETTLED * before_s
