"""How long contracts last, by the API: the curve, the model that was taken, what lies ahead."""

from datetime import date, datetime

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from dangol.insight.analysis.contracts.queries import Ahead, Found, Lasting, Test, Tried, last_found
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.api.doors import opened
from dangol.web.api.works import Work, told_of
from dangol.web.insight.contracts import tasks, words
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["insight"])


class LastingPoint(Schema):
    """The part of contracts still running after some whole months, with its 95 % interval; seen: of how many."""

    month: int
    stay: float
    low: float
    high: float
    seen: int


class LastingContracts(Schema):
    """Contracts of all, of a line of business or of a plan. `kind`: empty, line or plan; `half`: months after which
    half have ended, null where so many have not yet, with its 95 % interval.
    """

    kind: str
    name: str
    contracts: int
    ended: int
    half: float | None
    half_low: float | None
    half_high: float | None
    points: list[LastingPoint]


class ContractGroup(Schema):
    """Contracts of which about the same was said, and the part that still ran, with its 95 % interval."""

    customers: int
    expected: float
    seen: float
    low: float
    high: float


class TriedContractModel(Schema):
    """A model that was tried: weibull, boosted, or age (the guess by age alone). `problem` says why it has no fit;
    `brier`: mean square error of the chance; `concordance`: of two contracts the part of pairs told right; `expected`:
    the mean chance to go on.
    """

    name: str
    problem: str
    brier: float | None
    concordance: float | None
    expected: float | None
    groups: list[ContractGroup]


class ContractTest(Schema):
    """The months held back. `taken`: the model, null where none has a fit; `reason`: only, clear or plainer; `gain`: by
    how much its error is smaller than that of the guess by age alone, with its 95 % interval.
    """

    cut_off: date
    months: int
    customers: int
    left: int
    taken: str | None
    reason: str
    gain: float | None
    gain_low: float | None
    gain_high: float | None
    tried: list[TriedContractModel]


class ContractsAhead(Schema):
    """Of those that run: how many are expected to go on for 1, 3 and 12 months; `told`: whose end is on record;
    `commitment`: the discounted part of the months to come, within the horizon of values, that they may be expected.
    """

    running: int
    told: int
    stay: dict[int, float]
    commitment: float


class ContractsFound(Schema):
    """The newest answer. `verdict`: it in a sentence; `parts`: lines and plans; `test`: null where too little has ended
    to hold months back; `ahead`: null where nobody's end is foretold; `wrong`: subscriptions left out as they end
    before they begin; `doubts`: what to keep in mind.
    """

    run: int
    as_of: datetime
    until: date
    verdict: str
    whole: LastingContracts
    parts: list[LastingContracts]
    test: ContractTest | None
    ahead: ContractsAhead | None
    wrong: int
    doubts: list[str]


@opened(router, "GET", "/insight/contracts", May.SEE_VALUES, response=ContractsFound, whole=True)
def get_contracts(request: HttpRequest) -> ContractsFound:
    """How long contracts last, as it was found last; 404 where nobody has asked yet."""
    found = last_found()
    if found is None:
        raise Http404("contracts")
    return ContractsFound(
        run=found.run.pk, as_of=found.run.as_of, until=found.until, verdict=words.verdict(found.whole),
        whole=_lasting(found.whole, ""), parts=_parts(found), test=_test(found.test) if found.test else None,
        ahead=_ahead(found.ahead) if found.ahead else None, wrong=found.wrong, doubts=list(words.doubts(found)),
    )  # fmt: skip


@opened(router, "POST", "/insight/contracts/ask", May.SEE_VALUES, response=Work, whole=True)
def ask_contracts(request: HttpRequest) -> Work:
    """Ask anew, beside the pages."""
    work.start(tasks.KEY, tasks.ask, viewer(request).user.pk, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/insight/contracts/ask", May.SEE_VALUES, response=Work, whole=True)
def get_contracts_asking(request: HttpRequest) -> Work:
    """How the asking stands."""
    return told_of(tasks.KEY)


def _parts(found: Found) -> list[LastingContracts]:
    plans = words.plan_names(found)
    return [_lasting(one, plans.get(one.name, str(one.name))) for one in found.parts]


def _lasting(one: Lasting, name: str) -> LastingContracts:
    return LastingContracts(
        kind=one.kind, name=name, contracts=one.contracts, ended=one.ended, half=one.half, half_low=one.half_low,
        half_high=one.half_high, points=[LastingPoint(**vars(point)) for point in one.points],
    )  # fmt: skip


def _test(test: Test) -> ContractTest:
    choice = test.choice
    return ContractTest(
        cut_off=test.cut_off, months=test.months, customers=test.customers, left=test.left,
        taken=choice.name if choice else None, reason=choice.reason if choice else "",
        gain=choice.gain if choice else None, gain_low=choice.gain_low if choice else None,
        gain_high=choice.gain_high if choice else None, tried=[_tried(one) for one in (*test.tried, test.naive)],
    )  # fmt: skip


def _tried(one: Tried) -> TriedContractModel:
    return TriedContractModel(
        name=one.name, problem=one.problem, brier=one.brier, concordance=one.concordance, expected=one.expected,
        groups=[ContractGroup(**vars(group)) for group in one.groups],
    )  # fmt: skip


def _ahead(one: Ahead) -> ContractsAhead:
    return ContractsAhead(running=one.running, told=one.told, stay=dict(one.stay), commitment=one.commitment)
