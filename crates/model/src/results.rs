//! Prediction results: what of a file's annotations is shown, why the rest is not, and how the shown predictions do.

use std::collections::BTreeSet;

use crate::{
    annotation::{Annotation, Geometry},
    id::{LabelId, ModelRunId},
};

/// How much a prediction must overlap a person's box to count as found: intersection over union, from 0 to 1.
pub const OVERLAP: f64 = 0.5;
/// Bars of a histogram of scores: each a twentieth of 0 to 1.
pub const BARS: usize = 20;

/// What is to be shown of a file's annotations.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultView {
    /// Whether predictions are shown at all.
    pub predictions: bool,
    /// Only predictions of this run; of all runs without.
    pub run: Option<ModelRunId>,
    /// Only predictions with at least this score, from 0 to 1. Those without a score stay: nothing says that they are bad.
    pub least: f64,
    /// Labels that are switched off, for people's annotations too.
    pub off: BTreeSet<LabelId>,
}

impl Default for ResultView {
    fn default() -> Self {
        Self { predictions: true, run: None, least: 0.0, off: BTreeSet::new() }
    }
}

/// Why an annotation is not shown. The first that holds counts, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// Predictions are switched off.
    Predictions,
    /// It is of another run.
    OtherRun,
    /// Its label is switched off.
    LabelOff,
    /// Its score is too low.
    LowScore,
}

/// A score that can be compared. Nothing in Diffgram keeps scores between 0 and 1, or numbers at all (`diffgram-api.md` §6.3).
fn score(annotation: &Annotation) -> Option<f64> {
    annotation.prediction.as_ref()?.score.filter(|score| score.is_finite())
}

impl ResultView {
    /// Why this annotation is not shown; `None` when it is.
    #[must_use]
    pub fn hides(&self, annotation: &Annotation) -> Option<Hidden> {
        if let Some(prediction) = &annotation.prediction {
            if !self.predictions {
                return Some(Hidden::Predictions);
            }
            if self.run.is_some() && prediction.run != self.run {
                return Some(Hidden::OtherRun);
            }
        }
        if annotation.label.is_some_and(|label| self.off.contains(&label)) {
            return Some(Hidden::LabelOff);
        }
        score(annotation).is_some_and(|score| score < self.least).then_some(Hidden::LowScore)
    }
}

/// How many predictions there are, and why some are not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All predictions.
    pub predictions: u32,
    /// All of people's annotations.
    pub truths: u32,
    /// Hidden because predictions are switched off.
    pub switched_off: u32,
    /// Hidden because they are of another run.
    pub other_run: u32,
    /// Hidden because their label is switched off.
    pub label_off: u32,
    /// Hidden because their score is too low.
    pub low_score: u32,
    /// Shown, although they have no score to be judged by.
    pub unscored: u32,
}

impl Tally {
    /// Of these annotations, as they are shown.
    #[must_use]
    pub fn of(annotations: &[Annotation], view: &ResultView) -> Self {
        let mut tally = Self::default();
        for annotation in annotations {
            if annotation.prediction.is_none() {
                tally.truths += 1;
                continue;
            }
            tally.predictions += 1;
            match view.hides(annotation) {
                Some(Hidden::Predictions) => tally.switched_off += 1,
                Some(Hidden::OtherRun) => tally.other_run += 1,
                Some(Hidden::LabelOff) => tally.label_off += 1,
                Some(Hidden::LowScore) => tally.low_score += 1,
                None => tally.unscored += u32::from(score(annotation).is_none()),
            }
        }
        tally
    }

    /// Predictions that are not shown.
    #[must_use]
    pub fn hidden(&self) -> u32 {
        self.switched_off + self.other_run + self.label_off + self.low_score
    }
}

/// How many predictions of the run have which score. Scores outside 0 to 1 count at the ends; missing ones nowhere.
#[must_use]
pub fn histogram(annotations: &[Annotation], run: Option<ModelRunId>) -> [u32; BARS] {
    let mut bars = [0; BARS];
    for annotation in annotations {
        let of_run = run.is_none() || annotation.prediction.as_ref().is_some_and(|prediction| prediction.run == run);
        if let Some(score) = score(annotation).filter(|_| of_run) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "clamped to the bars"
            )]
            let bar = ((score * BARS as f64).clamp(0.0, (BARS - 1) as f64)) as usize;
            bars[bar] += 1;
        }
    }
    bars
}

/// How the shown predictions of a label do against people's boxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// People's boxes.
    pub truths: u32,
    /// Of those, how many a shown prediction of the same label overlaps.
    pub found: u32,
    /// Shown predictions that overlap none, or one that is found already.
    pub wrong: u32,
}

