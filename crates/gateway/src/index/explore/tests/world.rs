//! Data of all kinds for the tests, the store that holds it, and the people who ask.

use super::*;

pub(super) const NAMES: [&str; 6] =
    ["Café one.jpg", "cafe TWO.jpg", "100%_sure.jpg", "o'clock \"x\".jpg", "größe.png", "Ax"];
pub(super) const LABELS: [&str; 3] = ["face", "Fäce", "cup"];
pub(super) const RUNS: [&str; 2] = ["night-1", "Night-2"];
pub(super) const DATASETS: [&str; 4] = ["cust-north-a", "cust-north-b", "cust-south-a", "shared"];

/// A file as the plain reading knows it.
#[derive(Clone, Debug)]
pub(super) struct Plain {
    pub(super) id: i64,
    pub(super) project: usize,
    pub(super) name: &'static str,
    pub(super) kind: FileKind,
    pub(super) changed: Option<String>,
    pub(super) created: Option<String>,
    pub(super) datasets: Vec<usize>,
    /// Users with a task on it, and whether they are assignee and reviewer there.
    pub(super) users: Vec<(i64, bool, bool)>,
    pub(super) status: TaskStatus,
    pub(super) width: Option<u32>,
    /// Of videos: frames, and how many of them in a second.
    pub(super) frames: Option<(u32, f64)>,
    /// Whether an issue is open on it, and on its task.
    pub(super) issues: (bool, bool),
    pub(super) drawn: Vec<Annotation>,
    /// On which frame, and what was answered on each of those.
    pub(super) on: Vec<(Option<u32>, Answers)>,
}

/// Questions by their ids, with what was answered.
pub(super) type Answers = Vec<(i64, GivenValue)>;
/// A question: project, id, Diffgram's name, the words, options.
pub(super) type Question = (usize, i64, &'static str, &'static str, &'static [(i64, &'static str)]);

/// Questions by project: id, Diffgram's name, the question, options. One is called as another asks.
pub(super) const QUESTIONS: [Question; 4] = [
    (0, 1, "weather", "How is the weather?", &[(11, "Fog"), (12, "sün")]),
    (0, 2, "speed", "", &[]),
    (0, 3, "other", "Weather", &[(31, "fog"), (32, "rain")]),
    (1, 4, "weather", "", &[(41, "fog")]),
];
pub(super) const MEMBERS: [&str; 2] = ["Ána", "Bo"];

pub(super) fn now() -> jiff::Timestamp {
    "2026-11-14T12:00:00Z".parse().unwrap()
}

pub(super) fn project(n: usize) -> ProjectId {
    ProjectId(["acme-vision", "globex-lab"][n].into())
}

/// Ids of datasets differ per project, their names do not.
pub(super) fn dataset_id(project: usize, dataset: usize) -> i64 {
    (project * 10 + dataset + 1) as i64
}

/// Numbers that look random and are the same each time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }
}

pub(super) fn files() -> Vec<Plain> {
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

pub(super) fn summary(file: &Plain) -> FileSummary {
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

pub(super) struct World {
    pub(super) index: Index,
    pub(super) policy: Policy,
    pub(super) files: Vec<Plain>,
    pub(super) _folder: tempfile::TempDir,
}

pub(super) async fn world() -> World {
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
            index.reading().put_listing(&project(file.project), dataset, &[listed]).await.unwrap();
        }
        if !file.users.is_empty() {
            index.reading().put_tasks(&project(file.project), &[task(file, times)], None).await.unwrap();
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

pub(super) fn attribute((_, id, name, question, options): &Question) -> Attribute {
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

pub(super) fn labels() -> Vec<Label> {
    let label =
        |(n, name): (usize, &&str)| Label { id: LabelId(n as i64 + 1), name: (*name).into(), color: "#000000".into() };
    LABELS.iter().enumerate().map(label).collect()
}

pub(super) fn given(file: &Plain) -> Vec<Given> {
    let on = file.drawn.iter().zip(&file.on);
    on.map(|(annotation, (_, answers))| Given {
        annotation: Some(annotation.id),
        answers: answers.iter().map(|(id, value)| (AttributeId(*id), vec![value.clone()])).collect(),
    })
    .collect()
}

pub(super) fn drawn_on(file: &Plain) -> FileAnnotations {
    let set = AnnotationSet { annotations: file.drawn.clone(), unreadable: 0 };
    FileAnnotations { labels: labels(), set, summary: Some(summary(file)), answers: given(file), file: None }
}

/// In two stretches, as the crawl reads them.
pub(super) async fn read_videos(index: &Index, n: usize, files: &[Plain]) {
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
pub(super) async fn put_issues(index: &Index, n: usize, files: &[Plain]) {
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

pub(super) fn policy(index: Index) -> Policy {
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

pub(super) fn task(file: &Plain, file_times: FileTimes) -> Task {
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
pub(super) struct Who {
    pub(super) user: i64,
    /// Whether they are an admin there.
    pub(super) admin: bool,
    pub(super) projects: Vec<usize>,
    pub(super) claims: BTreeMap<String, Vec<String>>,
    pub(super) email: &'static str,
    /// Project and dataset.
    pub(super) open: Vec<(usize, usize)>,
}

pub(super) fn everybody() -> Vec<Who> {
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
    pub(super) fn scope(&self, who: &Who) -> Scope {
        Self::scope_of(&self.policy, who)
    }

    pub(super) fn scope_of(policy: &Policy, who: &Who) -> Scope {
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
            only: Default::default(),
            seen_by: None,
        })
    }
}
