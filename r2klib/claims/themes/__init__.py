"""The claims of the thesis, one file per theme: declaration, rows, design, variants and words."""
