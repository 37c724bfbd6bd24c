//! How predictions do against what they are compared with, people's annotations or another model run: as COCO counts it.
//!
//! What is compared are upright boxes; a polygon, an ellipse or a cuboid stands for the box around it. Per class, predictions choose
//! in the order of their scores, best first, each the truth that it overlaps most and that nobody chose before, if their overlap
//! (intersection over union) is at least the one asked for. Equal scores keep their order, and of truths that overlap equally the
//! last is taken, as `pycocotools` does; `tests/metrics_like_coco.rs` compares with its numbers.
//!
//! COCO's other settings do not matter here: nothing is a crowd, every size counts (`area: all`), and no file is cut off after a
//! hundred predictions (`maxDets` without end). What it does not know: a prediction without a score comes last, and is judged.

mod confusion;
mod counts;
mod curve;
mod matching;
#[cfg(test)]
mod tests;

pub use confusion::{Confusion, confused};
pub use counts::Counts;
pub use curve::{Curve, Judged, RECALLS, Step};
pub use matching::{Matches, Outcome, Rect, Thing, matched};

/// How much a prediction must overlap a truth when nobody says otherwise.
pub const OVERLAP: f64 = 0.5;
/// The overlaps over which COCO's main number is a mean: 0.50 to 0.95.
pub const OVERLAPS: [f64; 10] = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

/// A score that says something: a number from 0 to 1. Nothing in Diffgram keeps scores there, or numbers at all (`diffgram-api.md`
/// §6.3); any other is none.
#[must_use]
pub fn score(said: Option<f64>) -> Option<f64> {
    said.filter(|score| (0.0..=1.0).contains(score))
}
