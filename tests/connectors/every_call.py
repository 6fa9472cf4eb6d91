"""One call of each connector, to be made on good days and bad ones."""

from dataclasses import dataclass
from datetime import UTC, datetime

from case_core.effects import LookUpAuthorisations, LookUpPerson
from connectors import folkeregisteret, hpr
from connectors.altinn_apps import AltinnApps
from connectors.connector import Outcome
from connectors.correspondence import Correspondence
from connectors.correspondence import Settings as LetterSettings
from connectors.folkeregisteret import Folkeregisteret
from connectors.hpr import Hpr
from connectors.http import Remote, Settings
from connectors.maskinporten import AltinnTokens, Maskinporten
from connectors.nexi import Nexi
from tests.connectors.altinn import NOW, request_for
from tests.connectors.altinn import settings as altinn_settings
from tests.connectors.conftest import Remotes
from tests.connectors.memory_files import MemoryFiles
from tests.connectors.outside import Json
from tests.connectors.test_correspondence import decision, fresh, written
from tests.connectors.test_nexi import creation, settings

IMPATIENT = Settings(read_seconds=0.4)
PATHS = {
    "hpr": "/hpr/v1/*",
    "freg": "/freg/*",
    "nexi": "/nexi/v1/*",
    "apps": "/apps/*",
    "correspondence": "/platform/correspondence/*",
}


@dataclass
class Calls:
    """One call of each connector, each with a remote of its own that is soon tired of waiting."""

    hpr: Hpr
    freg: Folkeregisteret
    nexi: Nexi
    apps: AltinnApps
    letters: Correspondence
    person: Json
    key: str

    async def make(self, remote: str) -> Outcome:
        nin = self.person["nin"]
        match remote:
            case "hpr":
                look_up = LookUpAuthorisations(ask_key="h", nin=nin, case_number="2026/17")
                return await self.hpr.carry(look_up, key=self.key, now=NOW)
            case "freg":
                person = LookUpPerson(ask_key="p", nin=nin, case_number="2026/17")
                return await self.freg.carry(person, key=self.key, now=NOW)
            case "nexi":
                return await self.nexi.carry(creation(), key=self.key, now=NOW)
            case "apps":
                return await self.apps.carry(request_for(self.person), key=self.key, now=NOW)
            case _:
                return await self.letters.carry(decision(nin), key=self.key, now=datetime.now(UTC))


def every_call(remotes: Remotes, tokens: Maskinporten, altinn_tokens: AltinnTokens, person: Json) -> Calls:
    def at(name: str, path: str) -> Remote:
        return remotes.at(name, path, limits=IMPATIENT)

    register = remotes.at(
        "folkeregisteret", "/freg", retry_after=folkeregisteret.RETRY_AFTER, limits=IMPATIENT
    )
    professionals, apps = at("hpr", "/hpr"), at("altinn-apps", "/apps")
    platform = at("altinn-platform", "/platform")
    chosen = altinn_settings(apps, platform)
    return Calls(
        hpr=Hpr(hpr.Settings(base_url=professionals.base_url), professionals, tokens),
        freg=Folkeregisteret(folkeregisteret.Settings(base_url=register.base_url), register, tokens),
        nexi=Nexi(settings(), at("nexi", "/nexi")),
        apps=AltinnApps(chosen, apps, platform, altinn_tokens, MemoryFiles()),
        letters=Correspondence(LetterSettings(), at("correspondence", "/platform"), altinn_tokens, written),
        person=person,
        key=fresh(),
    )
