"""Write the pages that follow from the code: `python -m docs.generate`.

With `--check` nothing is written; it ends with 1 when a page is not current, naming it.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.case_types import load_case_types
from config.texts import load_texts
from docs.generator.case_type import case_type_page
from docs.generator.configuration import configuration_page

FOLDER = Path(__file__).parent


def pages() -> dict[str, str]:
    """Every generated page by its path under `docs/`."""
    standard, demo, texts = load_case_types("standard"), load_case_types("demo"), load_texts()
    of_kinds = {
        f"case-types/{name}.md": case_type_page(kind, demo[name], texts) for name, kind in standard.items()
    }
    return {"configuration.md": configuration_page(), **of_kinds}


def outdated(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """The pages that are not there, or say something else than the code does."""
    return [name for name, text in wanted.items() if read(folder / name) != text]


def read(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


def write(folder: Path, wanted: Mapping[str, str]) -> None:
    for name, text in wanted.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def main(arguments: Sequence[str], folder: Path = FOLDER) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="docs.generate", description="Write the generated pages.")
    parser.add_argument("--check", action="store_true", help="only tell whether they are current")
    only_check = parser.parse_args(arguments).check
    wanted = pages()
    stale = outdated(folder, wanted)
    if only_check:
        for name in stale:
            sys.stderr.write(f"docs/{name} is not current; `make docs` writes it anew\n")
        return int(bool(stale))
    write(folder, wanted)
    for name in stale:
        sys.stdout.write(f"docs/{name} written\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
