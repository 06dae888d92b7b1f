"""Pure functions of arrays, series and frames: no series name, no network, no plot.

Importing this package loads nothing heavy; each name loads its module when first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from r2klib.stats._models import MODELS as MODELS
    from r2klib.stats.attribution import Attribution as Attribution
    from r2klib.stats.attribution import brinson_fachler as brinson_fachler
    from r2klib.stats.autoregression import AR1Fit as AR1Fit
    from r2klib.stats.autoregression import ar1 as ar1
    from r2klib.stats.autoregression import effective_n as effective_n
    from r2klib.stats.bootstrap import circular_bootstrap as circular_bootstrap
    from r2klib.stats.bootstrap import stationary_bootstrap as stationary_bootstrap
    from r2klib.stats.breaks import BreakTest as BreakTest
    from r2klib.stats.breaks import break_test as break_test
    from r2klib.stats.cycles import Drawdowns as Drawdowns
    from r2klib.stats.cycles import drawdowns as drawdowns
    from r2klib.stats.cycles import recession_indicator as recession_indicator
    from r2klib.stats.cycles import stacked_windows as stacked_windows
    from r2klib.stats.events import EventStudy as EventStudy
    from r2klib.stats.events import event_study as event_study
    from r2klib.stats.factors import FactorFit as FactorFit
    from r2klib.stats.factors import GRSTest as GRSTest
    from r2klib.stats.factors import factor_regression as factor_regression
    from r2klib.stats.factors import grs_test as grs_test
    from r2klib.stats.forecasts import ForecastTest as ForecastTest
    from r2klib.stats.forecasts import forecast_test as forecast_test
    from r2klib.stats.forecasts import walk_forward as walk_forward
    from r2klib.stats.hac import newey_west_lags as newey_west_lags
    from r2klib.stats.horizons import variance_ratio as variance_ratio
    from r2klib.stats.inference import hac_mean as hac_mean
    from r2klib.stats.inference import mean_difference as mean_difference
    from r2klib.stats.ivx import IVXTest as IVXTest
    from r2klib.stats.ivx import ivx_test as ivx_test
    from r2klib.stats.joint import joint_law as joint_law
    from r2klib.stats.laws import BootstrapLaw as BootstrapLaw
    from r2klib.stats.laws import NullLaw as NullLaw
    from r2klib.stats.liquidity import SpreadFit as SpreadFit
    from r2klib.stats.liquidity import abdi_ranaldo as abdi_ranaldo
    from r2klib.stats.liquidity import amihud as amihud
    from r2klib.stats.liquidity import corwin_schultz as corwin_schultz
    from r2klib.stats.liquidity import edge_spread as edge_spread
    from r2klib.stats.logit import expanding_logit as expanding_logit
    from r2klib.stats.logit import forward_outcome as forward_outcome
    from r2klib.stats.measures import BatchStatistic as BatchStatistic
    from r2klib.stats.measures import MomentStatistic as MomentStatistic
    from r2klib.stats.measures import difference_of_means as difference_of_means
    from r2klib.stats.measures import expected_shortfall as expected_shortfall
    from r2klib.stats.measures import log_shortfall_ratio as log_shortfall_ratio
    from r2klib.stats.measures import log_volatility_ratio as log_volatility_ratio
    from r2klib.stats.measures import sharpe_difference as sharpe_difference
    from r2klib.stats.multiple import benjamini_hochberg as benjamini_hochberg
    from r2klib.stats.multiple import benjamini_yekutieli as benjamini_yekutieli
    from r2klib.stats.multiple import romano_wolf as romano_wolf
    from r2klib.stats.odds import OddsFit as OddsFit
    from r2klib.stats.odds import logit_odds as logit_odds
    from r2klib.stats.panel import PanelFit as PanelFit
    from r2klib.stats.panel import panel_hac as panel_hac
    from r2klib.stats.periods import monthly_returns as monthly_returns
    from r2klib.stats.periods import weekly_returns as weekly_returns
    from r2klib.stats.persistence import signal_law as signal_law
    from r2klib.stats.phases import Phases as Phases
    from r2klib.stats.phases import bry_boschan as bry_boschan
    from r2klib.stats.phases import phase_law as phase_law
    from r2klib.stats.placebo import placebo_dates as placebo_dates
    from r2klib.stats.placebo import placebo_test as placebo_test
    from r2klib.stats.predictive import PredictiveFit as PredictiveFit
    from r2klib.stats.predictive import predict as predict
    from r2klib.stats.regression import RegressionFit as RegressionFit
    from r2klib.stats.regression import ScalarFit as ScalarFit
    from r2klib.stats.regression import ols_hac as ols_hac
    from r2klib.stats.rolling import RollingFit as RollingFit
    from r2klib.stats.rolling import expanding_factor_regression as expanding_factor_regression
    from r2klib.stats.rolling import rolling_factor_regression as rolling_factor_regression
    from r2klib.stats.scoring import BrierTest as BrierTest
    from r2klib.stats.scoring import brier_test as brier_test
    from r2klib.stats.switching import SwitchingFit as SwitchingFit
    from r2klib.stats.switching import switching_test as switching_test
    from r2klib.stats.transform import log_returns as log_returns
    from r2klib.stats.transform import rolling_zscore as rolling_zscore
    from r2klib.stats.transform import to_log as to_log
    from r2klib.stats.transform import to_month_end as to_month_end
    from r2klib.stats.transform import to_simple as to_simple
    from r2klib.stats.wald import FTest as FTest
    from r2klib.stats.wild import WildLaw as WildLaw
    from r2klib.stats.wild import wild_bootstrap as wild_bootstrap

_HOME = {
    "bootstrap": ("circular_bootstrap", "stationary_bootstrap"),
    "breaks": ("BreakTest", "break_test"),
    "cycles": ("Drawdowns", "drawdowns", "recession_indicator", "stacked_windows"),
    "_models": ("MODELS",),
    "wald": ("FTest",),
    "events": ("EventStudy", "event_study"),
    "factors": ("FactorFit", "GRSTest", "factor_regression", "grs_test"),
    "hac": ("newey_west_lags",),
    "inference": ("hac_mean", "mean_difference"),
    "laws": ("BootstrapLaw", "NullLaw"),
    "measures": (
        "BatchStatistic",
        "MomentStatistic",
        "difference_of_means",
        "expected_shortfall",
        "log_shortfall_ratio",
        "log_volatility_ratio",
        "sharpe_difference",
    ),
    "multiple": ("benjamini_hochberg", "benjamini_yekutieli", "romano_wolf"),
    "placebo": ("placebo_dates", "placebo_test"),
    "panel": ("PanelFit", "panel_hac"),
    "regression": ("RegressionFit", "ScalarFit", "ols_hac"),
    "rolling": ("RollingFit", "expanding_factor_regression", "rolling_factor_regression"),
    "transform": ("log_returns", "rolling_zscore", "to_log", "to_month_end", "to_simple"),
    "autoregression": ("AR1Fit", "ar1", "effective_n"),
    "periods": ("monthly_returns", "weekly_returns"),
    "persistence": ("signal_law",),
    "joint": ("joint_law",),
    "ivx": ("IVXTest", "ivx_test"),
    "forecasts": ("ForecastTest", "forecast_test", "walk_forward"),
    "predictive": ("PredictiveFit", "predict"),
    "logit": ("expanding_logit", "forward_outcome"),
    "odds": ("OddsFit", "logit_odds"),
    "scoring": ("BrierTest", "brier_test"),
    "switching": ("SwitchingFit", "switching_test"),
    "phases": ("Phases", "bry_boschan", "phase_law"),
    "liquidity": ("SpreadFit", "abdi_ranaldo", "amihud", "corwin_schultz", "edge_spread"),
    "attribution": ("Attribution", "brinson_fachler"),
    "horizons": ("variance_ratio",),
    "wild": ("WildLaw", "wild_bootstrap"),
}

_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        said = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(said, name=name, obj=sys.modules[__name__])
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value  # found without this function next time
    return value


def __dir__() -> list[str]:
    return __all__
