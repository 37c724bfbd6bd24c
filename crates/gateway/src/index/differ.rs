//! How differently two model runs, or a run and people, see a file: boxes of the same label that overlap by half are the same,
//! the best scores choose first, each box is found once (the rule of [`portal_model::results`]). Kept with the file when it is
//! stored, because no question could wait for it.

use std::collections::BTreeMap;

use portal_model::{
    annotation::{Annotation, Geometry},
    results::{OVERLAP, overlap},
};

/// More runs on a file are not compared: the latest of them are.
const MOST_RUNS: usize = 8;
/// With more boxes of a label on a side, a file is not compared.
const MOST_BOXES: usize = 20_000;

/// What two sides drew: runs by their ids, the smaller first; people are 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) sides: (i64, i64),
    /// How many of them are the same.
    pub(super) matched: u32,
    /// How many boxes both drew together.
    pub(super) drawn: u32,
}

/// One box.
#[derive(Clone, Copy)]
struct Drawn<'a> {
    geometry: &'a Geometry,
    left: f64,
    right: f64,
    score: f64,
}

/// Boxes by label, those of the best scores first.
type ByLabel<'a> = BTreeMap<Option<i64>, Vec<Drawn<'a>>>;

/// All pairs that drew boxes on the same picture, or the same frame. Who drew none may not have looked: that is no difference.
pub(super) fn pairs(annotations: &[Annotation]) -> Vec<Pair> {
    let mut sides: BTreeMap<i64, ByLabel<'_>> = BTreeMap::new();
    for annotation in annotations {
        let Geometry::Box { x_min, x_max, .. } = annotation.geometry else { continue };
        let (side, score) = match &annotation.prediction {
            None => (0, 0.0),
            Some(prediction) => match prediction.run {
                Some(run) => (run.0, prediction.score.filter(|score| score.is_finite()).unwrap_or(-1.0)),
                None => continue,
            },
        };
        let drawn = Drawn { geometry: &annotation.geometry, left: x_min, right: x_max, score };
        sides.entry(side).or_default().entry(annotation.label.map(|label| label.0)).or_default().push(drawn);
    }
    while sides.len() > MOST_RUNS + usize::from(sides.contains_key(&0)) {
        let oldest = sides.keys().copied().find(|side| *side != 0);
        oldest.and_then(|side| sides.remove(&side));
    }
    for drawn in sides.values_mut().flat_map(BTreeMap::values_mut) {
        drawn.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
    let all: Vec<(&i64, &ByLabel<'_>)> = sides.iter().collect();
    let mut pairs = Vec::new();
    for (n, (one, ones)) in all.iter().enumerate() {
        for (other, others) in all.iter().skip(n + 1) {
            // The other side is a run: its surest boxes choose.
            if let Some(matched) = matched(others, ones) {
                pairs.push(Pair { sides: (**one, **other), matched, drawn: many(ones) + many(others) });
            }
        }
    }
    pairs
}

fn many(side: &ByLabel<'_>) -> u32 {
    u32::try_from(side.values().map(Vec::len).sum::<usize>()).unwrap_or(u32::MAX / 2)
}

/// How many of the choosers find one of the others of their label. Nothing when there are too many.
fn matched(choosers: &ByLabel<'_>, others: &ByLabel<'_>) -> Option<u32> {
    let mut all = 0;
    for (label, choosers) in choosers {
        let Some(others) = others.get(label) else { continue };
        if choosers.len().max(others.len()) > MOST_BOXES {
            return None;
        }
        let mut free: Vec<Drawn<'_>> = others.clone();
        free.sort_by(|a, b| a.left.total_cmp(&b.left));
        for chooser in choosers {
            let reachable = free.iter().enumerate().take_while(|(_, other)| other.left < chooser.right);
            let reachable = reachable.filter(|(_, other)| other.right > chooser.left);
            let best = reachable
                .map(|(at, other)| (at, overlap(chooser.geometry, other.geometry)))
                .filter(|(_, overlap)| *overlap >= OVERLAP)
                .max_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((at, _)) = best {
                free.remove(at);
                all += 1;
            }
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use portal_model::{
        annotation::Prediction,
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
        assert_eq!(of(&[point, drawn(1, 0.0, Some((7, None)))]), [], "only boxes are compared");
        let many: Vec<Annotation> = (0..20).map(|run| drawn(1, 0.0, Some((run + 1, None)))).collect();
        assert_eq!(of(&many).len(), 8 * 7 / 2);
        assert_eq!(of(&many)[0].0, (13, 14), "the latest");
    }
}
