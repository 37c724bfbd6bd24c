//! What is found against what the query's tree says, over the same data: the tree is read here in the plainest way.

mod compare;

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

use crate::{
    config::{Grant, GrantTo},
    index::{Found, Gone, Index, Stretch, fold},
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
    /// Users with a task on it, and whether they are assignee and reviewer there.
    users: Vec<(i64, bool, bool)>,
    status: TaskStatus,
    width: Option<u32>,
    /// Of videos: frames, and how many of them in a second.
    frames: Option<(u32, f64)>,
    /// Whether an issue is open on it, and on its task.
    issues: (bool, bool),
    drawn: Vec<Annotation>,
    /// On which frame, and what was answered on each of those.
    on: Vec<(Option<u32>, Answers)>,
}

/// Questions by their ids, with what was answered.
type Answers = Vec<(i64, GivenValue)>;
/// A question: project, id, Diffgram's name, the words, options.
type Question = (usize, i64, &'static str, &'static str, &'static [(i64, &'static str)]);

/// Questions by project: id, Diffgram's name, the question, options. One is called as another asks.
const QUESTIONS: [Question; 4] = [
    (0, 1, "weather", "How is the weather?", &[(11, "Fog"), (12, "sün")]),
    (0, 2, "speed", "", &[]),
    (0, 3, "other", "Weather", &[(31, "fog"), (32, "rain")]),
    (1, 4, "weather", "", &[(41, "fog")]),
];
const MEMBERS: [&str; 2] = ["Ána", "Bo"];

fn now() -> jiff::Timestamp {
    "2026-11-14T12:00:00Z".parse().unwrap()
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
            let drawn = if matches!(kind, FileKind::Image | FileKind::Video) { dice.below(5) } else { 0 };
            let drawn: Vec<Annotation> = (0..drawn)
                .map(|n| Annotation {
                    id: AnnotationId(id * 10 + n as i64),
                    root: None,
                    label: [None, Some(LabelId(1)), Some(LabelId(2)), Some(LabelId(3))][dice.below(4)],
                    geometry: match dice.below(4) {
                        0 => Geometry::Whole,
                        1 => Geometry::Point { at: Point { x: 1.0, y: 2.0 } },
                        _ => {
                            let x = [0.0, 20.0][dice.below(2)];
                            Geometry::Box { x_min: x, y_min: 0.0, x_max: x + 10.0, y_max: 10.0 }
                        }
                    },
                    prediction: (dice.below(3) > 0).then(|| Prediction {
                        run: [None, Some(ModelRunId(1)), Some(ModelRunId(2))][dice.below(3)],
                        score: [None, Some(0.2), Some(0.6), Some(0.600_000_1), Some(0.9), Some(5.0)][dice.below(6)],
                    }),
                    track: None,
                })
                .collect();
            let project = usize::from(dice.below(5) == 0);
            let mut frame = 0;
            let on = drawn.iter().map(|_| {
                frame += dice.below(3) as u32;
                let theirs: Vec<_> = QUESTIONS.iter().filter(|question| question.0 == project).collect();
                let answers = (0..dice.below(3)).map(|_| {
                    let (_, question, .., options) = theirs[dice.below(theirs.len())];
                    let said = ["30", "30.0", "7", "fog", "Fög"][dice.below(5)];
                    let value = match options.get(dice.below(options.len() + 1)) {
                        Some((id, _)) => GivenValue::Option { id: OptionId(*id), name: None },
                        None => GivenValue::Said(said.into()),
                    };
                    (*question, value)
                });
                ((kind == FileKind::Video).then_some(frame), answers.collect())
            });
            let on = on.collect();
            Plain {
                id,
                project,
                name: NAMES[dice.below(NAMES.len())],
                changed: moment(dice.below(6)),
                created: moment(dice.below(6)),
                datasets: (0..DATASETS.len()).filter(|_| dice.below(3) == 0).collect(),
                users: [1, 2]
                    .into_iter()
                    .filter_map(|user| {
                        [None, None, Some((user, true, false)), Some((user, dice.below(2) == 0, true))][dice.below(4)]
                    })
                    .collect(),
                status: [TaskStatus::Created, TaskStatus::Available, TaskStatus::InReview, TaskStatus::Complete]
                    [dice.below(4)]
                .clone(),
                width: [None, Some(64), Some(640)][dice.below(3)],
                frames: (kind == FileKind::Video).then(|| ([10, 25][dice.below(2)], 2.5)),
                issues: (dice.below(6) == 0, dice.below(4) == 0),
                kind,
                drawn,
                on,
            }
        })
        .collect()
}

