"""The strategy `asyncio`: one event loop, and on it a task for each worker.

The loop lives in a thread of its own, as a worker does under the other strategies, and runs only
while workers open, while a round is done, and while they close.
"""

from _arguments import UsageError
from _strategies import Round, Serial, Unsupported, WorkerFailed, clean_up, explain


class Asyncio(Serial):
    """All workers as one, that is an event loop."""

    def __init__(self, workers):
        Serial.__init__(self, [Loop(workers)])

    def prepare(self):
        try:
            import asyncio
        except ImportError as error:
            raise Unsupported("has no asyncio: %s" % error)
        self.workers[0].asyncio = asyncio
        Serial.prepare(self)

    def run(self, loops):
        done = Serial.run(self, loops)
        return Round(done.shares[0], done.away_cpu_s)


class Loop(object):
    """A task for each worker."""

    def __init__(self, workers):
        self.workers = workers
        self.opened = []
        self.loop = None

    def open(self):
        self.loop = self.make_loop()
        try:
            self.gather(self.open_one, range(len(self.workers)))
        except BaseException:
            clean_up(self.close)
            raise

    def make_loop(self):
        """An event loop that has proved to run: where asyncio is broken, it only shows then."""
        trial = call(int)
        try:
            loop = self.asyncio.new_event_loop()
            loop.run_until_complete(trial)
        except Exception as error:
            trial.close()
            raise Unsupported("can't run asyncio: %s: %s" % (type(error).__name__, error))
        return loop

    def run(self, loops):
        async def share(number):
            workload, values = self.workers[number].workload, []
            for index in self.workers[number].share:
                values.append(await workload.run_unit_async(index, loops))
            return values

        return self.gather(share, range(len(self.workers)))

    def close(self):
        try:
            self.gather(self.close_one, self.opened)
        finally:
            clean_up(self.close_loop)

    def close_loop(self):
        for last in ("shutdown_asyncgens", "shutdown_default_executor"):  # since 3.6 and 3.9
            if hasattr(self.loop, last):
                self.loop.run_until_complete(getattr(self.loop, last)())
        self.loop.close()

    async def open_one(self, number):
        await self.workers[number].workload.opening_async()
        self.opened.append(number)

    async def close_one(self, number):
        await self.workers[number].workload.closing_async()

    def gather(self, work, numbers):
        """What work(number) gives for each of these workers; raises the first failure, once all have ended."""
        results = self.loop.run_until_complete(self.together(work, numbers))
        for result in results:
            if isinstance(result, Exception):
                raise result
        return results

    async def together(self, work, numbers):
        tasks = [self.attempt(work, number) for number in numbers]
        return await self.asyncio.gather(*tasks)

    async def attempt(self, work, number):
        """What the worker gives, or its failure: raised here, it would reach the loop first."""
        try:
            return await work(number)
        except (Unsupported, UsageError) as told:
            return told
        except BaseException as error:
            return WorkerFailed(explain("task %d" % number, error))


async def call(function, *arguments):
    """Make a coroutine of a call."""
    return function(*arguments)


async def repeat(unit, index, loops):
    """Do a unit so many times."""
    for _ in range(loops):
        value = await unit(index)
    return value


async def after(wait, value):
    """Give a value after a wait, which not every asyncio.sleep does."""
    await wait
    return value
