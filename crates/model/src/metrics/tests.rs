//! Matching, curves and confusion: by hand, against pycocotools, and whatever the numbers.

use proptest::prelude::*;

use super::*;
use crate::annotation::{Geometry, Point};

fn thing(class: u32, left: f64, score: Option<f64>) -> Thing {
    Thing { class, rect: Rect { left, top: 0.0, right: left + 10.0, bottom: 10.0 }, score }
}

const HIT: fn(&Outcome) -> bool = Outcome::is_hit;

#[test]
fn each_truth_is_found_once_by_the_best_score_of_its_own_class() {
    let truths = [thing(1, 0.0, None), thing(1, 100.0, None), thing(2, 0.0, None)];
    let predictions =
        [thing(1, 1.0, Some(0.4)), thing(1, 2.0, Some(0.9)), thing(1, 50.0, None), thing(3, 100.0, Some(0.9))];
    let matches = matched(&truths, &predictions, 0.5);
    assert_eq!(
        matches.predictions,
        [
            Outcome::FalsePositive,
            Outcome::TruePositive { with: 0, iou: 80.0 / 120.0 },
            Outcome::FalsePositive,
            Outcome::FalsePositive
        ]
    );
    assert_eq!(matches.truths[0], Outcome::TruePositive { with: 1, iou: 80.0 / 120.0 });
    assert_eq!(matches.truths[1..], [Outcome::Missed, Outcome::Missed]);
    let counts = Counts::of(&matches);
    assert_eq!(counts, Counts { found: 1, wrong: 3, missed: 2 });
    assert_eq!((counts.precision(), counts.recall(), counts.f1()), (Some(0.25), Some(1.0 / 3.0), Some(2.0 / 7.0)));
    assert_eq!(Counts::default().precision().or(Counts::default().f1()), None);
}

#[test]
fn dat_11_what_has_no_score_comes_last_and_is_judged() {
    for odd in [None, Some(f64::NAN), Some(f64::INFINITY), Some(1.1), Some(-0.1)] {
        assert_eq!(score(odd), None);
        let matches = matched(&[thing(1, 0.0, None)], &[thing(1, 0.0, odd), thing(1, 3.0, Some(0.0))], 0.5);
        assert_eq!(matches.predictions.iter().map(HIT).collect::<Vec<_>>(), [false, true], "{odd:?}");
        let alone = matched(&[thing(1, 0.0, None)], &[thing(1, 0.0, odd)], 0.5);
        assert!(alone.predictions[0].is_hit(), "{odd:?}");
    }
    assert_eq!((score(Some(0.0)), score(Some(1.0))), (Some(0.0), Some(1.0)));
}

#[test]
fn boxes_that_are_none_overlap_nothing() {
    let whole = Rect { left: 0.0, top: 0.0, right: 10.0, bottom: 10.0 };
    let none = [
        Rect { right: 0.0, ..whole },
        Rect { left: 10.0, right: 0.0, ..whole },
        Rect { left: 10.0, right: 0.0, top: 10.0, bottom: 0.0 },
        Rect { left: f64::NAN, ..whole },
        Rect { right: f64::INFINITY, ..whole },
        Rect { left: f64::MIN, right: f64::MAX, top: f64::MIN, bottom: f64::MAX },
        Rect { left: 500.0, right: 510.0, ..whole },
    ];
    for odd in none {
        assert_eq!(whole.overlap(&odd), 0.0, "{odd:?}");
        let (truths, predictions) = ([Thing { class: 0, rect: odd, score: None }], [thing(0, 0.0, Some(1.0))]);
        assert_eq!(Counts::of(&matched(&truths, &predictions, 0.5)), Counts { found: 0, wrong: 1, missed: 1 });
    }
    assert_eq!(whole.overlap(&whole), 1.0);
    let half = Rect { left: 5.0, right: 15.0, ..whole };
    assert_eq!(whole.overlap(&half), 50.0 / 150.0);
}