fn summary(file: &Plain) -> FileSummary {
    FileSummary {
        id: FileId(file.id),
        name: file.name.into(),
        kind: file.kind.clone(),
        width: file.width,
        height: Some(48),
        frame_count: file.frames.map(|(frames, _)| frames),
        frame_rate: file.frames.map(|(_, rate)| rate),
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
    for n in 0..2 {
        let questions: Vec<Attribute> = QUESTIONS.iter().filter(|question| question.0 == n).map(attribute).collect();
        index.put_questions(&project(n), &questions).await.unwrap();
        let members = MEMBERS.iter().zip(1..).map(|(name, user)| Member {
            user: UserId(user),
            member: MemberId(user + 100),
            email: format!("{user}@x.example"),
            name: (*name).into(),
            roles: Vec::new(),
        });
        index.put_members(&project(n), &members.collect::<Vec<_>>()).await.unwrap();
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
            if file.kind == FileKind::Video {
                index.put_found(&project(n), &[(read, Found::Seen(summary(file)))]).await.unwrap();
                continue;
            }
            let found = drawn_on(file);
            index.put_found(&project(n), &[(read, Found::Drawn(found))]).await.unwrap();
        }
        assert!(index.undrawn(&project(n), 1).await.unwrap().is_empty(), "all are read");
        read_videos(&index, n, &files).await;
        put_issues(&index, n, &files).await;
    }
    let policy = policy(index.clone());
    World { index, policy, files, _folder: folder }
}

fn attribute((_, id, name, question, options): &Question) -> Attribute {
    Attribute {
        id: AttributeId(*id),
        question: (*question).into(),
        name: (*name).into(),
        kind: AttributeKind::Select,
        scope: AttributeScope::Labels,
        labels: Vec::new(),
        min: None,
        max: None,
        default_value: None,
        default_option: None,
        read_only: false,
        position: 0,
        options: options
            .iter()
            .map(|(id, name)| AttributeOption {
                id: OptionId(*id),
                name: (*name).into(),
                parent: None,
                archived: false,
            })
            .collect(),
    }
}

fn labels() -> Vec<Label> {
    let label =
        |(n, name): (usize, &&str)| Label { id: LabelId(n as i64 + 1), name: (*name).into(), color: "#000000".into() };
    LABELS.iter().enumerate().map(label).collect()
}

fn given(file: &Plain) -> Vec<Given> {
    let on = file.drawn.iter().zip(&file.on);
    on.map(|(annotation, (_, answers))| Given {
        annotation: Some(annotation.id),
        answers: answers.iter().map(|(id, value)| (AttributeId(*id), vec![value.clone()])).collect(),
    })
    .collect()
}

fn drawn_on(file: &Plain) -> FileAnnotations {
    let set = AnnotationSet { annotations: file.drawn.clone(), unreadable: 0 };
    FileAnnotations { labels: labels(), set, summary: Some(summary(file)), answers: given(file), file: None }
}

