"""Asked just before an effect is carried out: does the case still want it?"""

from case_core.case import Case
from case_core.decide import AnyCaseType
from case_core.effects import Effect


def still_wanted(kind: AnyCaseType, case: Case[object], effect: Effect) -> bool:
    """No, once its ask is closed or the case type's own condition has gone; else the effect is cancelled."""
    if not case.is_waiting_for(effect.ask_key):
        return False
    return kind.wanted[type(effect)](kind.parameters(case.params_date), case, effect)
