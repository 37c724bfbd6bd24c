//! What came of tests and checks, counted.

use std::fmt;

/// How one test or check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It could not be run here.
    Skipped,
    /// It held.
    Passed,
    /// It did not.
    Failed,
}

/// One test or check, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its name; case ids in it are counted by [`super::cases`].
    pub name: String,
    /// How it ended.
    pub verdict: Verdict,
}

impl Outcome {
    /// A check that held or not.
    pub fn check(name: impl Into<String>, ok: bool) -> Self {
        Self { name: name.into(), verdict: if ok { Verdict::Passed } else { Verdict::Failed } }
    }

    /// One that could not be run here.
    pub fn skipped(name: impl Into<String>) -> Self {
        Self { name: name.into(), verdict: Verdict::Skipped }
    }
}

/// Outcomes, together.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    outcomes: Vec<Outcome>,
}

impl Tally {
    /// Adds outcomes.
    pub fn add(&mut self, outcomes: &[Outcome]) {
        self.outcomes.extend_from_slice(outcomes);
    }

    /// All of them.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Those that ended this way.
    pub fn of(&self, verdict: Verdict) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(move |outcome| outcome.verdict == verdict)
    }

    /// How many passed and failed. Where everything must be there, one that was skipped has failed.
    pub fn result(&self, all_must_run: bool) -> (usize, usize) {
        let skipped = if all_must_run { self.of(Verdict::Skipped).count() } else { 0 };
        (self.of(Verdict::Passed).count(), self.of(Verdict::Failed).count() + skipped)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |verdict| self.of(verdict).count();
        write!(f, "{} passed", count(Verdict::Passed))?;
        for (verdict, word) in [(Verdict::Failed, "failed"), (Verdict::Skipped, "skipped")] {
            if count(verdict) > 0 {
                write!(f, ", {} {word}", count(verdict))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_ci_a_skip_is_a_failure() {
        let mut tally = Tally::default();
        tally.add(&[Outcome::check("a", true), Outcome::check("b", false), Outcome::skipped("c")]);
        assert_eq!(tally.result(false), (1, 1));
        assert_eq!(tally.result(true), (1, 2));
        assert_eq!(tally.to_string(), "1 passed, 1 failed, 1 skipped");
    }
}
