//! What is found against what the query's tree says, over the same data: the tree is read here in the plainest way.

mod compare;

use std::{cmp::Ordering, collections::BTreeMap};

use portal_diffgram::types::{Dataset, FileAnnotations, FileTimes, ListedFile, ModelRun, Task};
use portal_model::{
    annotation::{Annotation, AnnotationSet, Geometry, Label, Prediction},
    api::explorer::{Facet, FileFacets},
    file::{FileKind, FileSummary},
    id::{AnnotationId, DatasetId, FileId, JobId, LabelId, ModelRunId, ProjectId, TaskId, UserId},
    person::Role,
    query::{Compare, Condition, Expr, Kind, Query, Score, Sort, SortField, Thing, parse},
    task::{DatasetRef, JobRef, TaskStatus},
    time::Timestamp,
};
use proptest::prelude::*;

use crate::{
    config::{Grant, GrantTo},
    index::{Found, Index, fold},
    policy::{Policy, Scope},
    session::person::{Membership, Person, PersonId, SessionKey},
    store::Store,
};

const NAMES: [&str; 6] = ["Café one.jpg", "cafe TWO.jpg", "100%_sure.jpg", "o'clock \"x\".jpg", "größe.png", "Ax"];
const LABELS: [&str; 3] = ["face", "Fäce", "cup"];
const RUNS: [&str; 2] = ["night-1", "Night-2"];
const DATASETS: [&str; 4] = ["cust-north-a", "cust-north-b", "cust-south-a", "shared"];

/// A file as the plain reading knows it.
#[derive(Clone, Debug)]
struct Plain {
    id: i64,
    project: usize,
    name: &'static str,
    kind: FileKind,
    changed: Option<String>,
    created: Option<String>,
    datasets: Vec<usize>,
    /// Users with a task on it.
    users: Vec<i64>,
    drawn: Vec<Annotation>,
}

fn project(n: usize) -> ProjectId {
    ProjectId(["acme-vision", "globex-lab"][n].into())
}

/// Ids of datasets differ per project, their names do not.
fn dataset_id(project: usize, dataset: usize) -> i64 {
    (project * 10 + dataset + 1) as i64
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }
}

fn files() -> Vec<Plain> {
    let mut dice = Dice(7);
    let moment = |n: usize| (n > 0).then(|| format!("2026-11-{:02}T10:00:00.000000Z", n + 9));
    (1..=80)
        .map(|id| {
            let kind = [FileKind::Image, FileKind::Image, FileKind::Image, FileKind::Video, FileKind::PointCloud]
                [dice.below(5)]
            .clone();
            let drawn = if kind == FileKind::Image { dice.below(5) } else { 0 };
            let drawn = (0..drawn)
                .map(|n| Annotation {
                    id: AnnotationId(id * 10 + n as i64),
                    root: None,
                    label: [None, Some(LabelId(1)), Some(LabelId(2)), Some(LabelId(3))][dice.below(4)],
                    geometry: Geometry::Whole,
                    prediction: (dice.below(3) > 0).then(|| Prediction {
                        run: [None, Some(ModelRunId(1)), Some(ModelRunId(2))][dice.below(3)],
                        score: [None, Some(0.2), Some(0.6), Some(0.600_000_1), Some(0.9), Some(5.0)][dice.below(6)],
                    }),
                    track: None,
                })
                .collect();
            Plain {
                id,
                project: usize::from(dice.below(5) == 0),
                name: NAMES[dice.below(NAMES.len())],
                kind,
                changed: moment(dice.below(6)),
                created: moment(dice.below(6)),
                datasets: (0..DATASETS.len()).filter(|_| dice.below(3) == 0).collect(),
                users: [1, 2].into_iter().filter(|_| dice.below(4) == 0).collect(),
                drawn,
            }
        })
        .collect()
}

fn summary(file: &Plain) -> FileSummary {
    FileSummary {
        id: FileId(file.id),
        name: file.name.into(),
        kind: file.kind.clone(),
        width: Some(64),
        height: Some(48),
        frame_count: None,
        frame_rate: None,
        has_thumb: true,
    }
}

