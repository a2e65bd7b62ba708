# ruff: noqa: E501  (rows are as wide as in the files)
"""Brokers from the Netherlands to Italy, Poland to Sweden, and of Canada in French and English."""

import pytest

from tests.importers.formats.european_files import broken, ignored, moved, read

FILES = {
    "Avanza, a fund that became another": (
        """
        Datum;Konto;Typ av transaktion;Värdepapper/beskrivning;Antal;Kurs;Belopp;Transaktionsvaluta;Courtage (SEK);Valutakurs;Instrumentvaluta;ISIN;Resultat
        2024-01-13;Savings;Sälj;World Index S;-352,033838;154,665276;54447,41;SEK;0;;SEK;SE0000000017;14650,37
        2024-03-10;Savings;Köp;Oak Timber;2;330,16;-7104,41;SEK;21,45;10,72655;USD;US0000000019;
        2024-09-13;Savings;Utländsk källskatt;Utdelning OAK 0.9 USD/aktie;11;;-16,49;SEK;;1;;US0000000019;
        2024-01-27;8346899;Övrigt;Avkastningsskatt;;;-118;SEK;;;;;
        2024-03-10;8346899;Övrigt;New Energy A (SEK);3,6545;;;;;;;LU0000000014;
        2024-03-10;8346899;Övrigt;OLD ENERGY;-3,6545;;;;;;;LU0000000022;
        """,
        [
            "2024-01-13 sell SE0000000017 -352.033838 @ 154.665276 for 54447.41 SEK",
            "2024-03-10 buy US0000000019 2 for -7104.41 SEK, fee 21.45",
            "2024-09-13 tax US0000000019 for -16.49 SEK",
            "2024-01-27 tax for -118 SEK",
            "2024-03-10 symbol_change LU0000000014 3.6545 SEK",
            "2024-03-10 symbol_change LU0000000022 -3.6545 SEK",
        ],
    ),
    "Nordnet in Swedish, tabs": (
        "Id\tBokföringsdag\tAffärsdag\tLikviddag\tDepå\tTransaktionstyp\tVärdepapper\tISIN\tAntal\tKurs\tRänta\tTotal Avgift\tValuta\tBelopp\tValuta\tSaldo\n"
        "1\t2024-03-05\t2024-03-05\t2024-03-07\t111\tKÖPT\tElm Works B\tSE0000000017\t100\t200,50\t\t39,00\tSEK\t-20 089,00\tSEK\t0\n"
        "2\t2024-06-01\t2024-06-01\t2024-06-03\t111\tUTDELNING\tElm Works B\tSE0000000017\t100\t6,50\t\t\tSEK\t650,00\tSEK\t0\n"
        "3\t2024-06-02\t2024-06-02\t2024-06-02\t111\tINSÄTTNING\t\t\t\t\t\t\tSEK\t3 000,00\tSEK\t0\n",
        [
            "2024-03-05 buy SE0000000017 100 @ 200.50 for -20089.00 SEK, fee 39.00",
            "2024-06-01 dividend SE0000000017 for 650.00 SEK",
            "2024-06-02 deposit for 3000.00 SEK",
        ],
    ),
    "BUX, deposits one column further right": (
        """
        Transaction Time (CET),Transaction Category,Transaction Type,Transfer Type,Transaction Amount,Transaction Currency,Cash Balance Amount,Asset Id,Asset Name,Asset Quantity,Asset Price,Asset Currency,Currency Pair,Exchange Rate,Transaction Description
        2024-01-19 17:15:46.543000,deposits,Sepa Deposit,,,10,EUR,55.07,,,,,,,
        2024-03-21 13:37:29.383000,trades,Buy Trade,,-542.92,EUR,48.49,NL0000000028,ELM,49,11.08,EUR,,,
        2024-03-21 13:37:29.384000,fees,Trading Fee,,-1.5,EUR,46.99,NL0000000028,ELM,,,,,,
        2020-08-31 11:16:47.570000,corporate_actions,General Corporate Action,ASSET_REDEEM,-1000.08,USD,,US0000000019,Oak,2.0,500.04,USD,EURUSD,1.19,Stock split Oak
        """,
        [
            "2024-01-19 deposit 55.07 for 10 EUR",
            "2024-03-21 buy NL0000000028 49 @ 11.08 for -542.92 EUR",
            "2024-03-21 fee NL0000000028 for -1.5 EUR",
            "2020-08-31 other US0000000019 2.0 @ 500.04 for -1000.08 USD",
        ],
    ),
    "Rabobank": (
        """
        Portefeuille;Naam;Datum;Type mutatie;Valuta mutatie;Volume;Koers;Valuta koers;Valuta kosten €;Waarde;Bedrag;Isin code;Tijd;Beurs
        12345678;World Indexfonds;08-02-2024;Verkoop Fondsen;EUR;-1,2343;134,776 ;EUR;0,50;166,36;165,86;NL0000000028;11:46:02.924;X
        12345678;;24-01-2024;Storting / opname;EUR;0;0,00 ;EUR;0;0,00;250,00;;;
        12345678;;06-01-2024;Tarieven en services;EUR;0;0,00 ;EUR;0;0,00;-17,44;;;
        """,
        [
            "2024-02-08 sell NL0000000028 -1.2343 @ 134.776 for 165.86 EUR, fee 0.50",
            "2024-01-24 deposit for 250.00 EUR",
            "2024-01-06 fee for -17.44 EUR",
        ],
    ),
    "Directa": (
        """
        Conto : 12345 ROSSI ,,,,,,,,,,,
        al : 01-01-2025,,,,,,,,,,,
        Data operazione,Data valuta,Tipo operazione,Ticker,Isin,Protocollo,Descrizione,Quantità,Importo euro,Importo Divisa,Divisa,Riferimento ordine
        30-12-2024,30-12-2024,Conferimento con bonifico,,,Y,,0,1200,0,EUR,
        27-12-2024,27-12-2024,Rit.provento etf,WLD,IE0000000015,Y,WORLD ETF,0,-3.57,0,EUR,
        02-12-2024,04-12-2024,Acquisto,WLD,IE0000000015,,WORLD ETF,3,-431.04,0,EUR,X
        """,
        [
            "2024-12-30 deposit for 1200 EUR",
            "2024-12-27 tax WLD for -3.57 EUR",
            "2024-12-02 buy WLD 3 for -431.04 EUR",
        ],
    ),
    "Fineco, commissions beside the value": (
        """
        Dossier: 123456789,,,,,,,,,,,,,,,
        Operazione,Data valuta,Descrizione,Titolo,Isin,Segno,Quantita,Divisa,Prezzo,Cambio,Controvalore,Commissioni Fondi Sw/Ingr/Uscita,Commissioni Fondi Banca Corrispondente,Spese Fondi Sgr,Commissioni amministrato
        15/01/2024,17/01/2024,Compravendita titoli,WORLD ETF,IE0000000015,A,5,EUR,105.71,,528.55,,,,2.95
        15/03/2024,19/03/2024,Compravendita titoli,WORLD ETF,IE0000000015,V,4,EUR,110.00,,440.00,,,,2.95
        15/06/2024,17/06/2024,Dividendo,WORLD ETF,IE0000000015,,,EUR,,,20.95,,,,
        """,
        [
            "2024-01-15 buy IE0000000015 5 @ 105.71 for -531.50 EUR, fee 2.95",
            "2024-03-15 sell IE0000000015 -4 @ 110.00 for 437.05 EUR, fee 2.95",
            "2024-06-15 dividend IE0000000015 for 20.95 EUR",
        ],
    ),
    "XTB, units in a comment": (
        """
        ID;Type;Time;Comment;Symbol;Amount;;;;
        53;Stocks/ETF purchase;12.04.2024 13:01:45;OPEN BUY 34/42.5658 @ 11.7480;WLD.DE;-399.43;;;;
        52;Stocks/ETF sale;02.04.2024 11:42:37;CLOSE BUY 1 @ 26.280;ELM.DE;26.28;;;;
        62;Withholding tax;26.09.2024 11:00:23;OAK.US USD WHT 15%;OAK.US;-0.33;;;;
        27;Profit/Loss (FX/CFD);22.07.2022 01:35:43;Profit of position #68;GBPUSD;0.13;;;;
        """,
        [
            "2024-04-12 buy WLD.DE 34 for -399.43",
            "2024-04-02 sell ELM.DE -1 for 26.28",
            "2024-09-26 tax OAK.US for -0.33",
            "2022-07-22 other GBPUSD for 0.13",
        ],
    ),
    "finpension": (
        """
        Date;Category;"Asset Name";ISIN;"Number of Shares";"Asset Currency";"Currency Rate";"Asset Price in CHF";"Cash Flow";Balance
        2024-07-11;Sell;"World ex CH";CH0000000011;-0.002000;USD;0.900000;1773.370000;3.546740;17.306351
        2024-10-22;"Portfolio Transaction";"World ex CH";CH0000000011;0.155000;CHF;1.0000000000;1690.560000;-262.036800;6.653200
        2024-10-15;"Flat-rate administration fee";;;0.000000;CHF;1.0000000000;0.000000;-0.348712;3.655006
        """,
        [
            "2024-07-11 sell CH0000000011 -0.002000 @ 1773.370000 for 3.546740 CHF",
            "2024-10-22 buy CH0000000011 0.155000 @ 1690.560000 for -262.036800 CHF",
            "2024-10-15 fee for -0.348712 CHF",
        ],
    ),
    "UBS, apostrophes and a reversal": (
        """
        Bewertungsdatum;Portfolio;Abschluss;Buchung;Valuta;Beschreibung 1;Beschreibung 2;Beschreibung 3;Valor;ISIN;Whrg.;Anzahl/Betrag;Whrg.;Trans.-Preis;Devisenkurs;Bewertungswährung;Trans.-Wert
        14.08.2024;0210 R800;26.01.2024;28.01.2024;28.01.2024;Kauf aus Emission;World Fund -P-;;18;CH0000000011;;0.415;CHF;2'410.55;;CHF;1'000
        14.08.2024;0210 R800;26.03.2024;30.03.2024;30.03.2024;Storno;Kauf aus Emission;World Fund -P-;18;CH0000000011;;-0.415;CHF;2'410.55;;CHF;-1'000
        Transaktionsliste: Positionsverändernd vom 01.01.2024 bis 14.08.2024;;;;
        """,
        [
            "2024-01-26 buy CH0000000011 0.415 @ 2410.55 for -1000 CHF",
            "2024-03-26 other CH0000000011 -0.415 @ 2410.55 for 1000 CHF",
        ],
    ),
    "Lightyear, both sides of a conversion": (
        """
        Date,Reference,Ticker,ISIN,Type,Quantity,CCY,Price/share,Gross Amount,FX Rate,Fee,Net Amt.,Tax Amt.
        16/12/2024 06:02:35,DD-1,OAK,US0000000019,Dividend,,USD,,14.09,,,11.98,2.11
        01/12/2024 13:47:22,OR-3,WLD,IE0000000015,Buy,6.830000000,EUR,1.000000000,6.83,,0.00,6.83,
        07/04/2024 19:09:30,CN-12,USD,,Conversion,,USD,,64.50,0.91515,,64.50,
        07/04/2024 19:09:30,CN-13,EUR,,Conversion,,EUR,,-59.24,1.09271,0.21,-59.03,
        """,
        [
            "2024-12-16 dividend OAK for 11.98 USD",
            "2024-12-01 buy WLD 6.830000000 @ 1.000000000 for -6.83 EUR",
            "2024-04-07 conversion USD for 64.50 USD",
            "2024-04-07 conversion EUR for -59.03 EUR, fee 0.21",
        ],
    ),
    "Coinbase, one row for two coins": (
        """
        ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,Total (inclusive of fees and/or spread),Fees and/or Spread,Notes
        c1,2024-01-17 16:57:02 UTC,Staking Income,ETH,0.0000378,EUR,€3343.11,€0.12649,€0.12649,€0.00,
        c2,2024-01-07 19:26:56 UTC,Send,ETH,-0.18,EUR,€3302.65,-€597.49846,-€597.49846,€0.00,Sent
        c3,2024-12-05 06:33:40 UTC,Convert,BTC,0.00363125,EUR,€96847.40,€338.92,€351.66,,Converted 0.00363125 BTC to 156.14 XRP
        c4,2022-03-25 06:45:27 UTC,Buy,BTC,0.00166779,EUR,€39999.33,€67.01,€70.00,€2.99,Bought
        """,
        [
            "2024-01-17 reinvestment ETH 0.0000378 @ 3343.11 EUR",
            "2024-01-07 transfer_out ETH -0.18 @ 3302.65 EUR",
            "2024-12-05 other BTC 0.00363125 @ 96847.40 EUR",
            "2022-03-25 buy BTC 0.00166779 @ 39999.33 for -70.00 EUR, fee 2.99",
        ],
    ),
    "Questrade": (
        """
        Transaction Date,Settlement Date,Action,Symbol,Description,Quantity,Price,Gross Amount,Commission,Net Amount,Currency,Account #,Activity Type,Account Type
        2024-01-15 09:30:00 AM,2024-01-16 12:00:00 AM,Buy,ELM.TO,ELM WORKS,100,10.00,-1000.00,-9.95,-1009.95,CAD,55500001,Trades,Individual
        2024-04-10 12:00:00 AM,2024-04-10 12:00:00 AM,CON,,CONTRIBUTION,0,0,0,0,100.00,CAD,55500001,Deposits,Individual
        2024-04-11 12:00:00 AM,2024-04-11 12:00:00 AM,DIV,ELM.TO,CASH DIV,0,0,0,0,3.00,CAD,55500001,Dividends,Individual
        """,
        [
            "2024-01-15 buy ELM.TO 100 @ 10.00 for -1009.95 CAD, fee 9.95",
            "2024-04-10 deposit for 100.00 CAD",
            "2024-04-11 dividend ELM.TO for 3.00 CAD",
        ],
    ),
    "Wealthsimple": (
        """
        activities-export-2024-08-10
        effective_at,settlement_date,account_id,account_type,activity_type,activity_sub_type,description,direction,symbol,name,currency,quantity,unit_price,commission,net_cash_amount
        2024-07-15T20:00:00-04:00,,A1,TFSA,MoneyMovement,EFT,Deposit,,,,CAD,500,,,500
        2024-07-16T21:30:00-04:00,2024-07-17,A1,TFSA,Trade,BUY,Bought,LONG,ELM,Elm Works,CAD,2,100,0,-200
        ,,,,,,,,,,,,,,
        As of 2024-08-10 12:41 GMT-04:00,,,,,,,,,,,,,,
        """,
        ["2024-07-15 deposit for 500 CAD", "2024-07-16 buy ELM 2 @ 100 for -200 CAD"],
    ),
    "Disnat, the day of settlement where there is no other": (
        """
        Date de transaction,Date de règlement,Type de transaction,Classe d'actif,Symbole,Description,Marché,Quantité,Prix,Devise du prix,Commission payée,Montant de l'opération,Devise du compte
        -,2024-09-29,DIVIDENDE SOCIÉTÉ FIDUCIE,Actions,ELM,ELM WORKS,-,9,-,CAN,0,"2,53",CAN
        2024-07-31,2024-08-01,ACHAT,Actions,ELM-C,ELM WORKS,CAN,10,"49,38",CAN,0,"-493,8",CAN
        -,2024-09-04,FRAIS,-,-,FRAIS REER 2024,-,0,-,CAN,0,-100,CAN
        """,
        [
            "2024-09-29 dividend ELM for 2.53 CAD",
            "2024-07-31 buy ELM-C 10 @ 49.38 for -493.8 CAD",
            "2024-09-04 fee for -100 CAD",
        ],
    ),
}


