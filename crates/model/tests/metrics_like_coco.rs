//! The numbers of `portal_model::metrics` are those of `pycocotools`, which `metrics/coco.py` recorded.

use portal_model::metrics::{Counts, Curve, Judged, OVERLAPS, RECALLS, Rect, Thing, matched};
use serde::Deserialize;

const NEAR: f64 = 1e-6;

#[derive(Deserialize)]
struct Case {
    name: String,
    classes: u32,
    files: Vec<File>,
    map: f64,
    /// By class; nothing for those without truths.
    expected: Vec<Option<Expected>>,
}

#[derive(Deserialize)]
struct File {
    truths: Vec<(u32, f64, f64, f64, f64)>,
    predictions: Vec<(u32, f64, f64, f64, f64, f64)>,
}

#[derive(Deserialize)]
struct Expected {
    /// By overlap.
    ap: Vec<f64>,
    recall: Vec<f64>,
    /// How often which one after the other.
    precisions_at_half: Vec<(usize, f64)>,
}

fn thing(class: u32, (left, top, right, bottom): (f64, f64, f64, f64), score: Option<f64>) -> Thing {
    Thing { class, rect: Rect { left, top, right, bottom }, score }
}

#[test]
fn the_numbers_are_those_of_pycocotools() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("metrics/coco.json")).expect("a recording");
    assert_eq!(cases.len(), 4);
    for case in &cases {
        let (mut all, mut compared) = (Vec::new(), 0);
        for (place, iou) in OVERLAPS.iter().enumerate() {
            let files: Vec<(Vec<Thing>, Vec<Thing>)> = case
                .files
                .iter()
                .map(|file| {
                    let truths = file.truths.iter().map(|(class, a, b, c, d)| thing(*class, (*a, *b, *c, *d), None));
                    let predictions = file
                        .predictions
                        .iter()
                        .map(|(class, a, b, c, d, score)| thing(*class, (*a, *b, *c, *d), Some(*score)));
                    (truths.collect(), predictions.collect())
                })
                .collect();
            let matches: Vec<_> =
                files.iter().map(|(truths, predictions)| matched(truths, predictions, *iou)).collect();
            for class in 0..case.classes {
                let what = format!("{} class {class} at {iou}", case.name);
                let (mut judged, mut counts) = (Vec::new(), Counts::default());
                for ((truths, predictions), matches) in files.iter().zip(&matches) {
                    judged.extend(Judged::of(predictions, matches, class));
                    let of_class = truths.iter().zip(&matches.truths).filter(|(truth, _)| truth.class == class);
                    of_class.for_each(|(_, outcome)| counts.add_truth(outcome));
                }
                let curve = Curve::of(judged, counts.truths());
                let expected = &case.expected[class as usize];
                assert_eq!(curve.is_some(), expected.is_some(), "{what}");
                let (Some(curve), Some(expected)) = (curve, expected) else { continue };
                compared += 1;
                all.push(curve.average());
                let (own, due) = (curve.average(), expected.ap[place]);
                assert!((own - due).abs() < NEAR, "{what}: {own} is not {due}");
                let (own, due) = (counts.recall().expect("truths"), expected.recall[place]);
                assert!((own - due).abs() < NEAR, "{what}: recall {own} is not {due}");
                if place == 0 {
                    let due: Vec<f64> =
                        expected.precisions_at_half.iter().flat_map(|(times, one)| vec![*one; *times]).collect();
                    assert_eq!(due.len(), RECALLS);
                    for (at, (own, due)) in curve.precisions.iter().zip(&due).enumerate() {
                        assert!((own - due).abs() < NEAR, "{what}, recall {at}: {own} is not {due}");
                    }
                }
            }
        }
        assert!(compared >= 40, "{} compared little", case.name);
        let map = all.iter().sum::<f64>() / all.len() as f64;
        assert!((map - case.map).abs() < NEAR, "{}: {map} is not {}", case.name, case.map);
    }
}
