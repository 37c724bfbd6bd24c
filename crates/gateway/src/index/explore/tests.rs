//! What is found against what the query's tree says, over the same data: the tree is read here in the plainest way.

mod compare;
mod plainly;
mod uses;
mod world;

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use portal_diffgram::types::{
    Dataset, FileAnnotations, FileTimes, FrameSet, Frames, Given, GivenValue, IssuePlace as DiffgramPlace, ListedFile,
    Member, ModelRun, Task,
};
use portal_model::{
    annotation::{Annotation, AnnotationSet, Geometry, Label, Point, Prediction},
    api::explorer::{AnswerFacet, Facet, FileFacets},
    attribute::{Attribute, AttributeKind, AttributeOption, AttributeScope},
    file::{FileKind, FileSummary},
    id::{
        AnnotationId, AttributeId, DatasetId, FileId, IssueId, JobId, LabelId, MemberId, ModelRunId, OptionId,
        ProjectId, TaskId, UserId,
    },
    person::Role,
    query::{
        Answer, Compare, Condition, Expr, Kind, Measure, Moment, Query, Score, Shape, Side, Sort, SortField, Status,
        Thing, TimeField, Who as Asked, parse,
    },
    task::{DatasetRef, JobRef, TaskStatus},
    time::Timestamp,
};
use proptest::prelude::*;

use self::{plainly::*, world::*};
use crate::{
    config::{Grant, GrantTo},
    index::{Found, Gone, Index, Stretch, fold},
    policy::{Policy, Scope},
    session::person::{Membership, Person, PersonId, SessionKey},
    store::Store,
};

fn condition() -> impl Strategy<Value = Condition> {
    let some_of = |names: &'static [&'static str]| proptest::sample::select(names).prop_map(str::to_owned);
    let some = |numbers: &'static [f64]| proptest::sample::select(numbers).prop_map(number);
    let compare = || proptest::sample::select(Compare::ALL);
    let moment = || {
        let texts = &["2026-11-12", "2026-11", "2025", "3d", "today", "yesterday", "36h", "1w"][..];
        proptest::sample::select(texts).prop_map(|text| text.parse::<Moment>().unwrap())
    };
    let side = || prop_oneof![Just(Side::People), some_of(&["night-1", "NIGHT-2", "nobody"]).prop_map(Side::Run)];
    let named = some_of(&["ana", "BO", "me", "nobody", ""]).prop_map(Asked::Named);
    let answer = prop_oneof![
        some_of(&["fog", "FÖG", "sun", "rain", "30", "7.0", "%"]).prop_map(Answer::Is),
        (compare(), some(&[7.0, 30.0, 31.5])).prop_map(|(compare, number)| Answer::Number(compare, number)),
    ];
    let of_the_file = prop_oneof![
        proptest::sample::select(&["cafe", "CAFÉ", "%", "_", "'", "\"", "jpg", "x", "", "\u{301}"][..])
            .prop_map(|text| Condition::Name(text.to_owned())),
        (0_i64..90).prop_map(Condition::Id),
        some_of(&["cust-north-a", "CUST-south-A", "shared", "%", "cust-*", "x"]).prop_map(Condition::Dataset),
        proptest::sample::select(Kind::ALL).prop_map(Condition::Type),
        proptest::sample::select(Thing::ALL).prop_map(Condition::Has),
        proptest::sample::select(Thing::ALL).prop_map(Condition::Missing),
        (proptest::sample::select(Measure::ALL), compare(), some(&[0.0, 4.0, 10.0, 64.0, 100.5]))
            .prop_map(|(measure, compare, number)| Condition::Measure(measure, compare, number)),
        (proptest::sample::select(TimeField::ALL), compare(), moment())
            .prop_map(|(field, compare, moment)| Condition::Time(field, compare, moment)),
        (proptest::option::of(some_of(&["face", "cup", "x"])), compare(), some(&[-1.0, 0.0, 1.0, 2.0, 2.5]))
            .prop_map(|(label, compare, number)| Condition::Count(label, compare, number)),
        proptest::sample::select(Status::ALL).prop_map(Condition::Status),
        prop_oneof![Just(Asked::Me), named].prop_map(Condition::Assignee),
        (side(), side(), proptest::option::of((compare(), some(&[0.0, 0.5, 1.0]))))
            .prop_filter("two sides", |(one, other, _)| one != other)
            .prop_map(|(one, other, above)| Condition::Disagree([one, other], above)),
    ];
    let of_an_annotation = prop_oneof![
        some_of(&["face", "FÄCE", "cup", "' OR 1 --", "*"]).prop_map(Condition::Label),
        some_of(&["night-1", "NIGHT-2", "nobody"]).prop_map(Condition::Run),
        (compare(), some(&[0.2, 0.6, 0.9, 1.0])).prop_map(|(compare, value)| Condition::Score(compare, value)),
        (some(&[0.2, 0.55, 0.6, 0.7]), proptest::option::of(some(&[0.0, 0.1, 0.3])))
            .prop_map(|(score, within)| Condition::Near(score, within)),
        proptest::sample::select(&[Shape::Box, Shape::Point, Shape::Whole, Shape::Polygon][..])
            .prop_map(Condition::Shape),
        (compare(), some(&[0.0, 2.0, 3.5])).prop_map(|(compare, number)| Condition::Frame(compare, number)),
        (some_of(&["weather", "how is the WEATHER?", "speed", "other", "x"]), answer)
            .prop_map(|(name, answer)| Condition::Attribute(name, answer)),
    ];
    prop_oneof![of_the_file, of_an_annotation]
}