@pytest.mark.parametrize("file", FILES)
def test_rows_say_what_happened(file: str) -> None:
    text, rows = FILES[file]
    statement = read(text)
    assert moved(statement) == rows
    assert broken(statement) == []


def test_bitvavo_has_cash_among_the_coins() -> None:
    statement = read("""
        Timezone,Date,Time,Type,Currency,Amount,Quote Currency,Quote Price,Received / Paid Currency,Received / Paid Amount,Fee currency,Fee amount,Status,Transaction ID,Address
        Europe/Amsterdam,2024-11-30,11:37:41,withdrawal,ETH,-0.010713949999999999,,,,,ETH,1,Completed,a1,0xae
        Europe/Amsterdam,2024-11-30,11:36:46.620,buy,ETH,0.0053543,EUR,1862.8,EUR,-10.00,EUR,0.02600996,Completed,a2,
        Europe/Amsterdam,2024-11-30,11:33:24,deposit,EUR,10,,,,,EUR,0,Completed,a3,NL12
        Europe/Amsterdam,2024-11-30,07:33:18.461,sell,XLM,-286.98,EUR,0.086047,EUR,24.63,EUR,0.06376806,Completed,a4,
        Europe/Amsterdam,2024-11-14,10:48:36,staking,ETH,0.00001819,,,,,ETH,,Distributed,a5,
        """)
    assert moved(statement) == [
        "2024-11-30 transfer_out ETH -0.010713949999999999",
        "2024-11-30 buy ETH 0.0053543 @ 1862.8 for -10.00 EUR, fee 0.02600996",
        "2024-11-30 deposit EUR for 10 EUR",
        "2024-11-30 sell XLM -286.98 @ 0.086047 for 24.63 EUR, fee 0.06376806",
        "2024-11-14 reinvestment ETH 0.00001819",
    ]