/// In two stretches, as the crawl reads them.
async fn read_videos(index: &Index, n: usize, files: &[Plain]) {
    let at = Timestamp("2026-11-13T10:00:00.000000Z".into());
    while let Some(video) = index.due_video(&project(n), &at).await.unwrap() {
        let file = files.iter().find(|file| file.id == video.file.0).unwrap();
        let (from, to) = if video.next == 0 { (0, 2) } else { (2, u32::MAX) };
        let mut read = Frames { labels: labels(), answers: given(file), ..Frames::default() };
        for (annotation, (frame, _)) in file.drawn.iter().zip(&file.on) {
            let frame = frame.unwrap();
            if !(from..to).contains(&frame) {
                continue;
            }
            match read.frames.iter_mut().find(|set| set.frame == frame) {
                Some(set) => set.set.annotations.push(annotation.clone()),
                None => {
                    let set = AnnotationSet { annotations: vec![annotation.clone()], unreadable: 0 };
                    read.frames.push(FrameSet { frame, set });
                }
            }
        }
        let stretch = if video.next == 0 { Stretch::GoesOn(2) } else { Stretch::Ends(&at) };
        index.put_frames(&project(n), video, &read, stretch).await.unwrap();
    }
}

/// Issues on files and on tasks, and closed ones, which count nowhere.
async fn put_issues(index: &Index, n: usize, files: &[Plain]) {
    let mut issues = Vec::new();
    for file in files.iter().filter(|file| file.project == n) {
        let mut put = |place: DiffgramPlace, open: bool| {
            let id = IssueId(issues.len() as i64 + 1 + 1_000 * n as i64);
            let issue = portal_diffgram::types::Issue {
                id,
                title: "A".into(),
                description: String::new(),
                open,
                author: None,
                frame: None,
                created: Timestamp("2026-11-13T10:00:00.000000Z".into()),
            };
            issues.push((issue, vec![place]));
        };
        put(DiffgramPlace::File(FileId(file.id)), file.issues.0);
        put(DiffgramPlace::Task(TaskId(1_000 + file.id)), file.issues.1);
    }
    let issues: Vec<_> = issues.iter().map(|(issue, places)| (issue, places.clone())).collect();
    let all: Vec<portal_diffgram::types::Issue> = issues.iter().map(|(issue, _)| (*issue).clone()).collect();
    index.put_issues(&project(n), &issues, Gone::AllBut(&all)).await.unwrap();
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
        status: file.status.clone(),
        file: summary(file),
        file_times,
        assignees: file.users.iter().filter(|(_, assignee, _)| *assignee).map(|(user, ..)| UserId(*user)).collect(),
        first: file.users.iter().find(|(_, assignee, _)| *assignee).map(|(user, ..)| UserId(*user)),
        reviewers: file.users.iter().filter(|(.., reviewer)| *reviewer).map(|(user, ..)| UserId(*user)).collect(),
        created: at.clone(),
        updated: at,
        completed: None,
    }
}

/// Somebody, and what they should see.
#[derive(Clone, Debug)]
struct Who {
    user: i64,
    /// Whether they are an admin there.
    admin: bool,
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
        admin: false,
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
        Who {
            admin: true,
            ..who(9, &[0], &[("groups", &["everything"])], "x@x.example", &[(0, 0), (0, 1), (0, 2), (0, 3)])
        },
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
                .map(|n| Membership {
                    project: project(*n),
                    user: UserId(who.user),
                    role: if who.admin { Role::Admin } else { Role::User },
                })
                .collect(),
            claims: who.claims.clone(),
            seen_by: None,
        })
    }
}

fn has_task(file: &Plain, who: &Who) -> bool {
    who.projects.contains(&file.project) && file.users.iter().any(|(user, ..)| *user == who.user)
}

/// Whether they may ask about the task on the file.
fn knows_task(file: &Plain, who: &Who) -> bool {
    has_task(file, who) || who.admin && who.projects.contains(&file.project) && is_task(file)
}

/// Files that nobody ever worked on have none.
fn is_task(file: &Plain) -> bool {
    !file.users.is_empty()
}

fn sees(file: &Plain, who: &Who) -> bool {
    has_task(file, who) || file.datasets.iter().any(|d| who.open.contains(&(file.project, *d)))
}

fn compares<T: PartialOrd + Copy>(own: T, compare: Compare, asked: T) -> bool {
    match compare {
        Compare::AtLeast => own >= asked,
        Compare::AtMost => own <= asked,
        Compare::Above => own > asked,
        Compare::Below => own < asked,
        Compare::Equal => own == asked,
    }
}

