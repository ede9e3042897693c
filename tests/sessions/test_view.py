"""What a screen is given: a client's holds no number that is not for a client."""

from dataclasses import replace

import numpy as np

from coherence.analysis.markers import LIVE
from coherence.model import Value
from coherence.sessions.tracker import SessionTracker


def test_a_client_s_view_withholds_what_is_not_for_a_client() -> None:
    values = {marker.key: Value(1.0) for marker in LIVE}
    history = {marker.key: np.ones(3) for marker in LIVE}
    view = replace(SessionTracker().view(0.0), values=values, history=history)
    seen = view.for_client()
    assert set(values) - set(seen.values) == {"activation_index"}
    assert set(history) - set(seen.history) == {"activation_index"}
    assert seen.t_s is view.t_s
    assert replace(seen, values=values, history=history).now_s == view.now_s