/// Compares the shown predictions of a label with people's boxes: the best scores choose first, each box is found once. Only boxes
/// can be compared here; other shapes count nowhere.
#[must_use]
pub fn compare(annotations: &[Annotation], view: &ResultView, label: LabelId) -> Found {
    let of_label = |annotation: &&Annotation| annotation.label == Some(label) && view.hides(annotation).is_none();
    let (mut predictions, truths): (Vec<&Annotation>, Vec<&Annotation>) = annotations
        .iter()
        .filter(of_label)
        .filter(|annotation| matches!(annotation.geometry, Geometry::Box { .. }))
        .partition(|annotation| annotation.prediction.is_some());
    predictions.sort_unstable_by(|a, b| score(b).unwrap_or(-1.0).total_cmp(&score(a).unwrap_or(-1.0)));
    let mut taken = vec![false; truths.len()];
    let mut wrong = 0;
    for prediction in predictions {
        let best = truths
            .iter()
            .enumerate()
            .filter(|(i, _)| !taken[*i])
            .map(|(i, truth)| (i, overlap(&prediction.geometry, &truth.geometry)))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        match best {
            Some((i, overlap)) if overlap >= OVERLAP => taken[i] = true,
            _ => wrong += 1,
        }
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Found { truths: count(truths.len()), found: count(taken.iter().filter(|taken| **taken).count()), wrong }
}

/// Intersection over union of two boxes, from 0 to 1; 0 for anything else.
#[must_use]
pub fn overlap(a: &Geometry, b: &Geometry) -> f64 {
    let (
        Geometry::Box { x_min: ax, y_min: ay, x_max: aw, y_max: ah },
        Geometry::Box { x_min: bx, y_min: by, x_max: bw, y_max: bh },
    ) = (a, b)
    else {
        return 0.0;
    };
    let both = (aw.min(*bw) - ax.max(*bx)).max(0.0) * (ah.min(*bh) - ay.max(*by)).max(0.0);
    let all = (aw - ax) * (ah - ay) + (bw - bx) * (bh - by) - both;
    if all > 0.0 { both / all } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{annotation::Prediction, id::AnnotationId};

    fn drawn(label: i64, x: f64, prediction: Option<(i64, Option<f64>)>) -> Annotation {
        Annotation {
            id: AnnotationId(1),
            root: None,
            label: Some(LabelId(label)),
            geometry: Geometry::Box { x_min: x, y_min: 0.0, x_max: x + 10.0, y_max: 10.0 },
            prediction: prediction.map(|(run, score)| Prediction { run: Some(ModelRunId(run)), score }),
            track: None,
        }
    }

    #[test]
    fn dat_11_what_has_no_score_is_not_hidden_by_one() {
        let view = ResultView { least: 0.6, ..ResultView::default() };
        for score in [None, Some(f64::NAN), Some(f64::INFINITY), Some(0.6), Some(7.0)] {
            assert_eq!(view.hides(&drawn(1, 0.0, Some((1, score)))), None, "{score:?}");
        }
        assert_eq!(view.hides(&drawn(1, 0.0, Some((1, Some(0.59))))), Some(Hidden::LowScore));
        assert_eq!(view.hides(&drawn(1, 0.0, None)), None, "people's have none");
        let all = [
            drawn(1, 0.0, Some((1, None))),
            drawn(1, 0.0, Some((1, Some(f64::NAN)))),
            drawn(1, 0.0, Some((1, Some(0.9)))),
        ];
        assert_eq!(Tally::of(&all, &view).unscored, 2);
    }

    #[test]
    fn every_hidden_prediction_has_one_reason_and_the_sum_is_whole() {
        let all = [
            drawn(1, 0.0, None),
            drawn(1, 0.0, Some((1, Some(0.9)))),
            drawn(1, 0.0, Some((1, Some(0.1)))),
            drawn(2, 0.0, Some((1, Some(0.1)))),
            drawn(2, 0.0, Some((2, Some(0.1)))),
        ];
        let view =
            ResultView { run: Some(ModelRunId(1)), least: 0.5, off: [LabelId(2)].into(), ..ResultView::default() };
        let tally = Tally::of(&all, &view);
        assert_eq!(
            tally,
            Tally { predictions: 4, truths: 1, other_run: 1, label_off: 1, low_score: 1, ..Tally::default() }
        );
        let shown = all.iter().filter(|a| a.prediction.is_some() && view.hides(a).is_none()).count();
        assert_eq!(tally.hidden() as usize + shown, 4);
        assert_eq!(Tally::of(&all, &ResultView { predictions: false, ..view }).switched_off, 4);
    }

    #[test]
    fn scores_fall_into_their_bars_and_odd_ones_to_the_ends() {
        let scores = [Some(0.0), Some(0.05), Some(0.999), Some(1.0), Some(-3.0), Some(8.0), None, Some(f64::NAN)];
        let all: Vec<Annotation> = scores.iter().map(|score| drawn(1, 0.0, Some((1, *score)))).collect();
        let bars = histogram(&all, None);
        assert_eq!((bars[0], bars[1], bars[BARS - 1]), (2, 1, 3));
        assert_eq!(bars.iter().sum::<u32>(), 6);
        assert_eq!(histogram(&all, Some(ModelRunId(9))), [0; BARS]);
    }

    #[test]
    fn each_box_is_found_once_by_the_best_score_of_its_own_label() {
        let all = [
            drawn(1, 0.0, None),
            drawn(1, 100.0, None),
            drawn(1, 1.0, Some((1, Some(0.4)))),
            drawn(1, 2.0, Some((1, Some(0.9)))),
            drawn(1, 50.0, Some((1, None))),
            drawn(2, 100.0, Some((1, Some(0.9)))),
        ];
        let view = ResultView::default();
        assert_eq!(compare(&all, &view, LabelId(1)), Found { truths: 2, found: 1, wrong: 2 });
        assert_eq!(compare(&all, &view, LabelId(2)), Found { truths: 0, found: 0, wrong: 1 });
        let strict = ResultView { least: 0.95, ..view };
        assert_eq!(compare(&all, &strict, LabelId(1)), Found { truths: 2, found: 0, wrong: 1 });
    }

    #[test]
    fn overlap_is_of_boxes_and_between_nothing_and_all() {
        let at = |x: f64| drawn(1, x, None).geometry;
        assert_eq!(overlap(&at(0.0), &at(0.0)), 1.0);
        assert_eq!(overlap(&at(0.0), &at(5.0)), 50.0 / 150.0);
        assert_eq!(overlap(&at(0.0), &at(10.0)), 0.0);
        assert_eq!(overlap(&at(0.0), &Geometry::Whole), 0.0);
    }
}