fn number(number: f64) -> Score {
    Score::new(number).unwrap()
}

/// Whether a condition on one annotation holds for the one at a place.
fn on(file: &Plain, at: usize, condition: &Condition, who: &Who) -> bool {
    let annotation = &file.drawn[at];
    let score = || annotation.prediction.as_ref().and_then(|p| p.score).and_then(Score::new);
    match condition {
        Condition::Label(name) => {
            annotation.label.is_some_and(|label| fold(LABELS[label.0 as usize - 1]) == fold(name))
        }
        Condition::Run(name) => run(annotation, who).is_some_and(|run| fold(run) == fold(name)),
        Condition::Score(compare, asked) => score().is_some_and(|own| compares(own, *compare, *asked)),
        Condition::Near(asked, within) => {
            let within = within.map_or(50_000, Score::millionths);
            score().is_some_and(|own| (own.millionths() - asked.millionths()).abs() <= within)
        }
        Condition::Shape(shape) => {
            let own = match annotation.geometry {
                Geometry::Box { .. } => Shape::Box,
                Geometry::Point { .. } => Shape::Point,
                _ => Shape::Whole,
            };
            own == *shape
        }
        Condition::Frame(compare, asked) => {
            file.on[at].0.is_some_and(|frame| compares(number(f64::from(frame)), *compare, *asked))
        }
        Condition::Attribute(name, answer) => file.on[at].1.iter().any(|(id, value)| {
            let (of, _, inner, question, options) = QUESTIONS.iter().find(|question| question.1 == *id).unwrap();
            let words = if question.is_empty() { inner } else { question };
            let is_it = who.projects.contains(of) && (fold(words) == fold(name) || fold(inner) == fold(name));
            is_it
                && match (answer, value) {
                    (Answer::Is(text), GivenValue::Option { id, .. }) => {
                        options.iter().any(|(option, name)| *option == id.0 && fold(name) == fold(text))
                    }
                    (Answer::Is(text), GivenValue::Said(said)) => {
                        let same = said.parse::<f64>().ok().zip(text.parse::<f64>().ok()).is_some_and(|(a, b)| a == b);
                        same || fold(said) == fold(text)
                    }
                    (Answer::Number(compare, asked), GivenValue::Said(said)) => {
                        said.parse().ok().and_then(Score::new).is_some_and(|own| compares(own, *compare, *asked))
                    }
                    (Answer::Number(..), GivenValue::Option { .. }) => false,
                }
        }),
        other => panic!("{other:?} is not of an annotation"),
    }
}

/// The name of a prediction's run. Names of runs are known of the project they belong to.
fn run(annotation: &Annotation, who: &Who) -> Option<&'static str> {
    let run = annotation.prediction.as_ref()?.run?;
    who.projects.contains(&0).then_some(RUNS[run.0 as usize - 1])
}

fn has(file: &Plain, thing: Thing, who: &Who) -> bool {
    match thing {
        Thing::Annotation => !file.drawn.is_empty(),
        Thing::Prediction => file.drawn.iter().any(|one| one.prediction.is_some()),
        Thing::Score => file.drawn.iter().any(|one| one.prediction.as_ref().is_some_and(|one| one.score.is_some())),
        Thing::Task => has_task(file, who),
        Thing::Issue => file.issues.0 || file.issues.1 && knows_task(file, who),
    }
}

