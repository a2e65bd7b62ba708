"""The harvesting rule once more, slowly: plain lists of lots, one function per step of a day.

Written from the rule and not from the kernel, so that the two can disagree.  It knows one rule per
run, small worlds, and nothing about speed.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from trimtab.model.lots import is_long_term
from trimtab.quant.simulate.direct_market import DirectMarket
from trimtab.quant.simulate.harvest_rule import Every, HarvestRule, LossUse

NOTHING, SPECK = 1e-12, 1e-9  # of a lot, of the portfolio


@dataclass(eq=False)
class ReferenceLot:
    units: float
    basis: float
    bought: date
    holding: date
    paid_before: float
    used: bool = False
    selling: float = 0.0


@dataclass
class Reference:
    """The state of one portfolio, and what it has added up."""

    market: DirectMarket
    rule: HarvestRule
    cash: float
    paid_in: float
    lots: list[list[ReferenceLot]]
    locked: list[date]
    paid: list[float]
    short: float = 0.0
    long: float = 0.0
    qualified: float = 0.0
    ordinary: float = 0.0
    carried: tuple[float, float] = (0.0, 0.0)
    disallowed: float = 0.0
    harvested: float = 0.0
    taxes: float = 0.0
    costs: float = 0.0
    values: list[float] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)
    liquidated: float = 0.0

    def held(self, name: int) -> float:
        return sum(lot.units for lot in self.lots[name])

    def worth(self, t: int) -> float:
        prices = self.market.prices[t]
        return self.cash + sum(self.held(n) * prices[n] for n in range(len(self.lots)))


def run_reference(market: DirectMarket, rule: HarvestRule) -> Reference:
    """Simulate one rule over all sessions."""
    count = len(market.names)
    own = Reference(
        market,
        rule,
        rule.initial,
        rule.initial,
        [[] for _ in range(count)],
        [date.min] * count,
        [0.0] * count,
    )
    before = rule.initial
    for t in range(len(market.dates)):
        before = _session(own, t, before)
        own.values.append(before)
    return own


def _ends(market: DirectMarket, every: Every, t: int) -> bool:
    """Whether a session is the last of its period."""
    if every in (Every.NEVER, Every.DAY) or t == len(market.dates) - 1:
        return every is not Every.NEVER
    today, tomorrow = market.dates[t], market.dates[t + 1]
    if every is Every.WEEK:
        return today.isocalendar()[:2] != tomorrow.isocalendar()[:2]
    if every is Every.MONTH:
        return (today.year, today.month) != (tomorrow.year, tomorrow.month)
    if every is Every.QUARTER:
        return (today.year, (today.month + 2) // 3) != (tomorrow.year, (tomorrow.month + 2) // 3)
    return today.year != tomorrow.year


def _session(own: Reference, t: int, before: float) -> float:
    market, rule = own.market, own.rule
    for name, dividend in enumerate(market.dividends[t]):
        own.paid[name] += dividend
        own.cash += own.held(name) * dividend
        own.qualified += own.held(name) * dividend
    flow = 0.0
    if t > 0 and _ends(market, rule.deposits, t):
        own.cash += rule.deposit
        flow = rule.deposit
        own.paid_in += flow
    if t > 0:
        _sell_deleted(own, t)
        if _ends(market, rule.harvest, t):
            _harvest(own, t)
        if _ends(market, rule.rebalance, t):
            _trim(own, t)
    _invest(own, t)
    if t == len(market.dates) - 1:
        own.liquidated = _liquidation(own, t)
    if _ends(market, rule.settle, t):
        tax, own.carried = assess_reference(own)
        own.cash -= tax
        own.taxes += tax
        flow -= tax
        own.short = own.long = own.qualified = own.ordinary = 0.0
    after = own.worth(t)
    own.returns.append((after - flow) / before - 1.0)
    return after


def net_gains(rule: HarvestRule, short: float, long: float) -> tuple[float, tuple[float, float]]:
    """26 USC 1222, 1211(b), 1212(b): tax, and the losses carried."""
    rates = rule.rates
    if min(short, long) < 0.0 < max(short, long):  # across
        if short > long:
            short, long = (short + long, 0.0) if short + long > 0.0 else (0.0, short + long)
        else:
            short, long = (0.0, short + long) if short + long > 0.0 else (short + long, 0.0)
    tax = rates.short * max(short, 0.0) + rates.long * max(long, 0.0)
    room = 3_000.0
    left = []
    for loss in (min(short, 0.0), min(long, 0.0)):
        deducted = min(room, -loss)
        room -= deducted
        tax -= rates.ordinary * deducted
        left.append(loss + deducted)
    return tax, (left[0], left[1])


def assess_reference(
    own: Reference, short: float = 0.0, long: float = 0.0
) -> tuple[float, tuple[float, float]]:
    rule = own.rule
    tax = rule.rates.qualified_dividends * own.qualified + rule.rates.ordinary * own.ordinary
    short, long = short + own.short, long + own.long
    if rule.losses is LossUse.OUTSIDE:
        return tax + rule.rates.short * short + rule.rates.long * long, (0.0, 0.0)
    other = rule.other_short_gains * own.paid_in, rule.other_long_gains * own.paid_in
    with_own, carried = net_gains(
        rule, short + own.carried[0] + other[0], long + own.carried[1] + other[1]
    )
    return tax + with_own - net_gains(rule, *other)[0], carried


def _liquidation(own: Reference, t: int) -> float:
    day, prices = own.market.dates[t], own.market.prices[t]
    short = long = proceeds = 0.0
    for name, lots in enumerate(own.lots):
        for lot in lots:
            got = lot.units * prices[name] * (1.0 - own.rule.cost)
            proceeds += got
            if is_long_term(lot.holding, day):
                long += got - lot.basis
            else:
                short += got - lot.basis
    return own.cash + proceeds - assess_reference(own, short, long)[0]


def _investable(own: Reference, t: int) -> tuple[float, float]:
    """What the portfolio is worth beyond the tax so far, and the cash beyond it."""
    value = own.worth(t)
    reserve = max(0.0, assess_reference(own)[0])
    return value - reserve, own.cash - reserve


def _wanted(own: Reference, t: int, value: float) -> list[float]:
    """Dollars wanted of each name."""
    market, day = own.market, own.market.dates[t]
    held = [own.held(n) * market.prices[t, n] for n in range(len(own.lots))]
    aim = [weight * value for weight in market.weights[t]]
    wanted = list(held)
    pairs = {n: int(s) for n, s in enumerate(market.twins) if s >= 0}
    single = [n for n in range(len(aim)) if n not in pairs and n not in pairs.values()]
    open_names = [n for n in single if aim[n] > 0.0 and day > own.locked[n]]
    locked = [n for n in single if aim[n] > 0.0 and day <= own.locked[n]]

    def in_sector(names: list[int], sector: int) -> list[int]:
        return [n for n in names if market.sectors[n] == sector]

    homeless = sum(
        max(0.0, aim[n] - held[n]) for n in locked if not in_sector(open_names, market.sectors[n])
    )
    everyone = sum(aim[n] for n in open_names)
    for n in open_names:
        sector = market.sectors[n]
        lacked = sum(max(0.0, aim[k] - held[k]) for k in in_sector(locked, sector))
        opened = sum(aim[k] for k in in_sector(open_names, sector))
        wanted[n] = aim[n] * (1.0 + lacked / opened + homeless / everyone)
    for first, second in pairs.items():
        if day <= own.locked[first]:
            wanted[second] = aim[first] - held[first]
        else:
            wanted[first] = aim[first] - held[second]
    return wanted


def _sell_deleted(own: Reference, t: int) -> None:
    stand_in = set(own.market.twins.tolist())
    for name, lots in enumerate(own.lots):
        if own.market.weights[t, name] == 0.0 and name not in stand_in:
            for lot in lots:
                lot.selling = lot.units
            _execute(own, t, name)


def _harvest(own: Reference, t: int) -> None:
    value, _ = _investable(own, t)
    candidates = []
    for name in range(len(own.lots)):
        chosen = _losses(own, t, name, value)
        if chosen:
            net = own.market.prices[t, name] * (1.0 - own.rule.cost)
            basis = sum(lot.basis for lot in chosen)
            loss = basis - sum(lot.units for lot in chosen) * net
            candidates.append((-loss / basis, name, chosen))
    admitted = []
    tilt = _Tilt(own, t, value)
    for _, name, chosen in sorted(candidates, key=lambda one: one[:2]):
        if tilt.admits(name, sum(lot.units for lot in chosen)):
            admitted.append((name, chosen))
    for name, chosen in admitted:
        for lot in chosen:
            lot.selling = lot.units
        own.harvested += _execute(own, t, name)


def _recent(lot: ReferenceLot, day: date) -> bool:
    return not lot.used and day - lot.bought <= timedelta(days=30)


def _losses(own: Reference, t: int, name: int, value: float) -> list[ReferenceLot]:
    """Lots of a name whose loss is worth taking and would not be washed too much."""
    rule, day = own.rule, own.market.dates[t]
    net = own.market.prices[t, name] * (1.0 - rule.cost)
    deep = [
        lot
        for lot in own.lots[name]
        if lot.basis > lot.units * net and lot.basis - lot.units * net >= rule.loss_min * lot.basis
    ]
    if not deep:
        return []
    if rule.wash_sales:
        rest = [lot for lot in own.lots[name] if lot not in deep and _recent(lot, day)]
        allowed = rule.recent_max * sum(lot.units for lot in deep)
        if sum(lot.units for lot in rest) > allowed:
            deep = deep + [lot for lot in rest if lot.basis > lot.units * net]
            rest = [lot for lot in rest if lot not in deep]
            if sum(lot.units for lot in rest) > rule.recent_max * sum(lot.units for lot in deep):
                return []
    loss = sum(lot.basis - lot.units * net for lot in deep)
    return deep if loss >= rule.loss_value_min * value else []


class _Tilt:
    """How much the open names of each sector are asked to stand in for."""

    def __init__(self, own: Reference, t: int, value: float) -> None:
        self.own, self.t, self.value = own, t, value
        self.locked = {n for n, until in enumerate(own.locked) if own.market.dates[t] <= until}
        self.sold = [0.0] * len(own.lots)

    def _lacks(self, name: int) -> float:
        market = self.own.market
        units = self.own.held(name) - self.sold[name]
        return max(
            0.0, market.weights[self.t, name] * self.value - units * market.prices[self.t, name]
        )

    def admits(self, name: int, units: float) -> bool:
        if not self.own.rule.wash_sales:
            return True
        market = self.own.market
        twins = market.twins.tolist()
        if twins[name] >= 0 or name in twins:
            other = twins[name] if twins[name] >= 0 else twins.index(name)
            if other in self.locked:
                return False
            self.locked.add(name)
            return True
        was = self.locked.copy()
        self.locked.add(name)
        self.sold[name] += units
        peers = [
            k
            for k in range(len(twins))
            if market.sectors[k] == market.sectors[name]
            and market.weights[self.t, k] > 0.0
            and twins[k] < 0
        ]
        lacked = sum(self._lacks(k) for k in peers if k in self.locked)
        opened = sum(market.weights[self.t, k] * self.value for k in peers if k not in self.locked)
        if lacked <= self.own.rule.tilt_max * opened:
            return True
        self.locked = was
        self.sold[name] -= units
        return False


def _trim(own: Reference, t: int) -> None:
    rule, day = own.rule, own.market.dates[t]
    value, _ = _investable(own, t)
    wanted = _wanted(own, t, value)
    for name, lots in enumerate(own.lots):
        price = own.market.prices[t, name]
        held = own.held(name) * price
        if held <= wanted[name] * (1.0 + rule.band) + SPECK * value:
            continue
        excess = held - wanted[name]
        fit = [
            lot
            for lot in lots
            if lot.basis / lot.units > price
            or (
                is_long_term(lot.holding, day)
                and price - lot.basis / lot.units <= rule.gain_max * price
            )
        ]
        for lot in sorted(fit, key=lambda one: -one.basis / one.units):
            if excess > NOTHING * (held - wanted[name]):
                lot.selling = min(lot.units, excess / price)
                excess -= lot.selling * price
        _execute(own, t, name)


def _invest(own: Reference, t: int) -> None:
    rule, day = own.rule, own.market.dates[t]
    value, cash = _investable(own, t)
    if cash <= rule.cash_max * value:
        return
    wanted = _wanted(own, t, value)
    least = max(rule.trade_min, SPECK) * value
    gaps = [
        (wanted[n] - own.held(n) * own.market.prices[t, n], n)
        for n in range(len(own.lots))
        if day > own.locked[n]
    ]
    for gap, name in sorted(gaps, key=lambda one: (-one[0], one[1])):
        dollars = min(gap, cash)
        if dollars < least:
            return
        units = dollars / (own.market.prices[t, name] * (1.0 + rule.cost))
        own.lots[name].append(ReferenceLot(units, dollars, day, day, own.paid[name]))
        own.costs += dollars - units * own.market.prices[t, name]
        own.cash -= dollars
        cash -= dollars


def _execute(own: Reference, t: int, name: int) -> float:
    """Sell what is marked of a name; its losses."""
    price, day, rule = own.market.prices[t, name], own.market.dates[t], own.rule
    total = 0.0
    gone = []
    for lot in own.lots[name]:  # a wash sale may put the rest of a lot behind it, to be sold too
        if lot.selling <= 0.0:
            continue
        before = lot.units
        part = lot.selling / before
        basis = lot.basis * part
        proceeds = lot.selling * price * (1.0 - rule.cost)
        own.cash += proceeds
        own.costs += lot.selling * price * rule.cost
        if day - lot.bought <= timedelta(days=60):
            paid = lot.selling * (own.paid[name] - lot.paid_before)
            own.qualified -= paid
            own.ordinary += paid
        gain = proceeds - basis
        if gain < 0.0:
            total -= gain
            if rule.wash_sales:
                own.locked[name] = day + timedelta(days=30)
                washed = _wash(own, name, lot, day, -gain / lot.selling)
                own.disallowed += washed
                gain += washed
        if is_long_term(lot.holding, day):
            own.long += gain
        else:
            own.short += gain
        lot.basis -= basis
        lot.units -= lot.selling
        lot.selling = 0.0
        if lot.units <= NOTHING * before:
            gone.append(lot)
    own.lots[name] = [lot for lot in own.lots[name] if lot not in gone]
    return total


def _wash(own: Reference, name: int, sold: ReferenceLot, day: date, unit_loss: float) -> float:
    """Match the units of a loss with what is left of recent purchases."""
    units, washed = sold.selling, 0.0
    for lot in list(own.lots[name]):
        free = lot.units - lot.selling
        if units <= 0.0 or free <= 0.0 or lot.bought == sold.bought or not _recent(lot, day):
            continue
        matched = min(units, free)
        if matched < lot.units:
            rest = ReferenceLot(
                lot.units - matched,
                lot.basis * (lot.units - matched) / lot.units,
                lot.bought,
                lot.holding,
                lot.paid_before,
                selling=lot.selling,
            )
            own.lots[name].insert(own.lots[name].index(lot) + 1, rest)
            lot.basis *= matched / lot.units
            lot.units, lot.selling = matched, 0.0
        lot.basis += matched * unit_loss
        lot.holding -= day - sold.holding
        lot.used = True
        washed += matched * unit_loss
        units -= matched
    return washed