struct World {
    index: Index,
    policy: Policy,
    files: Vec<Plain>,
    _folder: tempfile::TempDir,
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::new(Store::open(&folder.path().join("portal.db")).await.unwrap());
    let files = files();
    for n in 0..2 {
        let datasets: Vec<Dataset> = DATASETS
            .iter()
            .enumerate()
            .map(|(d, name)| Dataset { id: DatasetId(dataset_id(n, d)), name: (*name).into() })
            .collect();
        index.put_datasets(&project(n), &datasets).await.unwrap();
    }
    // Runs are of one project: their ids are unique in an install.
    let runs = RUNS.iter().enumerate().map(|(n, name)| ModelRun { id: ModelRunId(n as i64 + 1), name: (*name).into() });
    index.put_runs(&project(0), &runs.collect::<Vec<_>>()).await.unwrap();
    for file in &files {
        let times =
            FileTimes { created: file.created.clone().map(Timestamp), changed: file.changed.clone().map(Timestamp) };
        for dataset in &file.datasets {
            let listed = ListedFile { file: summary(file), times: times.clone() };
            let dataset = DatasetId(dataset_id(file.project, *dataset));
            index.put_listing(&project(file.project), dataset, &[listed]).await.unwrap();
        }
        if !file.users.is_empty() {
            index.put_tasks(&project(file.project), &[task(file, times)], None).await.unwrap();
        }
    }
    for n in 0..2 {
        for read in index.undrawn(&project(n), 1_000).await.unwrap() {
            let file = files.iter().find(|file| file.id == read.file.0).unwrap();
            let set = AnnotationSet { annotations: file.drawn.clone(), unreadable: 0 };
            let labels = LABELS.iter().enumerate().map(|(n, name)| Label {
                id: LabelId(n as i64 + 1),
                name: (*name).into(),
                color: "#000000".into(),
            });
            let found = FileAnnotations { labels: labels.collect(), set, ..FileAnnotations::default() };
            index.put_found(&project(n), &[(read, Found::Drawn(found))]).await.unwrap();
        }
        assert!(index.undrawn(&project(n), 1).await.unwrap().is_empty(), "all are read");
    }
    let policy = policy(index.clone());
    World { index, policy, files, _folder: folder }
}

fn policy(index: Index) -> Policy {
    let grant = |claim: &str, any: Option<&str>, datasets: &str| Grant {
        project: project(0),
        to: GrantTo::Claim { claim: claim.into(), any: any.map(|value| vec![value.into()]) },
        datasets: Some(datasets.into()),
        jobs: None,
        guide: None,
    };
    let to_one = Grant {
        project: project(1),
        to: GrantTo::Email("two@x.example".into()),
        datasets: Some("shared".into()),
        jobs: None,
        guide: None,
    };
    Policy::new(index, vec![project(0), project(1)]).with_grants(vec![
        grant("customer", None, "cust-{claim}-?"),
        grant("groups", Some("everything"), "*"),
        to_one,
    ])
}

fn task(file: &Plain, file_times: FileTimes) -> Task {
    let at = Timestamp("2026-11-24T10:00:00.000000Z".into());
    Task {
        id: TaskId(1_000 + file.id),
        job: JobRef { id: JobId(1), name: "Job".into() },
        dataset: file
            .datasets
            .first()
            .map(|d| DatasetRef { id: DatasetId(dataset_id(file.project, *d)), name: DATASETS[*d].into() }),
        status: TaskStatus::Available,
        file: summary(file),
        file_times,
        assignees: file.users.iter().copied().map(UserId).collect(),
        first: file.users.first().copied().map(UserId),
        reviewers: Vec::new(),
        created: at.clone(),
        updated: at,
        completed: None,
    }
}

/// Somebody, and what they should see.
#[derive(Clone, Debug)]
struct Who {
    user: i64,
    projects: Vec<usize>,
    claims: BTreeMap<String, Vec<String>>,
    email: &'static str,
    /// Project and dataset.
    open: Vec<(usize, usize)>,
}

