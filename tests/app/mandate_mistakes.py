"""What is changed in a right mandate, the line of the mistake, and words of its message."""

from tests.app.folders import MANDATE
from tests.app.mandates import edit

# What is changed in a right mandate → its line, and words that the message must hold.
MISTAKES = {
    "a key with a typo": (
        edit('wrapper = "taxable"', 'wraper = "taxable"'),
        6,
        ["accounts.joint.wraper", "no such key", "Did you mean 'wrapper'?"],
    ),
    "a section with a typo": (
        MANDATE + "[harvst]\nenabled = true\n",
        25,
        ["harvst", "no such section", "Did you mean 'harvest'?"],
    ),
    "a key of another section": (
        MANDATE + "turnover_max = 0.1\n",
        25,
        ["tax.turnover_max", "It belongs under [limits]"],
    ),
    "a key outside every section": (
        "turnover_max = 0.1\n" + MANDATE,
        1,
        ["turnover_max", "outside every section", "[limits]"],
    ),
    "a weight in percent": (
        edit("weight = 0.6", "weight = 60"),
        14,
        ["targets.stocks.weight", "60 is too large", "at most 1", '60 % is written 0.6 or "60 %"'],
    ),
    "a weight below zero": (
        edit("weight = 0.6", "weight = -0.6"),
        14,
        ["targets.stocks.weight", "-0.6 is too small", "at least 0"],
    ),
    "a weight that is a word": (
        edit("weight = 0.6", 'weight = "most"'),
        14,
        ["targets.stocks.weight", "'most' is not a number", "Write it like 1234.56"],
    ),
    "a weight that is no number": (
        edit("weight = 0.6", "weight = nan"),
        14,
        ["targets.stocks.weight", "'NaN' is not a finite number"],
    ),
    "a weight without end": (
        edit("weight = 0.6", "weight = inf"),
        14,
        ["targets.stocks.weight", "not a finite number"],
    ),
    "weights that sum to less than one": (
        edit("weight = 0.4", "weight = 0.35"),
        19,
        ["0.6 + 0.35 = 0.95", "must sum to 1", "Set targets.bonds.weight to 0.4", "cash"],
    ),
    "weights that sum to more than one": (
        edit("weight = 0.4", "weight = 0.5"),
        19,
        ["0.6 + 0.5 = 1.1", "Set targets.bonds.weight to 0.4"],
    ),
    "a target without a weight": (
        edit("weight = 0.6\n", ""),
        12,
        ["targets.stocks.weight", "it is missing", "Add weight = 0.6"],
    ),
    "a target without an instrument": (
        edit('instruments = ["BND"]', "instruments = []"),
        20,
        ["targets.bonds.instruments", "it is empty"],
    ),
    "two targets of one name": (
        edit('name = "bonds"', 'name = "stocks"'),
        18,
        ["'stocks' is taken", "line 13 has it", "Choose another name"],
    ),
    "two accounts of one id": (
        edit('id = "ira"', 'id = "joint"'),
        9,
        ["'joint' is taken", "line 5 has it"],
    ),
    "an instrument in two targets": (
        edit('["BND"]', '["BND", "VTI"]'),
        20,
        ["'VTI' belongs to targets.stocks already", "Leave it in one target"],
    ),
    "an instrument twice in a target": (
        edit('["VTI", "ITOT"]', '["VTI", "VTI"]'),
        15,
        ["'VTI' is in it twice", "Leave it in once"],
    ),
    "cash as a target": (
        edit('["BND"]', '["CASH"]'),
        20,
        ["'CASH' is money", "Set [cash] weight"],
    ),
    "a target that may not be owned": (
        MANDATE + '[[restrictions]]\nkind = "never_own"\ninstruments = ["BND"]\n',
        20,
        ["no account can hold any of BND", "eligible instrument"],
    ),
    "a target that no account can hold": (
        edit('wrapper = "taxable"', 'can_hold = ["VTI"]').replace(
            'wrapper = "traditional"', 'can_hold = ["VTI"]'
        ),
        20,
        ["no account can hold any of BND"],
    ),
    "no accounts at all": (
        MANDATE.split("[[accounts]]")[0] + "[[targets]]" + MANDATE.split("[[targets]]", 1)[1],
        None,
        ["accounts: there is none", "Add a [[accounts]] block"],
    ),
    "no targets at all": (
        MANDATE.split("[[targets]]")[0] + '[tax]\nregime = "none"\n',
        None,
        ["targets: there is none"],
    ),
    "a list of tables written as a table": (
        MANDATE.split("[[accounts]]")[0]
        + '[accounts]\nid = "x"\n[[targets]]'
        + MANDATE.split("[[targets]]", 1)[1],
        4,
        ["accounts: it is not written as it must be", "[[accounts]]"],
    ),
    "a table written as a value": ("tax = 3\n" + MANDATE.split("[tax]")[0], 1, ["[tax]"]),
    "an unknown wrapper": (
        edit('"traditional"', '"tradtional"'),
        10,
        ["'tradtional' is none of its choices", "Did you mean 'traditional'?"],
    ),
    "a flag in quotes": (
        MANDATE + '[harvest]\nenabled = "yes"\n',
        26,
        ["harvest.enabled", "'yes' does not fit", "it must be true or false"],
    ),
    "an amount below zero": (
        MANDATE + "[cash]\nreserve = -1\n",
        26,
        ["cash.reserve", "-1 is too small", "at least 0"],
    ),
    "an amount in quotes": (
        MANDATE + '[cash]\nreserve = "1000"\n',
        26,
        ["cash.reserve", "'1000' does not fit", "it must be an amount"],
    ),
    "a whole number with a fraction": (
        MANDATE + "[limits]\nprice_age_days_max = 2.5\n",
        26,
        ["limits.price_age_days_max", "2.5 does not fit", "a whole number"],
    ),
    "a day in another order": (
        MANDATE + '[[flows]]\namount = -1\ndue = "03/04/2026"\n',
        27,
        ["'03/04/2026' is not a day", "year-month-day", "March or April"],
    ),
    "a liability with a key that there is not": (
        MANDATE + '[[liabilities]]\nname = "card"\namount = 9\nrates = 0.1\n',
        28,
        ["liabilities.card.rates", "there is no such key", "Did you mean 'rate'?"],
    ),
    "a liability below zero": (
        MANDATE + '[[liabilities]]\nname = "card"\namount = -9\n',
        27,
        ["liabilities.card.amount", "-9 is too small"],
    ),
    "two liabilities of one name": (
        MANDATE + 2 * '[[liabilities]]\nname = "card"\namount = 9\n',
        29,
        ["'card'"],
    ),
    "a flow of an unknown account": (
        MANDATE + '[[flows]]\namount = -1\naccount = "jiont"\n',
        27,
        ["there is no account 'jiont'", "Did you mean 'joint'?"],
    ),
    "a reserve of an unknown account": (
        MANDATE + "[cash]\naccount_reserve = { jiont = 5 }\n",
        26,
        ["there is no account 'jiont'", "Did you mean 'joint'?"],
    ),
    "a restriction on an unknown instrument": (
        MANDATE + '[[restrictions]]\nkind = "do_not_buy"\ninstruments = ["GE"]\n',
        27,
        ["there is no instrument 'GE'", "[instruments.GE]"],
    ),
    "a restriction on nothing": (
        MANDATE + '[[restrictions]]\nkind = "do_not_buy"\n',
        25,
        ["neither instruments nor tags"],
    ),
    "a range without bounds": (
        MANDATE + '[[restrictions]]\nkind = "hold_range"\ninstruments = ["VTI"]\n',
        25,
        ["hold_range without minimum and maximum"],
    ),
    "a range upside down": (
        MANDATE
        + '[[restrictions]]\nkind = "hold_range"\ninstruments = ["VTI"]\n'
        + "minimum = 0.3\nmaximum = 0.1\n",
        28,
        ["minimum 0.3 is above maximum 0.1", "Swap them"],
    ),
    "federal tax without income or rates": (
        edit("short_rate = 0.32\n", ""),
        22,
        ["neither ordinary_income nor both", 'regime = "none"'],
    ),
    "a group that is declared twice": (
        MANDATE + '[wash_sales]\ngroups = [["VTI", "A"], ["VTI", "B"]]\n',
        26,
        ["'VTI' is in two groups", "Join the groups"],
    ),
    "a substitute that is the same thing": (
        MANDATE + '[wash_sales]\ngroups = [["VTI", "ITOT"]]\nsubstitutes = { VTI = ["ITOT"] }\n',
        27,
        ["'ITOT' is substantially identical to 'VTI'", "must differ"],
    ),
    "a currency in small letters": (
        edit('name = "Test household"', 'base_currency = "usd"'),
        2,
        ["'usd' is no currency code", "Write 'USD'"],
    ),
    "a band with a typo": (
        edit("weight = 0.6\n", "weight = 0.6\nband = { absolut = 0.05 }\n"),
        15,
        ["targets.stocks.band.absolut", "Did you mean 'absolute'?"],
    ),
    "a text without quotes": (
        edit('wrapper = "taxable"', "wrapper = taxable"),
        6,
        ["the file breaks here", "Put the text after the equals sign in quotes"],
    ),
    "a quotation mark that is missing": (
        edit('wrapper = "taxable"', 'wrapper = "taxable'),
        6,
        ["the file breaks here", "A quotation mark is missing in this line"],
    ),
    "a file that was cut off": (
        MANDATE[:195],
        15,
        ["the file breaks here", "may have been cut off"],
    ),
    "a key that stands twice": (
        edit('wrapper = "taxable"', 'wrapper = "taxable"\nwrapper = "roth"'),
        7,
        ["the file breaks here", "overwrite a value"],
    ),
    "a number too large to keep": (
        edit("weight = 0.6", "weight = 1e30"),
        14,
        ["targets.stocks.weight", "too large", "24 digits"],
    ),
    "an exchange that is not known": (
        MANDATE + '[schedule]\nexchange = "LON"\n',
        26,
        ["schedule.exchange", "'LON' is none of its choices", "NYSE", "XETR", "XLON", "XASX"],
    ),
    "a weekday that is none": (
        MANDATE + '[schedule]\ncheck_days = ["tuesday", "someday"]\n',
        26,
        ["schedule.check_days", "'someday' is none of its choices", "monday, tuesday"],
    ),
    "a time of day that is none": (
        MANDATE + '[schedule]\ncheck_at = "10.30"\n',
        26,
        ["schedule.check_at", "a time of day like", 'check_at = "10:30"'],
    ),
}
