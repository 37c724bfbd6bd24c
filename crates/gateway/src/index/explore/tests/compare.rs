//! Which files are judged for whom, and what is said of the others.

use portal_model::{
    api::{Freshness, compare::LeftOut},
    metrics::Rect,
    results::Against,
};

use super::*;
use crate::index::{Cell, Limits, Question};

fn asked(run: i64) -> Question {
    Question { truth: Against::People, run: ModelRunId(run), iou: 0.5, least: 0.0, now: 0, limits: Limits::default() }
}

fn freshness() -> Freshness {
    Freshness { as_of: None, complete: true, percent: 100, diffgram_up: true }
}

#[tokio::test]
async fn aut_08_everybody_compares_exactly_what_they_see() {
    let world = world().await;
    let all = parse("").unwrap();
    for who in everybody() {
        let scope = world.scope(&who);
        let due: Vec<&Plain> = world.files.iter().filter(|file| sees(file, &who)).collect();
        let pictures: Vec<&Plain> = due.iter().copied().filter(|file| file.kind == FileKind::Image).collect();
        for run in [1, 2, 3] {
            let of_run = |one: &&Annotation| {
                one.prediction.as_ref().is_some_and(|prediction| prediction.run == Some(ModelRunId(run)))
            };
            let compared = scope.compare(&all, &asked(run), freshness()).await.unwrap();
            let occurs = due.iter().flat_map(|file| &file.drawn).any(|one| of_run(&one));
            // A run is of one project: whoever is in the other has no name for it.
            let is_known = occurs && run < 3 && who.projects.contains(&0);
            assert_eq!(compared.is_some(), is_known, "run {run} for {who:?}");
            let Some(compared) = compared else { continue };
            assert_eq!(compared.files as usize, pictures.len(), "{who:?}");
            let no_pictures = (due.len() - pictures.len()) as u32;
            assert_eq!(compared.left_out, LeftOut { no_pictures, ..LeftOut::default() });
            let sides = pictures.iter().flat_map(|file| &file.drawn);
            let sides = sides.filter(|one| one.prediction.is_none() || of_run(one));
            let shapeless = sides.filter(|one| Rect::around(&one.geometry).is_none()).count();
            assert_eq!(compared.shapeless as usize, shapeless, "what has no area");
            let cell = Cell { is: Some("face".into()), taken_for: None };
            let found = scope.compare_cell(&all, &asked(run), &cell).await.unwrap().unwrap();
            assert!(found.files.iter().all(|one| pictures.iter().any(|file| file.id == one.file.id.0)), "{who:?}");
        }
    }
}

#[tokio::test]
async fn what_is_beyond_the_limits_is_said() {
    let world = world().await;
    let who = everybody().remove(3);
    let scope = world.scope(&who);
    let all = parse("").unwrap();
    let whole = scope.compare(&all, &asked(1), freshness()).await.unwrap().unwrap();
    for limits in [Limits { files: 3, ..Limits::default() }, Limits { drawn: 4, ..Limits::default() }] {
        let some = scope.compare(&all, &Question { limits, ..asked(1) }, freshness()).await.unwrap().unwrap();
        assert!(some.files > 0 && some.left_out.beyond > 0, "{limits:?}");
        assert_eq!(some.files + some.left_out.beyond, whole.files, "{limits:?}");
    }
}