fn everybody() -> Vec<Who> {
    let claims = |pairs: &[(&str, &[&str])]| -> BTreeMap<String, Vec<String>> {
        pairs.iter().map(|(c, values)| ((*c).into(), values.iter().map(|v| (*v).into()).collect())).collect()
    };
    let who = |user, projects: &[usize], pairs: &[(&str, &[&str])], email, open: &[(usize, usize)]| Who {
        user,
        projects: projects.into(),
        claims: claims(pairs),
        email,
        open: open.into(),
    };
    vec![
        who(1, &[0], &[], "one@x.example", &[]),
        who(1, &[0], &[("customer", &["north"])], "one@x.example", &[(0, 0), (0, 1)]),
        who(2, &[0], &[("customer", &["south", "shared"])], "two@x.example", &[(0, 2)]),
        who(2, &[0, 1], &[("groups", &["everything"])], "TWO@x.example", &[(0, 0), (0, 1), (0, 2), (0, 3), (1, 3)]),
        // Globs in a claim are letters; the right value of the wrong claim is none; a member of nothing gets nothing.
        who(9, &[0], &[("customer", &["*", "?????", "[n-s]o*", "north-a", ""])], "x@x.example", &[]),
        who(9, &[0], &[("groups", &["north", "nothing"])], "x@x.example", &[]),
        who(9, &[1], &[("customer", &["north"]), ("groups", &["everything"])], "x@x.example", &[]),
        who(1, &[], &[("groups", &["everything"])], "two@x.example", &[]),
    ]
}

impl World {
    fn scope(&self, who: &Who) -> Scope {
        Self::scope_of(&self.policy, who)
    }

    fn scope_of(policy: &Policy, who: &Who) -> Scope {
        policy.scope(&Person {
            id: PersonId("p".into()),
            session: SessionKey("s".into()),
            name: "Somebody".into(),
            email: Some(who.email.into()),
            memberships: who
                .projects
                .iter()
                .map(|n| Membership { project: project(*n), user: UserId(who.user), role: Role::User })
                .collect(),
            claims: who.claims.clone(),
            seen_by: None,
        })
    }
}

fn has_task(file: &Plain, who: &Who) -> bool {
    who.projects.contains(&file.project) && file.users.contains(&who.user)
}

fn sees(file: &Plain, who: &Who) -> bool {
    has_task(file, who) || file.datasets.iter().any(|d| who.open.contains(&(file.project, *d)))
}

fn on(annotation: &Annotation, condition: &Condition, who: &Who) -> bool {
    match condition {
        Condition::Label(name) => {
            annotation.label.is_some_and(|label| fold(LABELS[label.0 as usize - 1]) == fold(name))
        }
        Condition::Run(name) => {
            // Names of runs are known of the project they belong to.
            let run = annotation.prediction.as_ref().and_then(|p| p.run).filter(|_| who.projects.contains(&0));
            run.is_some_and(|run| fold(RUNS[run.0 as usize - 1]) == fold(name))
        }
        Condition::Score(compare, score) => {
            let Some(own) = annotation.prediction.as_ref().and_then(|p| p.score).and_then(Score::new) else {
                return false;
            };
            match compare {
                Compare::AtLeast => own >= *score,
                Compare::AtMost => own <= *score,
                Compare::Above => own > *score,
                Compare::Below => own < *score,
                Compare::Equal => own == *score,
            }
        }
        other => panic!("{other:?} is not of an annotation"),
    }
}

fn holds(file: &Plain, expr: &Expr, who: &Who) -> bool {
    match expr {
        Expr::All(parts) => {
            let about = |part: &&Expr| matches!(part, Expr::Is(condition) if condition.is_about_an_annotation());
            let together: Vec<&Expr> = parts.iter().filter(about).collect();
            let one = |annotation: &Annotation| {
                together.iter().all(|part| matches!(part, Expr::Is(condition) if on(annotation, condition, who)))
            };
            (together.is_empty() || file.drawn.iter().any(one))
                && parts.iter().filter(|part| !about(part)).all(|part| holds(file, part, who))
        }
        Expr::Any(parts) => parts.iter().any(|part| holds(file, part, who)),
        Expr::Not(part) => !holds(file, part, who),
        Expr::Group(part) => holds(file, part, who),
        Expr::Is(condition) => match condition {
            Condition::Name(text) => fold(file.name).contains(&fold(text)),
            Condition::Dataset(name) => {
                let is = |d: &usize| fold(DATASETS[*d]) == fold(name);
                file.datasets.iter().any(|d| is(d) && who.open.contains(&(file.project, *d)))
                    || has_task(file, who) && file.datasets.first().is_some_and(is)
            }
            Condition::Type(kind) => String::from(file.kind.clone()) == kind.word(),
            Condition::Has(Thing::Annotation) => !file.drawn.is_empty(),
            Condition::Has(Thing::Prediction) => file.drawn.iter().any(|one| one.prediction.is_some()),
            Condition::Has(Thing::Task) => has_task(file, who),
            about => file.drawn.iter().any(|annotation| on(annotation, about, who)),
        },
    }
}

