"""Deliveries to others: retried by a schedule, and lost, doubled or swapped where a fault says so."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from simulators.state import World

Attempt = Callable[[], Awaitable[bool]]


def _always() -> bool:
    return True


async def deliver(
    world: World,
    remote: str,
    name: str,
    waits: Iterable[float],
    attempt: Attempt,
    *,
    wanted: Callable[[], bool] = _always,
) -> bool:
    """True once it was accepted. `wanted`: asked before each attempt."""
    fate = world.faults.outbound(remote, name)
    if fate.dropped:
        return False
    if fate.hold_ms:
        await _held(world, remote, fate.hold_ms)
    for wait in waits:
        await world.clock.pause(wait)
        if not wanted():
            return False
        accepted = await attempt()
        world.faults.release(remote)
        if accepted:
            for _ in range(fate.copies):
                await attempt()
            return True
    return False


async def _held(world: World, remote: str, longest_ms: int) -> None:
    """Until another delivery has gone, or long enough."""
    held = world.faults.hold(remote)
    with suppress(TimeoutError):
        async with asyncio.timeout(longest_ms / 1000):
            await held.wait()
    world.faults.release(remote, held)