/// How differently two sides see a file: boxes of a label at the same place on the same frame are the same.
fn difference(file: &Plain, sides: &[Side; 2], who: &Who) -> Option<f64> {
    let boxes = |side: &Side| -> Vec<(Option<LabelId>, u64, Option<u32>)> {
        let is = |annotation: &Annotation| match side {
            Side::People => annotation.prediction.is_none(),
            Side::Run(name) => run(annotation, who).is_some_and(|run| fold(run) == fold(name)),
        };
        let all = file.drawn.iter().zip(&file.on).filter(|(annotation, _)| is(annotation));
        all.filter_map(|(annotation, (frame, _))| match annotation.geometry {
            Geometry::Box { x_min, .. } => Some((annotation.label, x_min.to_bits(), *frame)),
            _ => None,
        })
        .collect()
    };
    let (ones, mut others) = (boxes(&sides[0]), boxes(&sides[1]));
    // Only frames on which both drew say something.
    let frames = |boxes: &[(Option<LabelId>, u64, Option<u32>)]| boxes.iter().map(|one| one.2).collect::<Vec<_>>();
    let (of_ones, of_others) = (frames(&ones), frames(&others));
    let ones: Vec<_> = ones.into_iter().filter(|one| of_others.contains(&one.2)).collect();
    others.retain(|one| of_ones.contains(&one.2));
    let drawn = ones.len() + others.len();
    let matched = ones.iter().filter(|one| {
        let place = others.iter().position(|other| other == *one);
        place.map(|place| others.remove(place)).is_some()
    });
    let matched = matched.count();
    (drawn > 0).then(|| 1.0 - 2.0 * matched as f64 / drawn as f64)
}

fn holds(file: &Plain, expr: &Expr, who: &Who) -> bool {
    let any = |conditions: &[&Condition]| {
        (0..file.drawn.len()).any(|at| conditions.iter().all(|condition| on(file, at, condition, who)))
    };
    match expr {
        Expr::All(parts) => {
            let about = |part: &&Expr| matches!(part, Expr::Is(condition) if condition.is_about_an_annotation());
            let together: Vec<&Condition> = parts
                .iter()
                .filter(about)
                .filter_map(|part| match part {
                    Expr::Is(condition) => Some(condition),
                    _ => None,
                })
                .collect();
            (together.is_empty() || any(&together))
                && parts.iter().filter(|part| !about(part)).all(|part| holds(file, part, who))
        }
        Expr::Any(parts) => parts.iter().any(|part| holds(file, part, who)),
        Expr::Not(part) => !holds(file, part, who),
        Expr::Group(part) => holds(file, part, who),
        Expr::Is(condition) => match condition {
            Condition::Name(text) => fold(file.name).contains(&fold(text)),
            Condition::Id(id) => file.id == *id,
            Condition::Dataset(name) => {
                let is = |d: &usize| fold(DATASETS[*d]) == fold(name);
                file.datasets.iter().any(|d| is(d) && who.open.contains(&(file.project, *d)))
                    || has_task(file, who) && file.datasets.first().is_some_and(is)
            }
            Condition::Type(kind) => String::from(file.kind.clone()) == kind.word(),
            Condition::Measure(measure, compare, asked) => {
                let own = match measure {
                    Measure::Width => file.width.map(f64::from),
                    Measure::Height => Some(48.0),
                    Measure::Duration => file.frames.map(|(frames, rate)| f64::from(frames) / rate),
                };
                own.is_some_and(|own| compares(number(own), *compare, *asked))
            }
            Condition::Time(field, compare, moment) => {
                let own = match field {
                    TimeField::Created => &file.created,
                    TimeField::Updated => &file.changed,
                };
                let span = moment.span(*compare, now().as_second());
                own.as_ref().is_some_and(|own| span.has(&Timestamp(own.clone())))
            }
            Condition::Count(label, compare, asked) => {
                let is = |annotation: &&Annotation| match label {
                    Some(name) => annotation.label.is_some_and(|own| fold(LABELS[own.0 as usize - 1]) == fold(name)),
                    None => true,
                };
                compares(number(file.drawn.iter().filter(is).count() as f64), *compare, *asked)
            }
            Condition::Has(thing) => has(file, *thing, who),
            Condition::Missing(thing) => !has(file, *thing, who),
            Condition::Status(status) => {
                let word = |status: &TaskStatus| match status {
                    TaskStatus::Created => "available".to_owned(),
                    other => String::from(other.clone()),
                };
                knows_task(file, who) && word(&file.status) == word(&TaskStatus::from(status.word().to_owned()))
            }
            Condition::Assignee(of) => {
                let reviews = file.users.iter().any(|(user, _, reviewer)| *reviewer && *user == who.user);
                let told = who.admin || reviews;
                let mut assignees = file.users.iter().filter(|(_, assignee, _)| *assignee).map(|(user, ..)| *user);
                knows_task(file, who)
                    && assignees.any(|user| match of {
                        Asked::Me => user == who.user,
                        Asked::Named(name) => {
                            (told || user == who.user) && fold(MEMBERS[user as usize - 1]) == fold(name)
                        }
                    })
            }
            Condition::Disagree(sides, above) => difference(file, sides, who).is_some_and(|own| match above {
                Some((compare, asked)) => compares(number(own), *compare, *asked),
                None => own > 0.0,
            }),
            about => any(&[about]),
        },
    }
}

