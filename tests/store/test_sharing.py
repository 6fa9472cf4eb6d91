"""Items share a commit without waiting for each other, and fail alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from store.sharing import SharedCommit

POISON = -1


@dataclass
class Writer:
    """Writes numbers when it is let to; a set with a poisonous one fails as a whole."""

    sets: list[list[int]] = field(default_factory=list)
    may_write: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, items: Sequence[int]) -> Sequence[str]:
        self.sets.append(list(items))
        await self.may_write.wait()
        if POISON in items:
            raise ValueError("poison")
        return [f"wrote {item}" for item in items]


@pytest.fixture
def writer() -> Writer:
    return Writer()


async def settled(writer: Writer, *tasks: "asyncio.Task[str]") -> list[str]:
    writer.may_write.set()
    return await asyncio.gather(*tasks)


async def hand_in(share: SharedCommit[int, str], *items: int) -> "list[asyncio.Task[str]]":
    """Handed in, and the first set begun."""
    tasks = [asyncio.create_task(share(item)) for item in items]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_the_first_item_waits_for_nobody(writer: Writer) -> None:
    """It is written at once; those that come meanwhile share the next set, in their order."""
    share = SharedCommit(writer)
    tasks = await hand_in(share, 1)
    tasks += await hand_in(share, 2, 3, 4)
    assert writer.sets == [[1]]
    assert await settled(writer, *tasks) == ["wrote 1", "wrote 2", "wrote 3", "wrote 4"]
    assert writer.sets == [[1], [2, 3, 4]]


async def test_a_set_has_its_bound(writer: Writer) -> None:
    """More than that becomes more sets."""
    share = SharedCommit(writer, most=2)
    tasks = await hand_in(share, 1)
    tasks += await hand_in(share, 2, 3, 4)
    await settled(writer, *tasks)
    assert [len(each) for each in writer.sets] == [1, 2, 1]


async def test_a_poisoned_item_fails_alone(writer: Writer) -> None:
    """Its neighbours are written one by one, and only its own sender hears of it."""
    share = SharedCommit(writer)
    first = await hand_in(share, 1)
    others = await hand_in(share, 2, POISON, 3)
    writer.may_write.set()
    with capture_logs() as logged:
        told = await asyncio.gather(*first, *others, return_exceptions=True)
    assert [(line["items"], line["error"]) for line in logged] == [(3, "ValueError")]
    assert [told[0], told[1], told[3]] == ["wrote 1", "wrote 2", "wrote 3"]
    assert isinstance(told[2], ValueError)
    assert writer.sets == [[1], [2, POISON, 3], [2], [POISON], [3]]


async def test_an_item_after_a_poisoned_one_is_written(writer: Writer) -> None:
    """One failure does not stop the writing."""
    share = SharedCommit(writer)
    writer.may_write.set()
    with pytest.raises(ValueError, match="poison"):
        await share(POISON)
    assert await share(2) == "wrote 2"


async def test_who_stops_waiting_does_not_stop_the_writing(writer: Writer) -> None:
    """What was handed in is written, whether anybody still wants to hear of it or not."""
    share = SharedCommit(writer)
    first, second = await hand_in(share, 1, 2)
    second.cancel()
    assert await settled(writer, first) == ["wrote 1"]
    await share.drain()
    assert sorted(sum(writer.sets, [])) == [1, 2]  # noqa: RUF017 - two short lists


async def test_drain_waits_until_all_is_written(writer: Writer) -> None:
    """At shutdown nothing that was handed in is left behind."""
    share = SharedCommit(writer, most=1)
    tasks = await hand_in(share, 1, 2, 3)
    draining = asyncio.create_task(share.drain())
    await asyncio.sleep(0)
    assert not draining.done()
    writer.may_write.set()
    await draining
    assert writer.sets == [[1], [2], [3]]
    assert await asyncio.gather(*tasks) == ["wrote 1", "wrote 2", "wrote 3"]


async def test_drain_with_nothing_to_write_returns(writer: Writer) -> None:
    """Neither before the first item nor after the last one."""
    share = SharedCommit(writer)
    await share.drain()
    writer.may_write.set()
    await share(1)
    await share.drain()
    assert writer.sets == [[1]]


async def test_who_stops_draining_does_not_stop_the_writing(writer: Writer) -> None:
    """A bound on shutdown must not cut a transaction in two."""
    share = SharedCommit(writer)
    tasks = await hand_in(share, 1)
    draining = asyncio.create_task(share.drain())
    await asyncio.sleep(0)
    draining.cancel()
    assert await settled(writer, *tasks) == ["wrote 1"]


async def test_a_set_is_not_tried_one_by_one_while_the_database_is_away() -> None:
    """No item is to blame, and each would wait as long as the set has."""
    tried: list[int] = []

    async def write(items: Sequence[int]) -> Sequence[int]:
        tried.append(len(items))
        raise ConnectionRefusedError

    shared = SharedCommit(write)
    ends = await asyncio.gather(*(shared(number) for number in range(5)), return_exceptions=True)
    assert {type(end) for end in ends} == {ConnectionRefusedError}
    assert tried == [5]
