"""Bad input at every door of the house: what no form, file or address can bring must break nothing.

`doors` walks the URL map, so that a new page is either known here by name or fails the suite. `nasty` and the `bad_*`
modules are what is sent; `scene` is the house in which it is sent; `asking` sends it and says what must hold.

The suite sends the same few examples each time. `make fuzz` sends others, for as long as `FUZZ_MINUTES` says.
"""