#[test]
fn shapes_are_compared_by_the_box_around_them() {
    let point = |x: f64, y: f64| Point { x, y };
    let around =
        |geometry: Geometry| Rect::around(&geometry).map(|rect| [rect.left, rect.top, rect.right, rect.bottom]);
    let corners = vec![point(3.0, 9.0), point(1.0, 5.0), point(4.0, 2.0)];
    assert_eq!(around(Geometry::Polygon { points: corners.clone() }), Some([1.0, 2.0, 4.0, 9.0]));
    let ellipse = |angle: f64| Geometry::Ellipse { center: point(10.0, 10.0), width: 8.0, height: 4.0, angle };
    assert_eq!(around(ellipse(0.0)), Some([6.0, 8.0, 14.0, 12.0]));
    let upright = around(ellipse(std::f64::consts::FRAC_PI_2)).expect("an area");
    assert!((upright[0] - 8.0).abs() < 1e-9 && (upright[3] - 14.0).abs() < 1e-9);
    for nothing in [Geometry::Whole, Geometry::Line { points: corners }, Geometry::Polygon { points: Vec::new() }] {
        assert_eq!(around(nothing), None);
    }
}

#[test]
fn of_equal_overlaps_the_last_truth_is_taken_as_coco_does() {
    let truths = [thing(0, 0.0, None), thing(0, 0.0, None)];
    let matches = matched(&truths, &[thing(0, 0.0, Some(0.5))], 0.5);
    assert_eq!(matches.truths.iter().map(HIT).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn a_curve_is_best_from_each_recall_on() {
    let judged = [(Some(0.9), true), (Some(0.8), false), (None, true), (Some(0.7), true)];
    let judged: Vec<Judged> = judged.iter().map(|(score, is_hit)| Judged { score: *score, is_hit: *is_hit }).collect();
    let curve = Curve::of(judged.clone(), 4).expect("truths");
    let steps: Vec<_> = curve.steps.iter().map(|step| (step.recall, step.precision)).collect();
    assert_eq!(steps, [(0.25, 1.0), (0.25, 0.5), (0.5, 2.0 / 3.0), (0.75, 0.75)]);
    assert_eq!(curve.steps[3].score, None, "without a score it is last");
    assert_eq!((curve.precisions[0], curve.precisions[25], curve.precisions[26]), (1.0, 1.0, 0.75));
    assert_eq!((curve.precisions[75], curve.precisions[76]), (0.75, 0.0));
    assert_eq!(Curve::of(judged, 0), None);
    assert_eq!(Curve::of(Vec::new(), 3).expect("truths").average(), 0.0);
}

#[test]
fn what_is_taken_for_what_is_counted_across_classes() {
    let truths = [thing(0, 0.0, None), thing(1, 100.0, None), thing(1, 200.0, None)];
    let predictions = [thing(1, 0.0, Some(0.9)), thing(1, 100.0, Some(0.8)), thing(0, 300.0, Some(0.7))];
    let mut confusion = Confusion::new(2);
    let mut told = Vec::new();
    confused(&truths, &predictions, 0.5, |truth, prediction| told.push((truth, prediction)));
    assert_eq!(told, [(Some(0), Some(1)), (Some(1), Some(1)), (Some(1), None), (None, Some(0))]);
    confusion.add(&truths, &predictions, 0.5);
    assert_eq!(confusion.rows().collect::<Vec<_>>(), [&[0, 1, 0][..], &[0, 1, 1], &[1, 0, 0]]);
    confusion.add(&truths, &predictions, 0.5);
    assert_eq!((confusion.at(0, 1), confusion.at(9, 0), confusion.classes()), (2, 2, 2));
    // Where two truths lie in the same place, the own class is meant.
    let mut same = Confusion::new(2);
    same.add(&[thing(0, 0.0, None), thing(1, 0.0, None)], &[thing(0, 0.0, None)], 0.5);
    assert_eq!((same.at(0, 0), same.at(1, 2)), (1, 1));
}

/// What [`matched`] does, without anything that makes it fast.
fn naive(truths: &[Thing], predictions: &[Thing], iou: f64) -> Vec<Option<usize>> {
    let mut turns: Vec<usize> = (0..predictions.len()).collect();
    turns.sort_by(|a, b| {
        let rank = |i: usize| score(predictions[i].score).unwrap_or(-1.0);
        rank(*b).total_cmp(&rank(*a))
    });
    let mut found = vec![None; predictions.len()];
    for turn in turns {
        let mut best = iou;
        for (index, truth) in truths.iter().enumerate() {
            let overlap = truth.rect.overlap(&predictions[turn].rect);
            let is_free = found.iter().enumerate().all(|(other, one)| other == turn || *one != Some(index));
            if truth.class == predictions[turn].class && is_free && overlap >= best {
                best = overlap;
                found[turn] = Some(index);
            }
        }
    }
    found
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (0_i32..60).prop_map(f64::from),
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(f64::MAX), Just(-1e300)],
    ]
}

