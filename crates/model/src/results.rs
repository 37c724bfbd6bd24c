//! Prediction results: what of a file's annotations is shown, why the rest is not, and how the shown predictions do.

use std::collections::BTreeSet;

use crate::{
    annotation::Annotation,
    id::{LabelId, ModelRunId},
    metrics::{self, Confusion, Counts, Curve, Judged, OVERLAP, Outcome, Rect, Thing, matched},
};

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
    /// What the predictions are compared with, when they are.
    pub against: Option<Against>,
    /// How much a prediction must overlap a truth to have found it, from 0 to 1.
    pub overlap: f64,
}

/// What counts as true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// What people drew.
    People,
    /// What another run predicted.
    Run(ModelRunId),
}

impl Against {
    /// Whether this annotation is on that side.
    #[must_use]
    pub fn is_truth(self, annotation: &Annotation) -> bool {
        match (self, &annotation.prediction) {
            (Self::People, prediction) => prediction.is_none(),
            (Self::Run(run), Some(prediction)) => prediction.run == Some(run),
            (Self::Run(_), None) => false,
        }
    }
}

impl Default for ResultView {
    fn default() -> Self {
        Self { predictions: true, run: None, least: 0.0, off: BTreeSet::new(), against: None, overlap: OVERLAP }
    }
}

/// Why an annotation is not shown. The first that holds counts, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// Predictions are switched off.
    Predictions,
    /// It is of another run.
    OtherRun,
    /// It is a person's, and runs are compared with each other.
    NotCompared,
    /// Its label is switched off.
    LabelOff,
    /// Its score is too low.
    LowScore,
}

/// A score that can be compared.
fn score(annotation: &Annotation) -> Option<f64> {
    metrics::score(annotation.prediction.as_ref()?.score)
}

