"""The health of a household's data: what `trimtab doctor` looks at, one module for each thing.

`examine` reads as much of a folder as can be read; each module then says what it finds in it, and
`checkup` puts the findings in order.
"""