fn any_thing() -> impl Strategy<Value = Thing> {
    let score = prop_oneof![
        4 => (0_u8..10).prop_map(|tenth| Some(f64::from(tenth) / 10.0)),
        1 => Just(None),
        1 => Just(Some(f64::NAN)),
        1 => Just(Some(7.0)),
    ];
    let rect = prop_oneof![
        6 => (0_i32..40, 0_i32..40, 1_i32..30, 1_i32..30).prop_map(|(x, y, w, h)| [x, y, x + w, y + h].map(f64::from)),
        1 => [any_number(), any_number(), any_number(), any_number()],
    ];
    (0_u32..3, rect, score).prop_map(|(class, [left, top, right, bottom], score)| Thing {
        class,
        rect: Rect { left, top, right, bottom },
        score,
    })
}

proptest! {
    #[test]
    fn every_truth_and_every_prediction_is_judged_once(
        truths in proptest::collection::vec(any_thing(), 0..40),
        predictions in proptest::collection::vec(any_thing(), 0..40),
        iou in prop_oneof![Just(0.5), Just(0.05), Just(1.0), Just(f64::NAN), -1.0_f64..2.0],
    ) {
        let matches = matched(&truths, &predictions, iou);
        let counts = Counts::of(&matches);
        prop_assert_eq!(counts.truths() as usize, truths.len());
        prop_assert_eq!(counts.predictions() as usize, predictions.len());
        for (index, outcome) in matches.truths.iter().enumerate() {
            match outcome {
                Outcome::TruePositive { with, iou } => {
                    prop_assert_eq!(matches.predictions[*with], Outcome::TruePositive { with: index, iou: *iou });
                    prop_assert_eq!(truths[index].class, predictions[*with].class);
                    prop_assert!((0.0..=1.0).contains(iou));
                }
                Outcome::Missed => {}
                Outcome::FalsePositive => prop_assert!(false, "a truth is not wrong"),
            }
        }
        let mut confusion = Confusion::new(3);
        confusion.add(&truths, &predictions, iou);
        let all: u32 = confusion.rows().flatten().sum();
        let off_nothing: u32 = confusion.rows().take(3).flatten().sum();
        prop_assert_eq!(off_nothing as usize, truths.len());
        prop_assert!(all as usize <= truths.len() + predictions.len());
    }

    #[test]
    fn a_sweep_finds_what_looking_at_all_finds(
        truths in proptest::collection::vec(any_thing(), 0..40),
        predictions in proptest::collection::vec(any_thing(), 0..40),
        iou in 0.05_f64..0.99,
    ) {
        let matches = matched(&truths, &predictions, iou);
        let own: Vec<Option<usize>> = matches
            .predictions
            .iter()
            .map(|outcome| match outcome {
                Outcome::TruePositive { with, .. } => Some(*with),
                Outcome::FalsePositive | Outcome::Missed => None,
            })
            .collect();
        prop_assert_eq!(own, naive(&truths, &predictions, iou));
    }

    #[test]
    fn recall_never_falls_and_precision_lies_between_nothing_and_all(
        judged in proptest::collection::vec((0_u8..10, any::<bool>()), 0..60),
        more in 0_u32..5,
    ) {
        let hits = judged.iter().filter(|(_, hit)| *hit).count() as u32;
        let judged: Vec<Judged> =
            judged.iter().map(|(tenth, is_hit)| Judged { score: Some(f64::from(*tenth) / 10.0), is_hit: *is_hit }).collect();
        if let Some(curve) = Curve::of(judged, hits + more) {
            prop_assert!(curve.steps.windows(2).all(|two| two[0].recall <= two[1].recall));
            prop_assert!(curve.precisions.windows(2).all(|two| two[0] >= two[1]));
            prop_assert!(curve.precisions.iter().all(|precision| (0.0..=1.0).contains(precision)));
            prop_assert!((0.0..=1.0).contains(&curve.average()));
        }
    }
}
