"""Prefill of a form from dotted keys, as the apps' library does it."""

from collections.abc import Mapping
from typing import Any

from simulators.form_models import FormError, FormModel, typed


def prefilled(model: FormModel, form: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Case and `-` in keys do not count; unknown keys and fields that are filled are passed over.

    Raises FormError where a value cannot become the field's type.
    """
    leaves = {".".join(path).lower(): (path, kind) for path, kind in model.leaves()}
    result = dict(form)
    for key, value in values.items():
        known = leaves.get(key.replace("-", "").lower())
        if known is None or value is None:
            continue
        path, kind = known
        if not isinstance(value, str):
            raise FormError("a prefill value is not a text")
        result = _with(result, path, typed(kind, value))
    return result


def _with(form: Mapping[str, Any], path: tuple[str, ...], value: str | bool) -> dict[str, Any]:  # noqa: FBT001 - a form value, no switch
    name, *rest = path
    old = form.get(name)
    if rest:
        return {**form, name: _with(old if isinstance(old, Mapping) else {}, tuple(rest), value)}
    return {**form, name: value if old in (None, "") else old}
