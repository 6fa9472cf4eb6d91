"""Who may do what with which instance of the apps."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from simulators.answers import RefusedError, empty
from simulators.app_definitions import APPS, AppDefinition
from simulators.instances import Instance
from simulators.state import World, WorldDep, require_caller
from simulators.tokens import Caller

READ, WRITE = "altinn:serviceowner/instances.read", "altinn:serviceowner/instances.write"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to the app API. Its methods raise RefusedError with the app's own answer."""

    world: World
    request: Request
    app_id: str

    def definition(self) -> AppDefinition:
        definition = APPS.get(self.app_id)
        if definition is None:
            raise RefusedError(empty(404))
        return definition

    def caller(self, scope: str) -> Caller:
        """The app's own agency, with the scope."""
        caller = require_caller(self.world, self.request, "altinn")
        if not caller.may(scope) or not owns(caller, self.app_id):
            raise RefusedError(empty(403))
        return caller

    def instance(self, *, missing: int = 404) -> Instance:
        """`missing` is the status where there is no such instance."""
        path = self.request.path_params
        party = path["party_id"]
        found = self.world.instances.find(int(party), path["guid"]) if party.isdigit() else None
        if found is None or found.app.id != self.app_id:
            raise RefusedError(empty(missing))
        return found

    def readable(self) -> Instance:
        self.definition()
        self.caller(READ)
        return self.instance()

    def writable(self, *, missing: int = 404) -> tuple[Caller, Instance]:
        self.definition()
        return self.caller(WRITE), self.instance(missing=missing)


def owns(caller: Caller, app_id: str) -> bool:
    return caller.org is not None and app_id.startswith(f"{caller.org}/")


async def _visit(request: Request, world: WorldDep) -> Visit:
    path = request.path_params
    return Visit(world, request, f"{path['org']}/{path['app']}")


VisitDep = Annotated[Visit, Depends(_visit)]