/// The sets of conditions that the query asks of single annotations.
fn asked(expr: &Expr, sets: &mut Vec<Vec<Condition>>) {
    match expr {
        Expr::All(parts) => {
            let mut together = Vec::new();
            for part in parts {
                match part {
                    Expr::Is(condition) if condition.is_about_an_annotation() => together.push(condition.clone()),
                    other => asked(other, sets),
                }
            }
            if !together.is_empty() {
                sets.push(together);
            }
        }
        Expr::Any(parts) => parts.iter().for_each(|part| asked(part, sets)),
        Expr::Group(part) => asked(part, sets),
        Expr::Is(Condition::Count(Some(label), ..)) => sets.push(vec![Condition::Label(label.clone())]),
        Expr::Is(condition) if condition.is_about_an_annotation() => sets.push(vec![condition.clone()]),
        Expr::Not(_) | Expr::Is(_) => {}
    }
}

/// The annotations of a file that the query asks for.
fn asked_for<'a>(file: &'a Plain, filter: Option<&Expr>, who: &Who) -> Vec<&'a Annotation> {
    let mut sets = Vec::new();
    if let Some(filter) = filter {
        asked(filter, &mut sets);
    }
    let counts = |at: &usize| {
        sets.is_empty() || sets.iter().any(|set| set.iter().all(|condition| on(file, *at, condition, who)))
    };
    (0..file.drawn.len()).filter(counts).map(|at| &file.drawn[at]).collect()
}

