"""One module per kind of case; the rules that kinds share lie beside them."""