/// The sets of conditions that the query asks of single annotations.
fn asked<'a>(expr: &'a Expr, sets: &mut Vec<Vec<&'a Condition>>) {
    match expr {
        Expr::All(parts) => {
            let mut together = Vec::new();
            for part in parts {
                match part {
                    Expr::Is(condition) if condition.is_about_an_annotation() => together.push(condition),
                    other => asked(other, sets),
                }
            }
            if !together.is_empty() {
                sets.push(together);
            }
        }
        Expr::Any(parts) => parts.iter().for_each(|part| asked(part, sets)),
        Expr::Group(part) => asked(part, sets),
        Expr::Is(condition) if condition.is_about_an_annotation() => sets.push(vec![condition]),
        Expr::Not(_) | Expr::Is(_) => {}
    }
}

fn best(file: &Plain, filter: Option<&Expr>, who: &Who) -> Option<f64> {
    let mut sets = Vec::new();
    if let Some(filter) = filter {
        asked(filter, &mut sets);
    }
    let counts = |annotation: &&Annotation| {
        sets.is_empty() || sets.iter().any(|set| set.iter().all(|condition| on(annotation, condition, who)))
    };
    let scores = file.drawn.iter().filter(counts).filter_map(|annotation| annotation.prediction.as_ref()?.score);
    scores.max_by(f64::total_cmp)
}

/// What a query should find, in order.
fn expected(world: &World, who: &Who, query: &Query) -> Vec<i64> {
    let filter = query.filter.as_ref();
    let mut found: Vec<&Plain> = world
        .files
        .iter()
        .filter(|file| sees(file, who) && filter.is_none_or(|filter| holds(file, filter, who)))
        .collect();
    let sort = query.sort.unwrap_or(Sort { field: SortField::Updated, descending: true });
    let turned = |order: Ordering| if sort.descending { order.reverse() } else { order };
    fn last<T>(a: Option<T>, b: Option<T>, compare: impl Fn(&T, &T) -> Ordering) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => compare(&a, &b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    }
    found.sort_by(|a, b| {
        let order = match sort.field {
            SortField::Name => turned(fold(a.name).cmp(&fold(b.name))),
            SortField::Created => last(a.created.as_ref(), b.created.as_ref(), |a, b| turned(a.cmp(b))),
            SortField::Updated => last(a.changed.as_ref(), b.changed.as_ref(), |a, b| turned(a.cmp(b))),
            SortField::Score => last(best(a, filter, who), best(b, filter, who), |a, b| turned(a.total_cmp(b))),
        };
        order.then(turned(a.id.cmp(&b.id)))
    });
    found.iter().map(|file| file.id).collect()
}

