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

    /// Counts a file, or the part of one that was compared; tells each pair of classes that it counts.
    pub fn add(&mut self, truths: &[Thing], predictions: &[Thing], iou: f64, mut each: impl FnMut(u32, u32)) {
        let matches = pair(truths, predictions, iou, false);
        let nothing = self.classes;
        let mut count = |truth: u32, prediction: u32| {
            let place = self.place(truth, prediction);
            if let Some(cell) = self.cells.get_mut(place) {
                *cell += 1;
            }
            each(truth.min(nothing), prediction.min(nothing));
        };
        for (truth, outcome) in truths.iter().zip(&matches.truths) {
            match outcome {
                Outcome::TruePositive { with, .. } => {
                    count(truth.class, predictions.get(*with).map_or(nothing, |one| one.class));
                }
                Outcome::FalsePositive | Outcome::Missed => count(truth.class, nothing),
            }
        }
        for (prediction, outcome) in predictions.iter().zip(&matches.predictions) {
            if !outcome.is_hit() {
                count(nothing, prediction.class);
            }
        }
    }

    /// Counts of another with the same classes, added.
    pub fn join(&mut self, other: &Self) {
        for (cell, more) in self.cells.iter_mut().zip(&other.cells) {
            *cell += more;
        }
    }

    /// The rows, the last one of nothing.
    pub fn rows(&self) -> impl Iterator<Item = &[u32]> {
        self.cells.chunks(self.classes as usize + 1)
    }
}
