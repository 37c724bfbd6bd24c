//! Precision over recall, and the average precision.

use super::{Matches, Thing, matching::by_score};

/// COCO reads curves at so many recalls: 0, 0.01, … 1.
pub const RECALLS: usize = 101;

/// One prediction, judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Its score, when it has one.
    pub score: Option<f64>,
    /// Whether it found something.
    pub is_hit: bool,
}

impl Judged {
    /// The predictions of a class, in their order; lists of several files are put one after the other.
    pub fn of<'a>(predictions: &'a [Thing], matches: &'a Matches, class: u32) -> impl Iterator<Item = Self> + 'a {
        let judged = predictions.iter().zip(&matches.predictions);
        judged
            .filter(move |(prediction, _)| prediction.class == class)
            .map(|(prediction, outcome)| Self { score: prediction.score, is_hit: outcome.is_hit() })
    }
}

/// How it stands once a prediction, and all with a better score, count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The prediction's score.
    pub score: Option<f64>,
    /// Which share of the truths is found then.
    pub recall: f64,
    /// Which share of the predictions found something then.
    pub precision: f64,
}

/// Precision over recall.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Prediction by prediction, best score first.
    pub steps: Vec<Step>,
    /// The best precision at each of the [`RECALLS`] or beyond; 0 where that recall is never reached.
    pub precisions: Vec<f64>,
}

impl Curve {
    /// Of judged predictions, in any order, for so many truths; `None` without truths.
    #[must_use]
    pub fn of(mut judged: Vec<Judged>, truths: u32) -> Option<Self> {
        if truths == 0 {
            return None;
        }
        judged.sort_by(|a, b| by_score(a.score, b.score));
        let (mut hits, mut all) = (0_u32, 0_u32);
        let steps: Vec<Step> = judged
            .iter()
            .map(|one| {
                all += 1;
                hits += u32::from(one.is_hit);
                Step {
                    score: super::score(one.score),
                    recall: f64::from(hits) / f64::from(truths),
                    precision: f64::from(hits) / f64::from(all),
                }
            })
            .collect();
        let mut best = 0.0_f64;
        let mut from_here: Vec<f64> = steps
            .iter()
            .rev()
            .map(|step| {
                best = best.max(step.precision);
                best
            })
            .collect();
        from_here.reverse();
        let precisions = (0..RECALLS)
            .map(|at| {
                let wanted = recall(at);
                let reached = steps.partition_point(|step| step.recall < wanted);
                from_here.get(reached).copied().unwrap_or_default()
            })
            .collect();
        Some(Self { steps, precisions })
    }

    /// The mean of the precisions: COCO's average precision.
    #[must_use]
    pub fn average(&self) -> f64 {
        self.precisions.iter().sum::<f64>() / RECALLS as f64
    }
}

/// The recall at a place of [`Curve::precisions`], with the same rounding as COCO's.
fn recall(at: usize) -> f64 {
    if at + 1 == RECALLS { 1.0 } else { at as f64 * 0.01 }
}