fn best(file: &Plain, filter: Option<&Expr>, who: &Who) -> Option<f64> {
    let scores =
        asked_for(file, filter, who).into_iter().filter_map(|annotation| annotation.prediction.as_ref()?.score);
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
            SortField::Count => turned(asked_for(a, filter, who).len().cmp(&asked_for(b, filter, who).len())),
            SortField::Id => Ordering::Equal,
            SortField::Width => last(a.width, b.width, |a, b| turned(a.cmp(b))),
            SortField::Duration => {
                let lasts = |file: &Plain| file.frames.map(|(frames, rate)| f64::from(frames) / rate);
                last(lasts(a), lasts(b), |a, b| turned(a.total_cmp(b)))
            }
            SortField::Random => panic!("chance has a test of its own"),
        };
        order.then(turned(a.id.cmp(&b.id)))
    });
    let limit = query.limit.map_or(usize::MAX, |limit| limit as usize);
    found.iter().map(|file| file.id).take(limit).collect()
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
    for one in files.iter().flat_map(|file| asked_for(file, query.filter.as_ref(), who)) {
        if let Some(score) = one.prediction.as_ref().and_then(|prediction| prediction.score) {
            scores[((score * 10.0) as usize).min(9)] += 1;
        }
    }
    let answers = [
        ("How is the weather?", &["Fog", "sün"][..]),
        ("Weather", &["Fog", "rain", "sün"][..]),
        ("other", &[]),
        ("speed", &[]),
    ];
    // Elsewhere the same question has fewer options, and only its inner name.
    let elsewhere = [("weather", &["fog"][..])];
    let answers = if who.projects.contains(&0) { &answers[..] } else { &elsewhere[..] };
    let mut answers: Vec<AnswerFacet> = answers
        .iter()
        .map(|(question, options)| {
            let options: Vec<(&str, &str)> = options.iter().map(|option| (*option, *option)).collect();
            let options = facets(&options, &|file, option| {
                let chosen = |at: usize| {
                    let only_options = Plain {
                        on: file.on.iter().map(|(frame, answers)| (*frame, options_of(answers))).collect(),
                        ..file.clone()
                    };
                    let condition = Condition::Attribute((*question).into(), Answer::Is(option.into()));
                    on(&only_options, at, &condition, who)
                };
                (0..file.drawn.len()).any(chosen)
            });
            AnswerFacet { attribute: (*question).into(), options }
        })
        .filter(|facet| !facet.options.is_empty())
        .collect();
    answers.sort_by(|a, b| b.options[0].files.cmp(&a.options[0].files).then_with(|| a.attribute.cmp(&b.attribute)));
    let months: BTreeSet<&str> = files.iter().filter_map(|file| file.created.as_ref()?.get(..7)).collect();
    let months = months.into_iter().rev().map(|month| Facet {
        name: month.into(),
        files: files.iter().filter(|file| file.created.as_ref().is_some_and(|at| at.starts_with(month))).count() as u32,
    });
    let months = months.collect();
    let statuses = [Status::Available, Status::InReview, Status::Complete];
    let statuses: Vec<(&str, &str)> = statuses.iter().map(|status| (status.word(), status.word())).collect();
    let tasks = facets(&statuses, &|file, name| {
        Status::ALL.iter().any(|status| status.word() == name && is(Condition::Status(*status))(file))
    });
    let kinds = [FileKind::Image, FileKind::Video, FileKind::PointCloud].map(String::from);
    let kinds: Vec<(&str, &str)> = kinds.iter().map(|kind| (kind.as_str(), kind.as_str())).collect();
    FileFacets {
        total: files.len() as u32,
        datasets: facets(&DATASETS.map(|name| (name, name)), &|file, name| is(Condition::Dataset(name.into()))(file)),
        labels: facets(&[("face", "Fäce"), ("cup", "cup")], &|file, name| is(Condition::Label(name.into()))(file)),
        runs: facets(&RUNS.map(|name| (name, name)), &|file, name| is(Condition::Run(name.into()))(file)),
        types: facets(&kinds, &|file, name| String::from(file.kind.clone()) == name),
        scores,
        answers,
        months,
        tasks,
    }
}

fn options_of(answers: &[(i64, GivenValue)]) -> Answers {
    answers.iter().filter(|(_, value)| matches!(value, GivenValue::Option { .. })).cloned().collect()
}

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
async fn what_left_a_listing_or_is_no_dataset_any_more_is_out_of_sight() {
    let world = world().await;
    let who = everybody().remove(1);
    let scope = world.scope(&who);
    let find = async |q: &str| scope.file_ids(&parse(q).unwrap(), now()).await.unwrap();
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
                file.on = on.into_iter().map(|(_, answers)| (None, answers)).collect();
                if file.datasets.is_empty() {
                    world.index.put_tasks(&of, &[task(file, times(file))], None).await.unwrap();
                } else {
                    let listed = ListedFile { file: summary(file), times: times(file) };
                    let dataset = DatasetId(dataset_id(file.project, file.datasets[0]));
                    world.index.put_listing(&of, dataset, &[listed]).await.unwrap();
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
    world.index.put_listing(&of, dataset, &[listed("2026-11-25T10:00:00.000000Z")]).await.unwrap();
    let undrawn = world.index.undrawn(&of, 10).await.unwrap();
    assert_eq!(undrawn.iter().map(|read| read.file.0).collect::<Vec<_>>(), [file.id]);
    // It changes while it is read: that reading does not stand for the change.
    world.index.put_listing(&of, dataset, &[listed("2026-11-26T10:00:00.000000Z")]).await.unwrap();
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