/// What the files of a query should be, counted.
fn counted(world: &World, who: &Who, query: &Query, found: &[i64]) -> FileFacets {
    let files: Vec<&Plain> = world.files.iter().filter(|file| found.contains(&file.id)).collect();
    // Names that fold together are one, called as the first of them in order.
    let facets = |names: &[(&str, &str)], has: &dyn Fn(&Plain, &str) -> bool| {
        let mut facets: Vec<Facet> = names
            .iter()
            .map(|(name, shown)| Facet {
                name: (*shown).into(),
                files: files.iter().filter(|file| has(file, name)).count() as u32,
            })
            .filter(|facet| facet.files > 0)
            .collect();
        facets.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.name.cmp(&b.name)));
        facets
    };
    let is = |condition: Condition| move |file: &Plain| holds(file, &Expr::Is(condition.clone()), who);
    let mut scores = vec![0; FileFacets::BINS];
    let mut sets = Vec::new();
    if let Some(filter) = &query.filter {
        asked(filter, &mut sets);
    }
    for one in files.iter().flat_map(|file| &file.drawn) {
        if let Some(score) = one.prediction.as_ref().and_then(|prediction| prediction.score)
            && (sets.is_empty() || sets.iter().any(|set| set.iter().all(|condition| on(one, condition, who))))
        {
            scores[((score * 10.0) as usize).min(9)] += 1;
        }
    }
    let kinds = [FileKind::Image, FileKind::Video, FileKind::PointCloud].map(String::from);
    let kinds: Vec<(&str, &str)> = kinds.iter().map(|kind| (kind.as_str(), kind.as_str())).collect();
    FileFacets {
        total: files.len() as u32,
        datasets: facets(&DATASETS.map(|name| (name, name)), &|file, name| is(Condition::Dataset(name.into()))(file)),
        labels: facets(&[("face", "Fäce"), ("cup", "cup")], &|file, name| is(Condition::Label(name.into()))(file)),
        runs: facets(&RUNS.map(|name| (name, name)), &|file, name| is(Condition::Run(name.into()))(file)),
        types: facets(&kinds, &|file, name| String::from(file.kind.clone()) == name),
        scores,
    }
}