fn expr() -> impl Strategy<Value = Expr> {
    condition().prop_map(Expr::Is).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::All),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::Any),
            inner.clone().prop_map(|part| Expr::Not(Box::new(part))),
            inner.prop_map(|part| Expr::Group(Box::new(part))),
        ]
    })
}

fn sort() -> impl Strategy<Value = Option<Sort>> {
    // Chance has a test of its own.
    let fields: Vec<SortField> = SortField::ALL.iter().copied().filter(|field| *field != SortField::Random).collect();
    let sort = (proptest::sample::select(fields), any::<bool>());
    proptest::option::of(sort.prop_map(|(field, descending)| Sort { field, descending }))
}

#[test]
fn aut_08_sql_finds_exactly_what_the_tree_says_for_everybody() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(world());
    let people: Vec<(Who, Scope)> = everybody().into_iter().map(|who| (who.clone(), world.scope(&who))).collect();
    let mut found_some = 0;
    let config = ProptestConfig { cases: 300, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let count = std::cell::Cell::new(0_usize);
    runner
        .run(&(proptest::option::of(expr()), sort(), proptest::option::of(1_u32..30)), |(filter, sort, limit)| {
            let query = Query { filter, sort, limit, ..Query::default() };
            for (who, scope) in &people {
                let found = runtime.block_on(scope.file_ids(&query, now())).unwrap();
                let due = expected(&world, who, &query);
                count.set(count.get() + due.len());
                prop_assert_eq!(&found, &due, "{} for {:?}", query, who);
                let facets = runtime.block_on(scope.facets(&query, now())).unwrap();
                prop_assert_eq!(facets, counted(&world, who, &query, &due), "{} for {:?}", query, who);
            }
            Ok(())
        })
        .unwrap();
    found_some += count.get();
    assert!(found_some > 1_000, "the trees find something: {found_some}");
}

