"""The kit's own ledger: which tests vouch for each public estimator.

Two witnesses of its numbers (algebra or a loop; another package, a printed table or a simulation
whose truth is known) and, where it gives a p-value or an interval, its rate under a true null.
A name that is public and not here, or a test that is not there, fails.
"""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

from r2klib import stats

HERE = Path(__file__).parent


class Vouched(NamedTuple):
    algebra: str
    outside: str
    rate: str = ""  # empty: it tests nothing


#: Estimator -> "file.test" of each witness and of the rate.
AUDIT = {
    "abdi_ranaldo": Vouched(
        "liquidity.abdi_ranaldo_by_loop",
        "liquidity.known_spreads_are_found_on_average",
        "liquidity.without_a_spread_none_is_found_on_average",
    ),
    "amihud": Vouched("liquidity.amihud_by_hand", "liquidity.amihud_of_a_known_impact"),
    "ar1": Vouched(
        "autoregression.coefficient_against_statsmodels_and_the_correction_by_hand",
        "autoregression.correction_removes_the_bias",
    ),
    "benjamini_hochberg": Vouched(
        "multiple.against_the_definition_and_scipy",
        "multiple.the_example_of_the_paper",
        "multiple.a_family_of_true_nulls_is_hit_at_its_rate",
    ),
    "benjamini_yekutieli": Vouched(
        "multiple.benjamini_yekutieli_holds_where_tests_oppose_each_other",
        "multiple.against_the_definition_and_scipy",
        "multiple.benjamini_yekutieli_holds_where_tests_oppose_each_other",
    ),
    "break_test": Vouched(
        "breaks.every_date_is_a_regression_with_a_break",
        "breaks.every_draw_looks_at_the_same_dates",
        "breaks.true_null_is_rejected_at_its_rate",
    ),
    "brier_test": Vouched(
        "scoring.scores_by_hand",
        "scoring.standard_error_against_the_bootstrap",
        "scoring.true_null_is_rejected_at_its_rate",
    ),
    "brinson_fachler": Vouched(
        "attribution.effects_add_up_whatever_the_sectors", "attribution.bacons_example"
    ),
    "bry_boschan": Vouched("phases.the_rules_hold", "phases.bull_and_bear_markets_of_the_sp_500"),
    "circular_bootstrap": Vouched(
        "bootstrap.block_sums_are_sums_of_the_resampled_rows",
        "bootstrap.spread_agrees_with_arch",
        "bootstrap.circular_blocks_keep_the_rate_of_dependent_returns",
    ),
    "corwin_schultz": Vouched(
        "liquidity.corwin_schultz_by_loop",
        "liquidity.known_spreads_are_found_on_average",
        "liquidity.without_a_spread_none_is_found_on_average",
    ),
    "difference_of_means": Vouched(
        "bootstrap.moments_equal_the_plain_loop_over_resampled_rows",
        "bootstrap.standard_error_is_the_closed_form_of_politis_and_romano",
        "bootstrap.true_nulls_are_rejected_at_their_rate",
    ),
    "drawdowns": Vouched(
        "cycles.episodes_are_what_they_say", "cycles.the_two_great_falls_of_the_sp_500"
    ),
    "edge_spread": Vouched(
        "liquidity.edge_is_bidasks_to_the_last_bit",
        "liquidity.edge_finds_a_known_spread",
        "liquidity.without_a_spread_none_is_found_on_average",
    ),
    "effective_n": Vouched(
        "autoregression.effective_n_from_the_covariance_of_overlapping_returns",
        "autoregression.effective_n_against_a_simulation",
    ),
    "event_study": Vouched(
        "events.abnormal_returns_by_hand",
        "events.standardised_returns_are_t_values_of_dummies_in_statsmodels",
        "events.events_that_only_raise_the_variance_are_rejected_at_its_rate",
    ),
    "expanding_factor_regression": Vouched(
        "rolling.expanding_windows",
        "rolling.expanding_windows",
        "rolling.expanding_windows_reject_a_true_null_at_their_rate",
    ),
    "expanding_logit": Vouched(
        "logit.every_forecast_against_a_naive_refit",
        "logit.without_a_prior_it_is_statsmodels_logit",
        "scoring.walk_forward_noise_shows_no_skill",
    ),
    "expected_shortfall": Vouched(
        "bootstrap.expected_shortfall_against_sorting",
        "bootstrap.expected_shortfall_against_sorting",
    ),
    "factor_regression": Vouched(
        "factors.a_model_is_its_columns",
        "factors.dimson_beta_recovers_thin_trading",
        "factors.alphas_and_betas_are_rejected_at_their_rate",
    ),
    "forecast_test": Vouched(
        "forecasts.statistics_by_hand",
        "forecasts.out_of_sample_r2_of_a_known_link",
        "forecasts.clark_west_rejects_a_true_null_at_most_at_its_rate",
    ),
    "forward_outcome": Vouched(
        "logit.outcomes_by_loop", "logit.every_forecast_against_a_naive_refit"
    ),
    "grs_test": Vouched(
        "factors.grs_of_one_asset_is_the_squared_t",
        "factors.grs_is_the_multivariate_f_test_of_the_intercepts",
        "factors.grs_rejects_a_true_null_at_its_rate_in_small_samples",
    ),
    "hac_mean": Vouched(
        "inference.mean_against_algebra_and_arch",
        "inference.classical_mean_is_the_t_test",
        "inference.true_nulls_are_rejected_at_their_rate",
    ),
    "ivx_test": Vouched(
        "ivx.against_explicit_sums_and_linearmodels",
        "ivx.against_explicit_sums_and_linearmodels",
        "ivx.true_null_is_rejected_at_its_rate_whatever_the_persistence",
    ),
    "joint_law": Vouched(
        "persistence.joint_law_one_draw_by_loop",
        "persistence.joint_law_shows_stambaughs_bias",
        "persistence.joint_law_keeps_its_rate_near_a_unit_root",
    ),
    "log_shortfall_ratio": Vouched(
        "bootstrap.expected_shortfall_against_sorting",
        "bootstrap.expected_shortfall_against_sorting",
        "bootstrap.true_nulls_are_rejected_at_their_rate",
    ),
    "log_returns": Vouched(
        "transform.returns_by_hand", "transform.log_and_simple_invert_each_other"
    ),
    "log_volatility_ratio": Vouched(
        "bootstrap.moments_equal_the_plain_loop_over_resampled_rows",
        "bootstrap.spread_agrees_with_arch",
        "bootstrap.true_nulls_are_rejected_at_their_rate",
    ),
    "logit_odds": Vouched(
        "logit.odds_are_the_last_forecast_with_draws_around_it",
        "logit.a_strong_link_leaves_the_base_rate",
        "logit.odds_without_a_link_hardly_ever_leave_the_base_rate",
    ),
    "mean_difference": Vouched(
        "inference.difference_against_white_and_welch_algebra",
        "inference.difference_against_white_and_welch_algebra",
        "inference.true_nulls_are_rejected_at_their_rate",
    ),
    "newey_west_lags": Vouched(
        "hac.two_scores_by_loop", "hac.one_score_agrees_with_linearmodels_and_arch"
    ),
    "ols_hac": Vouched(
        "regression.against_direct_algebra",
        "regression.against_linearmodels",
        "regression.null_is_rejected_at_its_rate",
    ),
    "panel_hac": Vouched(
        "panel.against_the_sum_of_autocovariances",
        "panel.statsmodels_agrees_to_ten_digits",
        "panel.null_is_rejected_at_its_rate",
    ),
    "phase_law": Vouched(
        "phases.law_by_single_walks",
        "phases.random_walks_are_rejected_at_their_rate_and_cycles_are_found",
        "phases.random_walks_are_rejected_at_their_rate_and_cycles_are_found",
    ),
    "placebo_dates": Vouched(
        "placebo.placebos_keep_the_spacing", "placebo.placebos_keep_the_spacing"
    ),
    "placebo_test": Vouched(
        "placebo.effect_is_the_difference_of_means",
        "placebo.effect_beside_controls_is_the_coefficient",
        "placebo.true_null_is_rejected_at_its_rate",
    ),
    "predict": Vouched(
        "predictive.stambaughs_correction_is_amihud_and_hurvichs_regression",
        "predictive.regression_against_statsmodels",
        "predictive.hodricks_error_keeps_its_rate_where_overlap_does_not",
    ),
    "recession_indicator": Vouched(
        "cycles.recessions_on_days_and_periods", "cycles.recessions_follow_fred"
    ),
    "rolling_factor_regression": Vouched(
        "rolling.every_window_equals_qr_of_its_own_rows",
        "rolling.rolling_ols_agrees_on_complete_data",
        "rolling.null_is_rejected_at_its_rate",
    ),
    "rolling_zscore": Vouched(
        "transform.zscore_is_the_window_formula",
        "transform.zscore_against_scipy_and_without_a_trace_of_what_left",
    ),
    "romano_wolf": Vouched(
        "multiple.romano_wolf_against_the_algorithm",
        "multiple.romano_wolf_knows_dependence",
        "multiple.romano_wolf_hits_a_family_of_true_nulls_at_its_rate",
    ),
    "sharpe_difference": Vouched(
        "bootstrap.moments_equal_the_plain_loop_over_resampled_rows",
        "bootstrap.sharpe_error_against_its_closed_form",
        "bootstrap.true_nulls_are_rejected_at_their_rate",
    ),
    "signal_law": Vouched(
        "persistence.signal_law_one_draw_by_loop",
        "persistence.signal_law_spread_against_theory",
        "persistence.signal_law_keeps_its_rate_where_newey_west_does_not",
    ),
    "stacked_windows": Vouched("cycles.windows_by_hand", "cycles.windows_are_unions"),
    "stationary_bootstrap": Vouched(
        "bootstrap.resamples_are_made_of_blocks",
        "bootstrap.spread_agrees_with_arch",
        "bootstrap.true_nulls_are_rejected_at_their_rate",
    ),
    "switching_test": Vouched(
        "scoring.switching_by_loop",
        "scoring.foresight_pays_and_rare_differences_do_not_break_the_draws",
        "scoring.useless_switching_is_rejected_at_its_rate",
    ),
    "to_log": Vouched("transform.log_and_simple_invert_each_other", "transform.returns_by_hand"),
    "monthly_returns": Vouched(
        "periods.a_month_is_its_last_price_over_the_last_of_the_month_before",
        "periods.one_price_a_month_is_that_month_whatever_its_day",
    ),
    "weekly_returns": Vouched(
        "periods.weeks_end_on_friday_and_a_week_cut_short_does_not_count",
        "periods.weeks_end_on_friday_and_a_week_cut_short_does_not_count",
    ),
    "to_month_end": Vouched("transform.month_ends", "transform.month_ends"),
    "to_simple": Vouched("transform.log_and_simple_invert_each_other", "transform.returns_by_hand"),
    "variance_ratio": Vouched(
        "horizons.value_against_loops_and_arch",
        "horizons.null_spread_against_lo_and_mackinlay",
        "horizons.true_null_is_rejected_at_its_rate",
    ),
    "wild_bootstrap": Vouched(
        "wild.value_and_error_are_those_of_the_regression",
        "wild.every_draw_is_a_regression_on_signed_restricted_residuals",
        "wild.size_and_coverage_where_volatility_moves_with_the_regressor",
    ),
    "walk_forward": Vouched(
        "forecasts.every_forecast_against_a_refit",
        "forecasts.expanding_fits_against_statsmodels_recursive_least_squares",
    ),
}


@cache
def names_in(file: str) -> set[str]:
    tree = ast.parse((HERE / f"test_{file}.py").read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def estimators() -> set[str]:
    return {name for name in stats.__all__ if name.islower()}


def test_every_public_estimator_is_vouched_for() -> None:
    assert estimators() == AUDIT.keys()


def test_the_witnesses_are_there() -> None:
    for witness in (witness for vouched in AUDIT.values() for witness in vouched if witness):
        file, test = witness.split(".")
        assert f"test_{test}" in names_in(file), witness
