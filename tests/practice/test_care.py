from dataclasses import replace

from coherence.practice.care import is_open, lengths_min, usual_min
from coherence.practice.library import practice, practices
from coherence.practice.practices import Practice, Step

ENDLESS = Practice("x", "X", "", "", "", "heart", (Step("free", "Sit", None, None, ()),))


def test_a_first_time_lasts_five_minutes_at_most():
    for each in practices():
        assert max(lengths_min(each, first=True)) <= 5
        assert usual_min(each, first=True) in lengths_min(each, first=True)
    assert usual_min(practice("soothing_rhythm"), first=True) == 5
    assert lengths_min(practice("soothing_rhythm"), first=True) == (5,)
    assert lengths_min(practice("grounding"), first=True) == (3, 5)
    assert lengths_min(practice("soothing_threat"), first=True) == (3,)


def test_later_the_lengths_are_those_of_the_practice():
    assert lengths_min(practice("soothing_rhythm"), first=False) == (5, 10, 15, 20)
    assert usual_min(practice("soothing_rhythm"), first=False) == 10
    assert usual_min(practice("inner_critic"), first=False) == 15
    assert lengths_min(practice("before_session"), first=False) == (3,)
    assert lengths_min(ENDLESS, first=False) == ()
    assert usual_min(ENDLESS, first=True) is None


def test_the_critic_opens_after_three_soothing_practices_or_by_a_therapist():
    critic = practice("inner_critic")
    assert not is_open(critic, 2, (), all_open=False)
    assert is_open(critic, 3, (), all_open=False)
    assert is_open(critic, 0, {"inner_critic"}, all_open=False)
    assert is_open(critic, 0, (), all_open=True)
    assert is_open(replace(critic, therapist="somebody"), 0, (), all_open=False)
    for each in practices():
        assert each == critic or is_open(each, 0, (), all_open=False)