#[tokio::test]
async fn aut_01_aut_08_files_names_and_tiles_stay_in_their_scope() {
    let world = world().await;
    let every: Vec<i64> = world.files.iter().map(|file| file.id).collect();
    // Admins see more by its id than lists show them.
    for who in everybody().into_iter().filter(|who| !who.admin) {
        let scope = world.scope(&who);
        let due: Vec<&Plain> = world.files.iter().filter(|file| sees(file, &who)).collect();
        let tiles = scope.tiles(&every).await.unwrap();
        assert_eq!(tiles.iter().map(|t| t.file.id.0).collect::<Vec<_>>(), due.iter().map(|f| f.id).collect::<Vec<_>>());
        for (tile, file) in tiles.iter().zip(&due) {
            assert_eq!(tile.task.is_some(), has_task(file, &who));
            let is_picture = file.kind == FileKind::Image;
            assert_eq!(
                tile.annotations.len(),
                if is_picture { file.drawn.len() } else { 0 },
                "frames are not drawn on tiles"
            );
            let predictions = file.drawn.iter().filter(|one| one.prediction.is_some()).count();
            assert_eq!((tile.predictions, tile.best), (Some(predictions as u32), best(file, None, &who)));
            assert_eq!(tile.updated.as_ref().map(|at| &at.0), file.changed.as_ref());
        }
        for file in &world.files {
            let seen = scope.file(FileId(file.id)).await.unwrap();
            assert_eq!(seen.is_some(), sees(file, &who), "{file:?} for {who:?}");
            if let Some(seen) = seen {
                assert_eq!((seen.project, seen.task.is_some()), (project(file.project), has_task(file, &who)));
            }
        }
        let names = scope.file_names().await.unwrap();
        for (n, name) in DATASETS.iter().enumerate() {
            let granted = who.open.iter().any(|(_, d)| *d == n);
            let by_task = world.files.iter().any(|f| has_task(f, &who) && f.datasets.first() == Some(&n));
            assert_eq!(names.datasets.contains(&(*name).to_owned()), granted || by_task, "{name} for {who:?}");
        }
        for (n, name) in LABELS.iter().enumerate() {
            let occurs = due.iter().flat_map(|file| &file.drawn).any(|one| one.label == Some(LabelId(n as i64 + 1)));
            assert_eq!(names.labels.contains(&(*name).to_owned()), occurs, "{name} for {who:?}");
        }
        let answered = |question: &str| {
            due.iter().any(|file| {
                let conditions = ["fog", "sün", "rain", "30", "7"]
                    .map(|text| Condition::Attribute(question.into(), Answer::Is(text.into())));
                conditions.into_iter().any(|condition| holds(file, &Expr::Is(condition), &who))
            })
        };
        for question in ["How is the weather?", "Weather", "speed"] {
            let offered = names.attributes.iter().any(|attribute| fold(&attribute.name) == fold(question));
            assert_eq!(offered, answered(question), "{question} for {who:?}");
        }
    }
}

