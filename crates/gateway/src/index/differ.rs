//! How differently two model runs, or a run and people, see a file, by the rule of [`portal_model::metrics`]: what overlaps by half
//! and has the same label is the same. Kept with the file when it is stored, because no question could wait for it.

use std::collections::BTreeMap;

use portal_model::{
    annotation::Annotation,
    metrics::{self, Counts, OVERLAP, Rect, Thing, matched},
};

/// More runs on a file are not compared: the latest of them are.
const MOST_RUNS: usize = 8;

/// What two sides drew: runs by their ids, the smaller first; people are 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) sides: (i64, i64),
    /// How many of them are the same.
    pub(super) matched: u32,
    /// How many both drew together.
    pub(super) drawn: u32,
}

/// All pairs that drew something with an area on the same picture, or the same frame. Who drew none may not have looked: that is no
/// difference.
pub(super) fn pairs(annotations: &[Annotation]) -> Vec<Pair> {
    let mut sides: BTreeMap<i64, Vec<Thing>> = BTreeMap::new();
    // Labels by a number: annotations without one are a class of their own.
    let mut classes: BTreeMap<Option<i64>, u32> = BTreeMap::new();
    for annotation in annotations {
        let Some(rect) = Rect::around(&annotation.geometry) else { continue };
        let (side, score) = match &annotation.prediction {
            None => (0, None),
            Some(prediction) => match prediction.run {
                Some(run) => (run.0, metrics::score(prediction.score)),
                None => continue,
            },
        };
        let next = u32::try_from(classes.len()).unwrap_or(u32::MAX);
        let class = *classes.entry(annotation.label.map(|label| label.0)).or_insert(next);
        sides.entry(side).or_default().push(Thing { class, rect, score });
    }
    while sides.len() > MOST_RUNS + usize::from(sides.contains_key(&0)) {
        let oldest = sides.keys().copied().find(|side| *side != 0);
        oldest.and_then(|side| sides.remove(&side));
    }
    let all: Vec<(&i64, &Vec<Thing>)> = sides.iter().collect();
    let mut pairs = Vec::new();
    for (n, (one, ones)) in all.iter().enumerate() {
        // The other side is a run: its surest boxes choose.
        for (other, others) in all.iter().skip(n + 1) {
            let counts = Counts::of(&matched(ones, others, OVERLAP));
            let drawn = counts.truths().saturating_add(counts.predictions());
            pairs.push(Pair { sides: (**one, **other), matched: counts.found, drawn });
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use portal_model::{
        annotation::{Geometry, Prediction},
        id::{AnnotationId, LabelId, ModelRunId},
    };

    use super::*;

    fn drawn(label: i64, x: f64, by: Option<(i64, Option<f64>)>) -> Annotation {
        Annotation {
            id: AnnotationId(1),
            root: None,
            label: Some(LabelId(label)),
            geometry: Geometry::Box { x_min: x, y_min: 0.0, x_max: x + 10.0, y_max: 10.0 },
            prediction: by.map(|(run, score)| Prediction { run: Some(ModelRunId(run)), score }),
            track: None,
        }
    }

    #[test]
    fn boxes_of_one_label_that_overlap_by_half_are_the_same_and_each_counts_once() {
        let of = |annotations: &[Annotation]| {
            pairs(annotations).into_iter().map(|pair| (pair.sides, pair.matched, pair.drawn)).collect::<Vec<_>>()
        };
        // Two predictions on one truth: one of them is another.
        let two = [drawn(1, 0.0, None), drawn(1, 1.0, Some((7, Some(0.9)))), drawn(1, 0.0, Some((7, None)))];
        assert_eq!(of(&two), [((0, 7), 1, 3)]);
        assert_eq!(of(&[drawn(1, 0.0, None), drawn(2, 0.0, Some((7, None)))]), [((0, 7), 0, 2)], "another label");
        assert_eq!(of(&[drawn(1, 0.0, None), drawn(1, 5.0, Some((7, None)))]), [((0, 7), 0, 2)], "a third only");
        let three = [drawn(1, 0.0, Some((9, None))), drawn(1, 0.0, Some((7, None))), drawn(1, 0.0, None)];
        assert_eq!(of(&three), [((0, 7), 1, 2), ((0, 9), 1, 2), ((7, 9), 1, 2)]);
        // Who drew nothing may not have looked.
        assert_eq!(of(&[drawn(1, 0.0, Some((7, None)))]), []);
        let mut point = drawn(1, 0.0, None);
        point.geometry = Geometry::Whole;
        assert_eq!(of(&[point, drawn(1, 0.0, Some((7, None)))]), [], "what has no area is not compared");
        let many: Vec<Annotation> = (0..20).map(|run| drawn(1, 0.0, Some((run + 1, None)))).collect();
        assert_eq!(of(&many).len(), 8 * 7 / 2);
        assert_eq!(of(&many)[0].0, (13, 14), "the latest");
    }
}