impl ResultView {
    /// Why this annotation is not shown; `None` when it is.
    #[must_use]
    pub fn hides(&self, annotation: &Annotation) -> Option<Hidden> {
        if let Some(prediction) = &annotation.prediction {
            if !self.predictions {
                return Some(Hidden::Predictions);
            }
            let is_truth = self.against.is_some_and(|against| against.is_truth(annotation));
            if self.run.is_some() && prediction.run != self.run && !is_truth {
                return Some(Hidden::OtherRun);
            }
        } else if matches!(self.against, Some(Against::Run(_))) {
            return Some(Hidden::NotCompared);
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
    /// People's that are hidden while runs are compared with each other.
    pub set_aside: u32,
}

impl Tally {
    /// Of these annotations, as they are shown.
    #[must_use]
    pub fn of(annotations: &[Annotation], view: &ResultView) -> Self {
        let mut tally = Self::default();
        for annotation in annotations {
            if annotation.prediction.is_none() {
                tally.truths += 1;
                tally.set_aside += u32::from(view.hides(annotation) == Some(Hidden::NotCompared));
                continue;
            }
            tally.predictions += 1;
            match view.hides(annotation) {
                // Only people's are set aside.
                Some(Hidden::NotCompared) => {}
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

/// How many predictions of the run have which score. Those without one, or with one that says nothing, count nowhere.
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

/// How the shown predictions do against what they are compared with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// What became of each annotation, in their order; `None` for those that take no part. [`Outcome::TruePositive`] says which
    /// annotation it belongs to.
    pub outcomes: Vec<Option<Outcome>>,
    /// The classes that take part.
    pub classes: Vec<OfClass>,
    /// All classes together, by one order of scores.
    pub curve: Option<Curve>,
    /// Which class was taken for which; by places in `classes`.
    pub confusion: Confusion,
    /// Shown, but without an area that could be compared.
    pub shapeless: u32,
}

/// One class of a [`Comparison`].
#[derive(Clone, Debug, PartialEq)]
pub struct OfClass {
    /// Its label; `None` for what has none.
    pub label: Option<LabelId>,
    /// What is shown.
    pub counts: Counts,
    /// COCO's average precision over all scores, also those that are not shown; `None` without truths.
    pub average: Option<f64>,
}

impl Comparison {
    /// Of these annotations, as they are shown; nothing when nothing is compared.
    #[must_use]
    pub fn of(annotations: &[Annotation], view: &ResultView) -> Self {
        let Some(against) = view.against else { return Self::default() };
        let mut comparison = Self { outcomes: vec![None; annotations.len()], ..Self::default() };
        let mut labels: Vec<Option<LabelId>> = Vec::new();
        let (mut truths, mut predictions) = (Side::default(), Side::default());
        // Average precision is of all scores: what is below the threshold is judged apart.
        let any_score = ResultView { least: 0.0, ..view.clone() };
        let mut all = Vec::new();
        for (index, annotation) in annotations.iter().enumerate() {
            let is_shown = view.hides(annotation).is_none();
            let is_truth = against.is_truth(annotation);
            if !is_shown && (is_truth || any_score.hides(annotation).is_some()) {
                continue;
            }
            let Some(rect) = Rect::around(&annotation.geometry) else {
                comparison.shapeless += u32::from(is_shown);
                continue;
            };
            let class = labels.iter().position(|label| *label == annotation.label).unwrap_or_else(|| {
                labels.push(annotation.label);
                labels.len() - 1
            });
            let thing = Thing { class: u32::try_from(class).unwrap_or(u32::MAX), rect, score: score(annotation) };
            if is_truth {
                truths.push(index, thing);
                continue;
            }
            all.push(thing);
            if is_shown {
                predictions.push(index, thing);
            }
        }
        let matches = matched(&truths.things, &predictions.things, view.overlap);
        let mut counts = vec![Counts::default(); labels.len()];
        for (side, outcomes, other) in
            [(&truths, &matches.truths, &predictions), (&predictions, &matches.predictions, &truths)]
        {
            for ((index, thing), outcome) in side.indexes.iter().zip(&side.things).zip(outcomes) {
                comparison.outcomes[*index] = Some(match *outcome {
                    Outcome::TruePositive { with, iou } => Outcome::TruePositive { with: other.indexes[with], iou },
                    other => other,
                });
                match outcome {
                    Outcome::FalsePositive => counts[thing.class as usize].wrong += 1,
                    Outcome::Missed => counts[thing.class as usize].missed += 1,
                    // Both sides say it.
                    Outcome::TruePositive { .. } if std::ptr::eq(side, &truths) => {
                        counts[thing.class as usize].found += 1;
                    }
                    Outcome::TruePositive { .. } => {}
                }
            }
        }
        let of_all =
            if all.len() == predictions.things.len() { matches } else { matched(&truths.things, &all, view.overlap) };
        let classes = labels.iter().zip(&counts).enumerate();
        comparison.classes = classes
            .map(|(class, (label, counts))| {
                let class = u32::try_from(class).unwrap_or(u32::MAX);
                let curve = Curve::of(Judged::of(&all, &of_all, class).collect(), counts.truths());
                OfClass { label: *label, counts: *counts, average: curve.map(|curve| curve.average()) }
            })
            .collect();
        let judged = all.iter().zip(&of_all.predictions);
        let judged = judged.map(|(one, outcome)| Judged { score: one.score, is_hit: outcome.is_hit() }).collect();
        comparison.curve = Curve::of(judged, u32::try_from(truths.things.len()).unwrap_or(u32::MAX));
        comparison.confusion = Confusion::new(u32::try_from(labels.len()).unwrap_or(u32::MAX));
        comparison.confusion.add(&truths.things, &predictions.things, view.overlap);
        comparison
    }

    /// All classes together.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.classes.iter().fold(Counts::default(), |sum, class| sum.with(class.counts))
    }

    /// The annotations that are wrong or missed.
    pub fn mistakes(&self) -> impl DoubleEndedIterator<Item = usize> {
        let outcomes = self.outcomes.iter().enumerate();
        outcomes.filter(|(_, outcome)| outcome.is_some_and(|outcome| !outcome.is_hit())).map(|(index, _)| index)
    }
}

/// Annotations of one side of a comparison, and where they stand among all.
#[derive(Default)]
struct Side {
    indexes: Vec<usize>,
    things: Vec<Thing>,
}

impl Side {
    fn push(&mut self, index: usize, thing: Thing) {
        self.indexes.push(index);
        self.things.push(thing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        annotation::{Geometry, Prediction},
        id::AnnotationId,
    };

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
    fn scores_fall_into_their_bars_and_odd_ones_into_none() {
        let scores = [Some(0.0), Some(0.05), Some(0.999), Some(1.0), Some(-3.0), Some(8.0), None, Some(f64::NAN)];
        let all: Vec<Annotation> = scores.iter().map(|score| drawn(1, 0.0, Some((1, *score)))).collect();
        let bars = histogram(&all, None);
        assert_eq!((bars[0], bars[1], bars[BARS - 1]), (1, 1, 2));
        assert_eq!(bars.iter().sum::<u32>(), 4);
        assert_eq!(histogram(&all, Some(ModelRunId(9))), [0; BARS]);
    }

    fn judged(all: &[Annotation], view: &ResultView) -> String {
        let sign = |outcome: &Option<Outcome>| match outcome {
            None => '.',
            Some(Outcome::TruePositive { .. }) => '+',
            Some(Outcome::FalsePositive) => 'x',
            Some(Outcome::Missed) => 'o',
        };
        Comparison::of(all, view).outcomes.iter().map(sign).collect()
    }

    #[test]
    fn what_is_shown_is_compared_with_people_or_with_another_run() {
        let all = [
            drawn(1, 0.0, None),
            drawn(1, 100.0, None),
            drawn(1, 1.0, Some((1, Some(0.4)))),
            drawn(1, 2.0, Some((1, Some(0.9)))),
            drawn(1, 50.0, Some((2, None))),
            drawn(2, 2.0, Some((2, Some(0.9)))),
        ];
        let off = ResultView::default();
        assert_eq!(Comparison::of(&all, &off), Comparison::default());
        let people = ResultView { against: Some(Against::People), ..off };
        assert_eq!(judged(&all, &people), "+ox+xx".to_owned());
        assert_eq!(judged(&all, &ResultView { least: 0.5, ..people.clone() }), "+o.+xx", "without a score it stays");
        assert_eq!(judged(&all, &ResultView { run: Some(ModelRunId(2)), ..people.clone() }), "oo..xx");
        assert_eq!(judged(&all, &ResultView { overlap: 0.95, ..people.clone() }), "ooxxxx");
        assert_eq!(judged(&all, &ResultView { off: [LabelId(2)].into(), ..people.clone() }), "+ox+x.");
        let run = ResultView { against: Some(Against::Run(ModelRunId(1))), run: Some(ModelRunId(2)), ..people.clone() };
        assert_eq!(judged(&all, &run), "..ooxx", "of the other class");
        assert_eq!(Tally::of(&all, &run).set_aside, 2);
        let comparison = Comparison::of(&all, &people);
        assert_eq!(comparison.counts(), Counts { found: 1, wrong: 3, missed: 1 });
        assert_eq!(comparison.outcomes[3], Some(Outcome::TruePositive { with: 0, iou: 80.0 / 120.0 }));
        assert_eq!(comparison.mistakes().collect::<Vec<_>>(), [1, 2, 4, 5]);
        assert_eq!(comparison.confusion.rows().collect::<Vec<_>>(), [&[1, 0, 1][..], &[0, 0, 0], &[2, 1, 0]]);
        // The average is of all scores, whatever is shown.
        let strict = Comparison::of(&all, &ResultView { least: 0.95, ..people });
        assert_eq!(strict.classes[0].average, comparison.classes[0].average);
        assert_eq!(strict.classes[0].counts.found, 0);
    }

    #[test]
    fn shapes_without_an_area_are_counted_apart() {
        let line = Annotation { geometry: Geometry::Whole, ..drawn(1, 0.0, None) };
        let view = ResultView { against: Some(Against::People), ..ResultView::default() };
        let comparison = Comparison::of(&[line, drawn(1, 0.0, None)], &view);
        assert_eq!((comparison.shapeless, comparison.counts().missed), (1, 1));
    }

    #[test]
    fn ten_thousand_boxes_are_compared_in_a_blink() {
        let spread = |i: u32| f64::from(i * 7919 % 4000);
        let all: Vec<Annotation> = (0..10_000)
            .map(|i| {
                let prediction = (i % 2 == 0).then_some((1, Some(f64::from(i % 100) / 100.0)));
                let mut one = drawn(i64::from(i % 3), spread(i), prediction);
                if let Geometry::Box { y_min, y_max, .. } = &mut one.geometry {
                    (*y_min, *y_max) = (spread(i / 2), spread(i / 2) + 10.0);
                }
                one
            })
            .collect();
        let view = ResultView { against: Some(Against::People), ..ResultView::default() };
        let start = std::time::Instant::now();
        assert_eq!(Comparison::of(&all, &view).counts().truths(), 5_000);
        // Fifty milliseconds in a release build; this one is a debug build on a machine that is busy.
        assert!(start.elapsed().as_secs_f64() < 2.0, "{:?}", start.elapsed());
    }
}