#[tokio::test]
async fn aut_08_whose_tasks_are_is_told_to_reviewers_and_admins_alone() {
    let world = world().await;
    for who in everybody() {
        let names = world.scope(&who).file_names().await.unwrap();
        for (name, user) in MEMBERS.iter().zip(1..) {
            let told = |file: &&Plain| {
                let reviews = file.users.iter().any(|(other, _, reviewer)| *reviewer && *other == who.user);
                let is_theirs = file.users.iter().any(|(other, assignee, _)| *assignee && *other == user);
                knows_task(file, &who) && is_theirs && (who.admin || reviews || user == who.user)
            };
            assert_eq!(
                names.people.contains(&(*name).to_owned()),
                world.files.iter().any(|f| told(&f)),
                "{name} for {who:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_sample_is_by_chance_and_the_same_for_the_same_seed() {
    let world = world().await;
    let who = everybody().remove(3);
    let scope = world.scope(&who);
    let find = async |q: &str| scope.file_ids(&parse(q).unwrap(), now()).await.unwrap();
    let all = find("").await;
    let some = find("sample:10 seed:7").await;
    assert_eq!((some.len(), find("seed:7 sample:10").await), (10, some.clone()));
    assert!(all.iter().filter(|id| some.contains(id)).eq(&some), "in the usual order");
    assert_ne!(find("sample:10 seed:8").await, some);
    assert_eq!(find("sample:1000 seed:7").await, all);
    let pictures = find("type:image").await;
    let of_pictures = find("type:image sample:5 seed:7 sort:name").await;
    assert!(of_pictures.len() == 5 && of_pictures.iter().all(|id| pictures.contains(id)));
    let mixed = find("sort:random seed:7").await;
    assert!(mixed != all && mixed != find("sort:random seed:8").await && mixed == find("sort:random seed:7").await);
    assert_eq!(mixed.iter().rev().copied().collect::<Vec<_>>(), find("sort:-random seed:7").await);
    assert_eq!(mixed.iter().collect::<BTreeSet<_>>(), all.iter().collect());
    // The first by chance are a sample of that size, and what counts is what is listed.
    assert_eq!(find("sort:random seed:7 limit:10").await.iter().collect::<BTreeSet<_>>(), some.iter().collect());
    let facets = scope.facets(&parse("sample:10 seed:7 limit:4").unwrap(), now()).await.unwrap();
    assert_eq!((facets.total, facets.types.iter().map(|facet| facet.files).sum::<u32>()), (4, 4));
}

#[tokio::test]
async fn a_listing_that_was_asked_for_before_does_not_bring_back_what_left_it() {
    let world = world().await;
    let who = everybody().remove(1);
    let scope = world.scope(&who);
    let find = async || scope.file_ids(&parse("dataset:cust-north-a -has:task").unwrap(), now()).await.unwrap();
    let before = find().await;
    let (id, dataset) = (before[0], DatasetId(dataset_id(0, 0)));
    let file = world.files.iter().find(|file| file.id == id).unwrap();
    let changed = file.changed.clone().map(Timestamp);
    let listed = [ListedFile { file: summary(file), times: FileTimes { created: None, changed } }];
    let (page, door) = (world.index.reading(), world.index.reading());
    door.left(dataset, FileId(id)).await.unwrap();
    page.put_listing(&project(file.project), dataset, &listed).await.unwrap();
    assert_eq!(find().await, before[1..]);
    drop((page, door));
    world.index.reading().put_listing(&project(file.project), dataset, &listed).await.unwrap();
    assert_eq!(find().await, before);
}

#[tokio::test]
async fn what_left_a_listing_or_is_no_dataset_any_more_is_out_of_sight() {
    let world = world().await;
    let who = everybody().remove(1);
    let scope = world.scope(&who);
    let find = async |q: &str| scope.file_ids(&parse(q).unwrap(), now()).await.unwrap();
    let first = find("dataset:cust-north-a -has:task").await;
    assert!(first.len() > 1, "{first:?}");
    let dataset = DatasetId(dataset_id(0, 0));
    world.index.reading().left(dataset, FileId(first[0])).await.unwrap();
    assert_eq!(find("dataset:cust-north-a -has:task").await, first[1..]);
    world.index.end_listing(dataset, &[FileId(first[1])]).await.unwrap();
    assert_eq!(find("dataset:cust-north-a -has:task").await, [first[1]]);
    // Renamed: the grant speaks of names. Gone from the list: so are its files.
    let named = |name: &str| Dataset { id: dataset, name: name.into() };
    world.index.put_datasets(&project(0), &[named("archive-a")]).await.unwrap();
    assert!(find("-has:task").await.is_empty());
    world.index.put_datasets(&project(0), &[named("cust-north-a")]).await.unwrap();
    assert_eq!(find("-has:task").await, [first[1]]);
}

#[tokio::test]
async fn what_is_written_is_found_at_once_and_as_after_a_restart() {
    let mut world = world().await;
    let queries = [
        "",
        "label:face sort:-score",
        "has:prediction",
        "score>=0.5",
        "dataset:shared",
        "has:task",
        "sort:name",
        "cafe",
        "attribute.weather:fog",
        "count:face>0 sort:-count",
        "disagree:night-1,person",
        "kind:box near:0.6",
        "frame>=1",
        "created:2026-11-12 sort:width",
        "missing:issue assignee:me",
        "status:available limit:3",
        "sample:5 sort:random",
    ];
    let mut dice = Dice(11);
    for round in 0..60 {
        let at = dice.below(world.files.len());
        let from = dice.below(80);
        let (drawn, on) = (world.files[from].drawn.clone(), world.files[from].on.clone());
        let file = &mut world.files[at];
        let of = project(file.project);
        let times = |file: &Plain| FileTimes {
            created: file.created.clone().map(Timestamp),
            changed: file.changed.clone().map(Timestamp),
        };
        match dice.below(5) {
            0 => {
                file.users =
                    [1, 2].into_iter().filter(|_| dice.below(2) == 0).map(|user| (user, true, false)).collect();
                world.index.reading().put_tasks(&of, &[task(file, times(file))], None).await.unwrap();
            }
            1 => {
                world.index.reading().remove_tasks(&of, &[TaskId(1_000 + file.id)]).await.unwrap();
                file.users.clear();
            }
            2 if !file.users.is_empty() => {}
            2 => {
                for dataset in std::mem::take(&mut file.datasets) {
                    let dataset = DatasetId(dataset_id(file.project, dataset));
                    world.index.reading().left(dataset, FileId(file.id)).await.unwrap();
                }
            }
            3 if !file.datasets.is_empty() => {
                file.name = NAMES[dice.below(NAMES.len())];
                file.changed = Some(format!("2026-11-25T10:00:{round:02}.000000Z"));
                let listed = ListedFile { file: summary(file), times: times(file) };
                let dataset = DatasetId(dataset_id(file.project, file.datasets[0]));
                world.index.reading().put_listing(&of, dataset, &[listed]).await.unwrap();
            }
            4 if file.kind == FileKind::Image && !(file.datasets.is_empty() && file.users.is_empty()) => {
                file.changed = Some(format!("2026-11-26T10:00:{round:02}.000000Z"));
                file.drawn = drawn;
                file.on = on.into_iter().map(|(_, answers)| (None, answers)).collect();
                if file.datasets.is_empty() {
                    world.index.reading().put_tasks(&of, &[task(file, times(file))], None).await.unwrap();
                } else {
                    let listed = ListedFile { file: summary(file), times: times(file) };
                    let dataset = DatasetId(dataset_id(file.project, file.datasets[0]));
                    world.index.reading().put_listing(&of, dataset, &[listed]).await.unwrap();
                }
                let undrawn = world.index.undrawn(&of, 1_000).await.unwrap();
                let read = undrawn.into_iter().find(|read| read.file.0 == file.id).unwrap();
                world.index.put_found(&of, &[(read, Found::Drawn(drawn_on(file)))]).await.unwrap();
            }
            _ => continue,
        }
        let anew = policy(Index::new(world.index.store.clone()));
        for who in everybody() {
            let (kept, anew) = (world.scope(&who), World::scope_of(&anew, &who));
            // Each third of them in every third round.
            for q in queries.iter().skip(round % 3).step_by(3) {
                let query = parse(q).unwrap();
                let found = kept.file_ids(&query, now()).await.unwrap();
                if query.sample.is_none() {
                    assert_eq!(found, expected(&world, &who, &query), "round {round}, {q:?} for {who:?}");
                }
                assert_eq!(found, anew.file_ids(&query, now()).await.unwrap(), "round {round}, {q:?} for {who:?}");
                assert_eq!(kept.facets(&query, now()).await.unwrap(), anew.facets(&query, now()).await.unwrap());
            }
            assert_eq!(kept.annotations_percent().await.unwrap(), anew.annotations_percent().await.unwrap());
        }
    }
}

#[tokio::test]
async fn only_what_changed_is_read_again_and_what_is_refused_is_not_asked_for_for_ever() {
    let world = world().await;
    let file = world.files.iter().find(|file| file.kind == FileKind::Image && !file.datasets.is_empty()).unwrap();
    let of = project(file.project);
    let dataset = DatasetId(dataset_id(file.project, file.datasets[0]));
    let listed = |changed: &str| ListedFile {
        file: summary(file),
        times: FileTimes { created: None, changed: Some(Timestamp(changed.into())) },
    };
    world.index.reading().put_listing(&of, dataset, &[listed("2026-11-25T10:00:00.000000Z")]).await.unwrap();
    let undrawn = world.index.undrawn(&of, 10).await.unwrap();
    assert_eq!(undrawn.iter().map(|read| read.file.0).collect::<Vec<_>>(), [file.id]);
    // It changes while it is read: that reading does not stand for the change.
    world.index.reading().put_listing(&of, dataset, &[listed("2026-11-26T10:00:00.000000Z")]).await.unwrap();
    world.index.put_found(&of, &[(undrawn[0].clone(), Found::Drawn(FileAnnotations::default()))]).await.unwrap();
    let again = world.index.undrawn(&of, 10).await.unwrap();
    assert_eq!(again.len(), 1);
    let before = world.index.files_read(&of).await.unwrap();
    assert_eq!((before.files.read + 1, before.refused), (before.files.total, 0), "one is waiting");
    world.index.put_found(&of, &[(again[0].clone(), Found::Refused)]).await.unwrap();
    assert!(world.index.undrawn(&of, 10).await.unwrap().is_empty());
    // The same of a video whose frames Diffgram does not give.
    let video = world.files.iter().find(|file| file.kind == FileKind::Video && file.project == 0).unwrap();
    world.index.frames_are_due(&[FileId(video.id)]).await.unwrap();
    let long_ago = Timestamp("2000-01-01T00:00:00.000000Z".into());
    let due = world.index.due_video(&project(0), &long_ago).await.unwrap().expect("due");
    world.index.frames_are_refused(due.file).await.unwrap();
    assert!(world.index.due_video(&project(0), &long_ago).await.unwrap().is_none());
    let refused = world.index.files_read(&project(0)).await.unwrap().refused_files;
    assert!(refused.iter().any(|file| file.id == due.file && file.kind == FileKind::Video), "admins see which");
}