def test_cryptocom_tells_the_value_of_every_row_but_only_purchases_pay_it() -> None:
    statement = read("""
        Timestamp (UTC),Transaction Description,Currency,Amount,To Currency,To Amount,Native Currency,Native Amount,Native Amount (in USD),Transaction Kind,Transaction Hash
        2024-05-31 08:35:20,Transfer: App wallet -> Exchange,CRO,-12273.7,,,EUR,1077.13070172963885744240152779334955,1272.8,crypto_to_exchange_transfer,
        2024-05-30 08:35:20,Buy BTC,BTC,0.001,,,EUR,50.0,54.1,crypto_purchase,
        2024-05-29 11:43:48,EGLD -> USDC,EGLD,-4.15,USDC,150.865358,EUR,143.33016114556153037260009689941121,169.3,crypto_exchange,
        2024-05-28 08:54:14,Cardholder CRO Unstake,CRO,12189.8,,,EUR,1809.01,2137.6,finance.lockup.dpos_unlock.crypto_wallet,
        2024-05-27 06:28:12,Card Cashback,CRO,58.906197,,,EUR,4.38,5.17,referral_card_cashback,
        """)
    assert moved(statement) == [
        "2024-05-31 transfer_out CRO -12273.7 EUR",
        "2024-05-30 buy BTC 0.001 for -50.0 EUR",
        "2024-05-29 other EGLD -4.15 EUR",
        "2024-05-27 reinvestment CRO 58.906197 EUR",
    ]
    assert ignored(statement) == ["locked or unlocked, nothing moved"]


def test_relai_writes_amounts_without_their_fee() -> None:
    statement = read("""
        Date,Transaction Type,BTC Amount,BTC Price,Currency Pair,Fiat Amount (excl. fees),Fiat Currency,Fee,Fee Currency,Destination,Operation ID,Counterparty
        2024-09-15T14:23:17Z,Sell,0.02847593,92341.28,BTC/CHF,2629.45,CHF,0.00,CHF,CH76,b1,Relai
        2024-07-22T09:41:06Z,Buy,0.00284516,95287.63,BTC/CHF,271.05,CHF,2.45,CHF,bc1q,b2,Relai
        """)
    assert moved(statement) == [
        "2024-09-15 sell BTC -0.02847593 @ 92341.28 for 2629.45 CHF",
        "2024-07-22 buy BTC 0.00284516 @ 95287.63 for -273.50 CHF, fee 2.45",
    ]
