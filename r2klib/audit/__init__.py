"""The ledger held against chance, against other editions and against time.

Placebo worlds and their calibration, what moved a verdict between two editions, and the months
after a claim was frozen. Nothing here judges: `r2klib.claims.evaluate` does.
"""
