"""The pages' own words: headings, buttons, hints. What letters say too stands in the shared texts."""

from collections.abc import Mapping
from typing import Final

from web.labels.en import EN
from web.labels.nb import NB
from web.labels.nn import NN

LABELS: Final[Mapping[str, Mapping[str, str]]] = {"nb": NB, "nn": NN, "en": EN}
