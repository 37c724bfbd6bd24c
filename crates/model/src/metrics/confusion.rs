//! Which class was taken for which.

use super::{
    Thing,
    matching::{Outcome, pair},
};

/// Truths by their class, and by the class of the prediction that lies there. Here classes do not matter for who belongs together:
/// the best score chooses first, by overlap alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    classes: u32,
    /// Row by row. The last row is nothing of which somebody predicted something; the last column what nobody predicted.
    cells: Vec<u32>,
}

impl Confusion {
    /// For so many classes; nothing was counted yet.
    #[must_use]
    pub fn new(classes: u32) -> Self {
        let side = classes as usize + 1;
        Self { classes, cells: vec![0; side * side] }
    }

    /// How many classes there are; "nothing" has this number.
    #[must_use]
    pub fn classes(&self) -> u32 {
        self.classes
    }

    /// How many truths of a class were taken for another, or the same. Classes that are not there count as nothing.
    #[must_use]
    pub fn at(&self, truth: u32, prediction: u32) -> u32 {
        self.cells.get(self.place(truth, prediction)).copied().unwrap_or_default()
    }

    fn place(&self, truth: u32, prediction: u32) -> usize {
        let (row, column) = (truth.min(self.classes) as usize, prediction.min(self.classes) as usize);
        row * (self.classes as usize + 1) + column
    }

    /// Counts a file, or the part of one that was compared.
    pub fn add(&mut self, truths: &[Thing], predictions: &[Thing], iou: f64) {
        confused(truths, predictions, iou, |truth, prediction| self.count(truth, prediction, 1));
    }

    /// Counts so many of a class that were taken for another; `None` is nothing.
    pub fn count(&mut self, truth: Option<u32>, prediction: Option<u32>, n: u32) {
        let place = self.place(truth.unwrap_or(u32::MAX), prediction.unwrap_or(u32::MAX));
        if let Some(cell) = self.cells.get_mut(place) {
            *cell += n;
        }
    }

    /// The rows, the last one of nothing.
    pub fn rows(&self) -> impl Iterator<Item = &[u32]> {
        self.cells.chunks(self.classes as usize + 1)
    }
}

/// Tells each truth's class and what it was taken for, and what was predicted where nothing is; `None` is nothing.
pub fn confused(truths: &[Thing], predictions: &[Thing], iou: f64, mut each: impl FnMut(Option<u32>, Option<u32>)) {
    let matches = pair(truths, predictions, iou, false);
    for (truth, outcome) in truths.iter().zip(&matches.truths) {
        each(
            Some(truth.class),
            match outcome {
                Outcome::TruePositive { with, .. } => predictions.get(*with).map(|prediction| prediction.class),
                Outcome::FalsePositive | Outcome::Missed => None,
            },
        );
    }
    for (prediction, outcome) in predictions.iter().zip(&matches.predictions) {
        if !outcome.is_hit() {
            each(None, Some(prediction.class));
        }
    }
}
