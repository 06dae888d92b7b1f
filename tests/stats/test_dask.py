"""Large panels spread over joblib's workers, on this machine or a Dask cluster."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from r2klib.errors import InputError
from r2klib.stats import (
    expanding_factor_regression,
    panel_hac,
    rolling_factor_regression,
)


@pytest.fixture
def panel() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(4)
    R = pd.DataFrame(0.04 * rng.standard_normal((60, 130))).add_prefix("asset")
    return R.mask(rng.random(R.shape) < 0.05), pd.DataFrame(0.04 * rng.standard_normal((60, 2)))


def assert_equal(spread: object, here: object) -> None:
    for name in vars(here):
        left, right = getattr(spread, name), getattr(here, name)
        if isinstance(right, pd.DataFrame):
            pd.testing.assert_frame_equal(left, right, rtol=1e-12, atol=1e-13)


@pytest.fixture
def cluster() -> Iterator[object]:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    pytest.importorskip("joblib", reason="joblib is not installed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as local,
        distributed.Client(local) as client,
    ):
        yield client


# A cluster that closes leaves weak references behind, of which Python may complain anywhere.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
def test_a_dask_cluster_takes_the_assets(cluster: object, panel: tuple) -> None:
    import joblib
    from distributed import get_task_stream

    R, F = panel
    here = rolling_factor_regression(R, F, window=24, min_obs=12, std_errors=True)
    hac = panel_hac(R, F, hac_lags=3)
    with get_task_stream(cluster) as stream, joblib.parallel_config(backend="dask"):
        assert_equal(rolling_factor_regression(R, F, window=24, min_obs=12, std_errors=True), here)
        assert_equal(panel_hac(R, F, hac_lags=3), hac)
        expanding_factor_regression(R, F, min_obs=12)
    assert len(stream.data) >= 6  # three calls, two workers


@pytest.mark.parametrize(
    "backend",
    ["threading", pytest.param("loky", marks=pytest.mark.slow)],  # starts processes
)
def test_workers_of_this_machine(panel: tuple, backend: str) -> None:
    joblib = pytest.importorskip("joblib", reason="joblib is not installed")
    R, F = panel
    here = rolling_factor_regression(R, F, window=24, min_obs=12)
    with joblib.parallel_config(backend=backend):
        assert_equal(rolling_factor_regression(R, F, window=24, min_obs=12, n_jobs=2), here)


@pytest.mark.parametrize("n_jobs", [0, 2.5, "all"])
def test_n_jobs_must_make_sense(panel: tuple, n_jobs: object) -> None:
    with pytest.raises(InputError, match="`n_jobs` must be"):
        panel_hac(*panel, hac_lags=3, n_jobs=n_jobs)
