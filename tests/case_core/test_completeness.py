"""Which documents are missing, by way and profession, by name, and by what the caseworker wants."""

from dataclasses import replace

import pytest

from case_core.case_types.completeness import missing, name_differs
from case_core.case_types.facts import ApplicationFacts, PersonCheck, open_application
from case_core.messages import Application, Document, Person, Way
from tests.case_core import build

NORWAY = ("vitnemal",)
EEA = ("autorisasjonHjemland", "legitimasjon", "vitnemal")
OUTSIDE = ("autorisasjonHjemland", "fagplan", "legitimasjon", "sprakbevis", "vitnemal")
PRACTICE = tuple(sorted((*OUTSIDE, "praksis")))

WANTED = [
    (Way.NORWAY, "SP", NORWAY),
    (Way.NORWAY, "LE", NORWAY),
    (Way.NORWAY, "FT", NORWAY),
    (Way.EEA, "SP", EEA),
    (Way.EEA, "TL", EEA),
    (Way.EEA, "FT", EEA),
    (Way.OUTSIDE_EEA, "LE", PRACTICE),
    (Way.OUTSIDE_EEA, "TL", PRACTICE),
    (Way.OUTSIDE_EEA, "SP", PRACTICE),
    (Way.OUTSIDE_EEA, "FT", OUTSIDE),
    (Way.OUTSIDE_EEA, "FA1", OUTSIDE),
]


def facts(
    *documents: Document, application: Application | None = None, person: Person | None = None
) -> ApplicationFacts:
    message = build.submission(application=application or build.application(), documents=documents)
    return replace(open_application(message), person=PersonCheck(person=person))


@pytest.mark.parametrize(("way", "profession", "wanted"), WANTED)
def test_everything_is_missing_from_an_empty_application(
    way: Way, profession: str, wanted: tuple[str, ...]
) -> None:
    """Without documents, all that the way and the profession require is missing, in a fixed order."""
    empty = facts(application=build.application(way=way, profession=profession))
    assert missing(build.PARAMETERS, empty) == wanted


@pytest.mark.parametrize(("way", "profession", "wanted"), WANTED)
def test_nothing_is_missing_when_each_is_there(way: Way, profession: str, wanted: tuple[str, ...]) -> None:
    """One document of each required kind makes the application complete, whatever else lies there."""
    application = build.application(way=way, profession=profession)
    full = facts(*build.documents("annet", *wanted), application=application)
    assert missing(build.PARAMETERS, full) == ()


@pytest.mark.parametrize("left_out", PRACTICE)
def test_the_one_left_out_is_missing(left_out: str) -> None:
    """Only the document that is not there is asked for."""
    present = (kind for kind in PRACTICE if kind != left_out)
    application = build.application(way=Way.OUTSIDE_EEA, profession="LE")
    assert missing(build.PARAMETERS, facts(*build.documents(*present), application=application)) == (
        left_out,
    )


def test_an_infected_document_is_not_there() -> None:
    """A file that the scan refused was never stored, so it is asked for again."""
    assert missing(build.PARAMETERS, facts(build.document("vitnemal", scan="Infected"))) == ("vitnemal",)


def test_a_clean_copy_beside_an_infected_one_counts() -> None:
    """One readable document of the kind is enough."""
    both = facts(build.document("vitnemal", scan="Infected"), build.document("vitnemal", number=2))
    assert missing(build.PARAMETERS, both) == ()


def test_what_is_demanded_is_missing_although_it_is_there() -> None:
    """The caseworker asks for a document of a kind that is there because it was not good enough."""
    demanded = replace(facts(build.document("vitnemal")), demanded=("vitnemal", "praksis"))
    assert missing(build.PARAMETERS, demanded) == ("praksis", "vitnemal")


NAMES = [
    ("the same", build.person(), False),
    ("other letter case", build.person(first_name="KARI", last_name="nordmann"), False),
    ("more blanks", build.person(first_name=" Kari ", last_name="  Nordmann"), False),
    ("a former name", build.person(last_name="Hansen", former_names=("Kari Nordmann",)), False),
    (
        "one of several former names",
        build.person(last_name="Lie", former_names=("Kari Bø", "KARI  NORDMANN")),
        False,
    ),
    ("another last name", build.person(last_name="Hansen"), True),
    ("another first name", build.person(first_name="Anne"), True),
    ("another former name", build.person(last_name="Hansen", former_names=("Kari Lie",)), True),
    ("nobody with that number", None, False),
]


@pytest.mark.parametrize(("person", "differs"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES])
def test_a_name_differs_from_the_register(person: Person | None, differs: bool) -> None:  # noqa: FBT001  a table's column
    """A name counts as the applicant's own if it is today's or a former one, however it is written."""
    assert name_differs(build.application(), person) is differs
    found = facts(build.document("vitnemal"), person=person)
    assert missing(build.PARAMETERS, found) == (("navneendring",) if differs else ())


def test_a_letter_is_itself_however_it_is_encoded() -> None:
    """An å of one character and one of two are the same name."""
    written = build.application(last_name="Skra\u030astad")
    assert not name_differs(written, build.person(last_name="Skr\u00e5stad"))


def test_nobody_is_asked_about_a_name_that_was_not_checked() -> None:
    """While the register has not answered, the name cannot differ from it."""
    unchecked = replace(facts(build.document("vitnemal")), person=None)
    assert missing(build.PARAMETERS, unchecked) == ()