fn condition() -> impl Strategy<Value = Condition> {
    let some_of = |names: &'static [&'static str]| proptest::sample::select(names).prop_map(str::to_owned);
    prop_oneof![
        proptest::sample::select(&["cafe", "CAFÉ", "%", "_", "'", "\"", "jpg", "x", "", "\u{301}"][..])
            .prop_map(|text| Condition::Name(text.to_owned())),
        some_of(&["cust-north-a", "CUST-south-A", "shared", "%", "cust-*", "x"]).prop_map(Condition::Dataset),
        some_of(&["face", "FÄCE", "cup", "' OR 1 --", "*"]).prop_map(Condition::Label),
        some_of(&["night-1", "NIGHT-2", "nobody"]).prop_map(Condition::Run),
        proptest::sample::select(Kind::ALL).prop_map(Condition::Type),
        proptest::sample::select(Thing::ALL).prop_map(Condition::Has),
        (proptest::sample::select(Compare::ALL), proptest::sample::select(&[0.2, 0.6, 0.9, 1.0][..]))
            .prop_map(|(compare, value)| Condition::Score(compare, Score::new(value).unwrap())),
    ]
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
    let sort = (proptest::sample::select(SortField::ALL), any::<bool>());
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
        .run(&(proptest::option::of(expr()), sort()), |(filter, sort)| {
            let query = Query { filter, sort };
            for (who, scope) in &people {
                let found = runtime.block_on(scope.file_ids(&query)).unwrap();
                let due = expected(&world, who, &query);
                count.set(count.get() + due.len());
                prop_assert_eq!(&found, &due, "{} for {:?}", query, who);
                let facets = runtime.block_on(scope.facets(&query)).unwrap();
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
    for who in everybody() {
        let scope = world.scope(&who);
        let due: Vec<&Plain> = world.files.iter().filter(|file| sees(file, &who)).collect();
        let tiles = scope.tiles(&every).await.unwrap();
        assert_eq!(tiles.iter().map(|t| t.file.id.0).collect::<Vec<_>>(), due.iter().map(|f| f.id).collect::<Vec<_>>());
        for (tile, file) in tiles.iter().zip(&due) {
            assert_eq!(tile.task.is_some(), has_task(file, &who));
            assert_eq!(tile.annotations.len(), file.drawn.len());
            let predictions = file.drawn.iter().filter(|one| one.prediction.is_some()).count();
            let shown = (file.kind == FileKind::Image).then_some(predictions as u32);
            assert_eq!((tile.predictions, tile.best), (shown, best(file, None, &who)));
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
    }
}

#[tokio::test]
async fn what_left_a_listing_or_is_no_dataset_any_more_is_out_of_sight() {
    let world = world().await;
    let who = everybody().remove(1);
    let scope = world.scope(&who);
    let find = async |q: &str| scope.file_ids(&parse(q).unwrap()).await.unwrap();
    let first = find("dataset:cust-north-a -has:task").await;
    assert!(first.len() > 1, "{first:?}");
    let dataset = DatasetId(dataset_id(0, 0));
    world.index.left(dataset, FileId(first[0])).await.unwrap();
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
    ];
    let mut dice = Dice(11);
    for round in 0..60 {
        let at = dice.below(world.files.len());
        let drawn = world.files[dice.below(80)].drawn.clone();
        let file = &mut world.files[at];
        let of = project(file.project);
        let times = |file: &Plain| FileTimes {
            created: file.created.clone().map(Timestamp),
            changed: file.changed.clone().map(Timestamp),
        };
        match dice.below(5) {
            0 => {
                file.users = [1, 2].into_iter().filter(|_| dice.below(2) == 0).collect();
                world.index.put_tasks(&of, &[task(file, times(file))], None).await.unwrap();
            }
            1 => {
                world.index.remove_tasks(&of, &[TaskId(1_000 + file.id)]).await.unwrap();
                file.users.clear();
            }
            2 if !file.users.is_empty() => {}
            2 => {
                for dataset in std::mem::take(&mut file.datasets) {
                    let dataset = DatasetId(dataset_id(file.project, dataset));
                    world.index.left(dataset, FileId(file.id)).await.unwrap();
                }
            }
            3 if !file.datasets.is_empty() => {
                file.name = NAMES[dice.below(NAMES.len())];
                file.changed = Some(format!("2026-11-25T10:00:{round:02}.000000Z"));
                let listed = ListedFile { file: summary(file), times: times(file) };
                let dataset = DatasetId(dataset_id(file.project, file.datasets[0]));
                world.index.put_listing(&of, dataset, &[listed]).await.unwrap();
            }
            4 if file.kind == FileKind::Image && !(file.datasets.is_empty() && file.users.is_empty()) => {
                file.changed = Some(format!("2026-11-26T10:00:{round:02}.000000Z"));
                file.drawn = drawn;
                if file.datasets.is_empty() {
                    world.index.put_tasks(&of, &[task(file, times(file))], None).await.unwrap();
                } else {
                    let listed = ListedFile { file: summary(file), times: times(file) };
                    let dataset = DatasetId(dataset_id(file.project, file.datasets[0]));
                    world.index.put_listing(&of, dataset, &[listed]).await.unwrap();
                }
                let undrawn = world.index.undrawn(&of, 1_000).await.unwrap();
                let read = undrawn.into_iter().find(|read| read.file.0 == file.id).unwrap();
                let set = AnnotationSet { annotations: file.drawn.clone(), unreadable: 0 };
                let found = Found::Drawn(FileAnnotations { set, ..FileAnnotations::default() });
                world.index.put_found(&of, &[(read, found)]).await.unwrap();
            }
            _ => continue,
        }
        let anew = policy(Index::new(world.index.store.clone()));
        for who in everybody() {
            let (kept, anew) = (world.scope(&who), World::scope_of(&anew, &who));
            for q in queries {
                let query = parse(q).unwrap();
                let found = kept.file_ids(&query).await.unwrap();
                assert_eq!(found, expected(&world, &who, &query), "round {round}, {q:?} for {who:?}");
                assert_eq!(found, anew.file_ids(&query).await.unwrap(), "round {round}, {q:?} for {who:?}");
                assert_eq!(kept.facets(&query).await.unwrap(), anew.facets(&query).await.unwrap());
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
    world.index.put_listing(&of, dataset, &[listed("2026-11-25T10:00:00.000000Z")]).await.unwrap();
    let undrawn = world.index.undrawn(&of, 10).await.unwrap();
    assert_eq!(undrawn.iter().map(|read| read.file.0).collect::<Vec<_>>(), [file.id]);
    // It changes while it is read: that reading does not stand for the change.
    world.index.put_listing(&of, dataset, &[listed("2026-11-26T10:00:00.000000Z")]).await.unwrap();
    world.index.put_found(&of, &[(undrawn[0].clone(), Found::Drawn(FileAnnotations::default()))]).await.unwrap();
    let again = world.index.undrawn(&of, 10).await.unwrap();
    assert_eq!(again.len(), 1);
    world.index.put_found(&of, &[(again[0].clone(), Found::Refused)]).await.unwrap();
    assert!(world.index.undrawn(&of, 10).await.unwrap().is_empty());
}
