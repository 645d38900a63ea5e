from hypothesis import given
from hypothesis import strategies as st

from byok_relay.messages import Forward

from .answers import judge_answer, upstream_answer
from .choices import Drawn
from .effort import examples
from .hostile import hostile
from .judge import judge


@given(st.data())
@examples(1000)
def test_whatever_a_request_is_the_decision_about_it_is_right(data):
    choose = Drawn(data.draw)
    request = hostile(choose)
    decision = judge(request)
    if isinstance(decision, Forward):
        judge_answer(decision, request, *upstream_answer(choose))
