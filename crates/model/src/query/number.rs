//! Numbers as a query writes them.

/// A finite number with at most six decimals, as scores and other numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    millionths: i64,
}

impl Score {
    /// The largest magnitude that can be written.
    pub const LIMIT: f64 = 1_000_000_000.0;

    /// The nearest score; `None` for anything not finite or beyond [`Self::LIMIT`].
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "checked against LIMIT")]
        (value.is_finite() && value.abs() <= Self::LIMIT).then(|| Self { millionths: (value * 1e6).round() as i64 })
    }

    /// In millionths: how scores are compared, so that six decimals are exact.
    #[must_use]
    pub fn millionths(self) -> i64 {
        self.millionths
    }

    /// As a number.
    #[must_use]
    pub fn value(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "LIMIT times a million is exact")]
        let millionths = self.millionths as f64;
        millionths / 1e6
    }
}
