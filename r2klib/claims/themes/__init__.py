"""The claims of the thesis, one file per theme: what is claimed, its rows, its design, its words."""
