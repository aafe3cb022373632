"""What `_function` does on an event loop: a module of its own, as Python 2 can't compile it."""

import _contract


async def repeat(begin, index, loops):
    """Await a call so many times."""
    for _ in range(loops):
        value = await begin(index)
    return value


async def run_unit(workload, index, loops):
    """Do a unit so many times, and give the digest of its value."""
    begun = _contract.clock()
    value = await repeat(workload.begin, index, loops)
    return workload.digest_of(index, value, _contract.clock() - begun)


async def open_it(workload):
    workload.prepare()
    await finish(workload.code.setup)


async def close_it(workload):
    if workload.code:
        await finish(workload.code.teardown)


async def finish(step):
    """Do a step, whether or not it is a coroutine."""
    given = step() if step else None
    if hasattr(given, "__await__"):
        await given
