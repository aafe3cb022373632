"""The strategy `hybrid`: for each worker a thread that fetches and a process that transforms.

The thread sends what it fetched to the process, and fetches the next while the process computes,
in a thread as well: that of the worker that a process has under `processes`.
"""

from _processes import Processes, total
from _strategies import Round, Threads, clean_up


class Hybrid(object):
    """A thread and a process for each worker; the processes start first, as forks need it."""

    def __init__(self, workers):
        self.processes = Processes([Transformer(worker.workload) for worker in workers])
        self.fetchers = [Fetcher(workers[number], number, self.processes) for number in range(len(workers))]
        self.threads = Threads(self.fetchers)
        self.interrupts = self.threads.interrupts

    def prepare(self):
        self.processes.prepare()
        self.threads.prepare()

    def start(self):
        self.processes.start()
        self.threads.start()

    def run(self, loops):
        shares = self.threads.run(loops).shares
        return Round(shares, total([fetcher.away_cpu_s for fetcher in self.fetchers]))

    def stop(self):
        clean_up(self.threads.stop)
        self.processes.stop()


class Fetcher(object):
    """What a thread does for its worker."""

    def __init__(self, worker, number, processes):
        self.worker = worker
        self.number = number
        self.processes = processes
        self.away_cpu_s = 0.0

    def open(self):
        self.worker.open()

    def close(self):
        self.worker.close()

    def run(self, loops):
        answers = list(self.answers(loops))
        self.away_cpu_s = total([cpu_s for _, cpu_s in answers])
        return [value for value, _ in answers[loops - 1 :: loops]]

    def answers(self, loops):
        """What the process makes of each unit that was fetched, and its CPU seconds."""
        is_computing = False
        for index in self.worker.share:
            for _ in range(loops):
                fetched = (index, self.worker.workload.fetch(index))
                if is_computing:
                    yield self.processes.receive(self.number)
                self.processes.send(self.number, fetched)
                is_computing = True
        if is_computing:
            yield self.processes.receive(self.number)


class Transformer(object):
    """What a process does for its worker. It fetches nothing, so it needs not open."""

    def __init__(self, workload):
        self.workload = workload

    def open(self):
        pass

    def close(self):
        pass

    def run(self, fetched):
        index, data = fetched
        return self.workload.transform(index, data)
