//! Which prediction found which truth.

use std::cmp::Ordering;

use crate::annotation::Geometry;

/// An upright box, in pixels of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Bottom edge.
    pub bottom: f64,
}

impl Rect {
    /// What stands for a shape here: the box around it. `None` for shapes without an area, which cannot be compared so.
    #[must_use]
    pub fn around(geometry: &Geometry) -> Option<Self> {
        match geometry {
            Geometry::Box { .. } | Geometry::Polygon { .. } | Geometry::Ellipse { .. } | Geometry::Cuboid { .. } => {
                let (low, high) = geometry.bounds()?;
                Some(Self { left: low.x, top: low.y, right: high.x, bottom: high.y })
            }
            Geometry::Line { .. }
            | Geometry::Point { .. }
            | Geometry::Curve { .. }
            | Geometry::Keypoints { .. }
            | Geometry::Words { .. }
            | Geometry::Stretch { .. }
            | Geometry::Whole
            | Geometry::Other { .. } => None,
        }
    }

    fn width(&self) -> f64 {
        self.right - self.left
    }

    fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Intersection over union, from 0 to 1; 0 for boxes without an area, inside out, or with edges that are no numbers.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> f64 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        let both = width * height;
        let all = self.width() * self.height() + other.width() * other.height() - both;
        // Comparisons with what is no number are false.
        if width > 0.0 && height > 0.0 && both.is_finite() && all >= both && all.is_finite() { both / all } else { 0.0 }
    }
}

/// Something that is compared: a truth or a prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thing {
    /// Its class: only things of the same one are matched.
    pub class: u32,
    /// Where it is.
    pub rect: Rect,
    /// A prediction's score, when it has one; see [`super::score`]. Truths' do not matter.
    pub score: Option<f64>,
}

/// What became of a truth or a prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// A prediction that found a truth, or a truth that was found.
    TruePositive {
        /// Which one of the other side.
        with: usize,
        /// How much they overlap.
        iou: f64,
    },
    /// A prediction that found nothing that nobody found before.
    FalsePositive,
    /// A truth that nothing found.
    Missed,
}

impl Outcome {
    /// Whether truth and prediction found each other.
    #[must_use]
    pub fn is_hit(&self) -> bool {
        matches!(self, Self::TruePositive { .. })
    }
}

/// What became of all, in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matches {
    /// Of the truths: found or missed.
    pub truths: Vec<Outcome>,
    /// Of the predictions: found one or wrong.
    pub predictions: Vec<Outcome>,
}

/// Best scores first, those without one last; equal ones stay in order.
pub(super) fn by_score(a: Option<f64>, b: Option<f64>) -> Ordering {
    let rank = |score: Option<f64>| super::score(score).unwrap_or(-1.0);
    rank(b).total_cmp(&rank(a))
}

/// Matches predictions with truths of the same class that they overlap at least so much.
#[must_use]
pub fn matched(truths: &[Thing], predictions: &[Thing], iou: f64) -> Matches {
    pair(truths, predictions, iou, true)
}

/// The same; across classes when they do not matter, and then of truths that overlap equally those of the own class come first.
pub(super) fn pair(truths: &[Thing], predictions: &[Thing], iou: f64, same_class: bool) -> Matches {
    // As COCO: what rounding leaves of 1 is enough. Overlaps of nothing are none.
    let least = if iou.is_nan() { super::OVERLAP } else { iou.clamp(0.01, 1.0 - 1e-10) };
    let class = |thing: &Thing| if same_class { thing.class } else { 0 };
    // Truths by class and left edge. What overlaps a prediction enough begins near its own left edge: in one direction alone,
    // two stretches overlap at least as much as the boxes do.
    let mut order: Vec<usize> = (0..truths.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&truths[*a], &truths[*b]);
        class(a).cmp(&class(b)).then(a.rect.left.total_cmp(&b.rect.left))
    });
    let mut turns: Vec<usize> = (0..predictions.len()).collect();
    turns.sort_by(|a, b| by_score(predictions[*a].score, predictions[*b].score));

    let mut found = Matches {
        truths: vec![Outcome::Missed; truths.len()],
        predictions: vec![Outcome::FalsePositive; predictions.len()],
    };
    for turn in turns {
        let prediction = &predictions[turn];
        let reach = prediction.rect.width().max(0.0) * (1.0 - least) / least * (1.0 + 1e-9) + 1e-9;
        let (from, to) = (prediction.rect.left - reach, prediction.rect.left + reach);
        let start = order.partition_point(|truth| {
            let truth = &truths[*truth];
            class(truth).cmp(&class(prediction)).then(truth.rect.left.total_cmp(&from)).is_lt()
        });
        let mut best: Option<(usize, f64)> = None;
        for &index in order.get(start..).unwrap_or_default() {
            let truth = &truths[index];
            if class(truth) != class(prediction) || truth.rect.left > to {
                break;
            }
            if found.truths[index].is_hit() {
                continue;
            }
            let overlap = prediction.rect.overlap(&truth.rect);
            if overlap < least {
                continue;
            }
            let is_own = |other: usize| truths[other].class == prediction.class;
            let better = best.is_none_or(|(other, most)| {
                overlap.total_cmp(&most).then(is_own(index).cmp(&is_own(other))).then(index.cmp(&other)).is_gt()
            });
            if better {
                best = Some((index, overlap));
            }
        }
        if let Some((index, iou)) = best {
            found.truths[index] = Outcome::TruePositive { with: turn, iou };
            found.predictions[turn] = Outcome::TruePositive { with: index, iou };
        }
    }
    found
}
