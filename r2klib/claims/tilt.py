"""The value tilt of small companies, and with it their shorter duration."""

from __future__ import annotations

import pandas as pd

from r2klib.claims import macro, measures
from r2klib.claims.nouns import Evidence, Exhibit, Reading, Specification
from r2klib.claims.registry import Theme
from r2klib.data import Dataset

theme = Theme("rates")


@theme.claim(
    id="R8",
    statement="Small companies are tilted to value and so have the shorter duration.",
    kind="state",
    sei_unit="share of capitalisation in the two cheapest B/M quintiles, small minus large, "
    "above 10 percentage points",
    measure="Share of capitalisation in the top two NYSE book-to-market quintiles, by size.",
    needs={
        "sample": ("french.size_value.firms",),
        "live": ("french.size_value.firms", "french.size_value.size"),
    },
)
def value_tilt(data: Dataset) -> Evidence:
    """Share of cap in B/M quintiles 4 and 5 of the two smallest size quintiles, minus the biggest.

    Quintiles of New York companies; cap is firms times average cap at the opening of the last
    month. The two smallest quintiles hold most members of the Russell 2000, the biggest holds
    the weight of the S&P 500; the third and fourth straddle both. Borderline where the smallest
    quintile alone, the three smallest, or the two biggest as "large" put it on the other side.
    """
    firms, size = data.frame("french.size_value.firms"), data.frame("french.size_value.size")
    caps = (firms * size).dropna()
    sides = {name: 100 * _value_share(caps, sizes) for name, sizes in _SIDES.items()}
    tilt = sides["small"] - sides["large"]
    value = float(tilt.iloc[-1])
    others = {
        "smallest quintile alone": sides["smallest"] - sides["large"],
        "three smallest quintiles": sides["three smallest"] - sides["large"],
        "large: two biggest quintiles": sides["small"] - sides["two biggest"],
    }
    now = pd.Timestamp(caps.index[-1])
    small, large = float(sides["small"].iloc[-1]), float(sides["large"].iloc[-1])
    return Evidence(
        answer=Reading(
            value=value,
            holds=value > TILT,
            spread=tuple(bool(other.iloc[-1] > TILT) for other in others.values()),
            n=int(firms.iloc[-1].sum()),
            unit="percentage points",
            method="share of capitalisation in the two cheapest NYSE book-to-market quintiles",
        ),
        as_of=now.date(),
        finding=(
            f"In {now:%B %Y} the cheaper two fifths by book-to-market held {small:.0f} % of small "
            f"companies' capitalisation and {large:.0f} % of large ones'"
        ),
        meaning=(
            f"Of {measures.STAKE:,} USD, {measures.usd(small)} lay in value shares among small "
            f"companies against {measures.usd(large)} among large ones. Value pays sooner, so it "
            "should lose less when rates rise; R5 says whether it did."
        ),
        specifications=tuple(
            Specification(label=label, value=float(x.iloc[-1]), interval=None, n=len(x))
            for label, x in (
                *others.items(),
                ("mean of the last ten years", tilt.tail(120).rolling(120).mean()),
                ("mean since 1963", tilt["1963-07":].expanding().mean()),
                ("mean of all months", tilt.expanding().mean()),
            )
        ),
        exhibits=(
            Exhibit(
                kind="paths",
                title=(
                    f"Value's share of small companies stands {abs(value):.0f} points "
                    f"{'above' if value >= 0 else 'below'} that of large ones"
                ),
                frame=pd.DataFrame({"small": sides["small"], "large": sides["large"]}),
                x="",
                y="% of capitalisation in the two cheapest B/M quintiles",
                spans=macro.recession_spans(data, caps.index[0], now),
                note="Two smallest and the biggest size quintile; quintiles of New York companies.",
            ),
        ),
    )


#: Points of difference that make a tilt.
TILT = 10.0
#: Size quintiles of each side.
_SIDES = {
    "small": "12",
    "large": "5",
    "smallest": "1",
    "three smallest": "123",
    "two biggest": "45",
}


def _value_share(caps: pd.DataFrame, sizes: str) -> pd.Series:
    """Share of the cap of size quintiles `sizes` that lies in the two cheapest B/M quintiles."""
    side = caps.filter(regex=f"^S[{sizes}]V")
    return side.filter(regex=r"V[45]$").sum(axis="columns") / side.sum(axis="columns")
