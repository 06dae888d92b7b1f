"""Is the Russell 2000 set to outperform the S&P 500? Data, statistics and a ledger of claims."""

__version__ = "0.1.0"
