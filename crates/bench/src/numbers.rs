//! Times in order, and what can be said of them.

use std::time::Duration;

/// Times, in order.
#[derive(Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Of these.
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The time that this share of all (0 to 1) does not exceed, in milliseconds.
    pub fn at(&self, share: f64) -> f64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among some thousand")]
        let place = (self.0.len().saturating_sub(1) as f64 * share).round() as usize;
        self.0.get(place).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_places_in_order() {
        let times = Times::new((1..=101).rev().map(Duration::from_millis).collect());
        let close = |share: f64, ms: f64| (times.at(share) - ms).abs() < 1e-9;
        assert!(close(0.0, 1.0) && close(0.5, 51.0) && close(0.99, 100.0) && close(1.0, 101.0));
        assert!(Times::default().at(0.5).abs() < 1e-9);
    }
}
