"""Iterations when they are asked for: what `--turns` does.

A process that has started its workers says so, and then waits for lines on standard input. Each
is a command, and is answered with one line. Between two commands nothing of the process uses the
CPU: the main thread waits for input, and the workers for their next round.
"""

from _arguments import UsageError, whole_number

TURN = "turn"
LONG_S = 0.5  # an iteration that takes longer needs no other to wake what slept
WAKING = 4  # the part of the loops, one in so many, that wakes what slept while the process waited


class Turns(object):
    """What was asked of a job so far."""

    def __init__(self, job, strategy):
        self.job = job
        self.strategy = strategy
        self.first = None

    def answer(self, line):
        """Do what a line asks, and give the answer."""
        words = line.split() or [TURN]
        if words == [TURN]:
            recorded = self.turn()
        elif len(words) == 2 and words[0] in COUNTED:
            recorded = COUNTED[words[0]](self, count(words))
        else:
            raise UsageError("%r can't be asked for, only: turn, warm N, loops N" % line.strip())
        return {"iterations": recorded}

    def turn(self):
        """An iteration that wakes the processors that the machine gave away meanwhile, and one that counts."""
        if not self.is_long():
            self.job.attempt(self.strategy, max(1, self.job.loops // WAKING))
        if self.first is None:
            self.first = len(self.job.iterations)
        return self.warm(1)

    def is_long(self):
        """Whether the last iteration, of a single loop, was so long that waking is none of its time."""
        iterations = self.job.iterations
        return bool(iterations) and self.job.loops == 1 and iterations[-1]["wall_s"] > LONG_S

    def warm(self, times):
        """So many iterations, as a turn has one."""
        before = len(self.job.iterations)
        for _ in range(times):
            self.job.iterate(self.strategy)
        return self.job.iterations[before:]

    def start_over(self, loops):
        self.job.start_over(loops)
        self.first = None
        return []

    def turns_from(self):
        """How many iterations were recorded before the first turn."""
        return len(self.job.iterations) if self.first is None else self.first


COUNTED = {"warm": Turns.warm, "loops": Turns.start_over}


def count(words):
    """The N of a command."""
    number = whole_number(*words)
    if number < 1:
        raise UsageError("%s must be 1 or more, not %d" % (words[0], number))
    return number


def take_turns(job, strategy, hear, tell):
    """Answer each line that is heard until the input ends; the job's `turns_from`.

    Raises UsageError for a line that is no command.
    """
    turns = Turns(job, strategy)
    tell({"ready": True})
    line = strategy.interrupts.during(hear)
    while line:
        tell(turns.answer(line))
        line = strategy.interrupts.during(hear)
    return turns.turns_from()
