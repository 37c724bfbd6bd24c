//! How many were found, wrong and missed.

use serde::{Deserialize, Serialize};

use super::{Matches, Outcome};

/// Counts of one class, or of several together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    /// Truths that a prediction found. As many predictions found one.
    pub found: u32,
    /// Predictions that found none.
    pub wrong: u32,
    /// Truths that none found.
    pub missed: u32,
}

impl Counts {
    /// Of some matches.
    #[must_use]
    pub fn of(matches: &Matches) -> Self {
        let mut counts = Self::default();
        matches.truths.iter().for_each(|truth| counts.add_truth(truth));
        matches.predictions.iter().for_each(|prediction| counts.add_prediction(prediction));
        counts
    }

    /// Counts what became of a truth.
    pub fn add_truth(&mut self, outcome: &Outcome) {
        if outcome.is_hit() {
            self.found += 1;
        } else {
            self.missed += 1;
        }
    }

    /// Counts what became of a prediction. Those that found one were counted with the truth.
    pub fn add_prediction(&mut self, outcome: &Outcome) {
        if !outcome.is_hit() {
            self.wrong += 1;
        }
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { found: self.found + other.found, wrong: self.wrong + other.wrong, missed: self.missed + other.missed }
    }

    /// How many truths there are.
    #[must_use]
    pub fn truths(&self) -> u32 {
        self.found + self.missed
    }

    /// How many predictions there are.
    #[must_use]
    pub fn predictions(&self) -> u32 {
        self.found + self.wrong
    }

    /// Which share of the predictions found something; `None` without predictions.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        share(self.found, self.predictions())
    }

    /// Which share of the truths was found; `None` without truths.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        share(self.found, self.truths())
    }

    /// The harmonic mean of precision and recall; `None` when there is nothing at all.
    #[must_use]
    pub fn f1(&self) -> Option<f64> {
        share(2 * self.found, 2 * self.found + self.wrong + self.missed)
    }
}

fn share(of: u32, all: u32) -> Option<f64> {
    (all > 0).then(|| f64::from(of) / f64::from(all))
}
