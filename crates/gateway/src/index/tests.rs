//! What lists, counts and searches say, against the rules they stand for.

use portal_diffgram::types::{FileTimes, Member, Task};
use portal_model::{
    api::{
        TabCounts, TaskSort,
        tasks::{Dimension, TaskFilter},
    },
    file::{FileKind, FileSummary},
    id::{DatasetId, FileId, JobId, MemberId, ProjectId, TaskId, UserId},
    person::Role,
    task::{DatasetRef, JobRef, Part, Tab, TaskStatus},
    time::Timestamp,
};
use proptest::prelude::*;

use super::{Index, TasksAsked, fold};
use crate::{
    policy::{Policy, Scope, Seen},
    session::person::{Membership, Person, PersonId, SessionKey},
    store::Store,
};

const STATUSES: [&str; 10] = [
    "created",
    "available",
    "in_progress",
    "review_requested",
    "in_review",
    "requires_changes",
    "deferred",
    "complete",
    "archived",
    "from_the_future",
];

struct World {
    index: Index,
    policy: Policy,
    _folder: tempfile::TempDir,
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("portal.db")).await.unwrap();
    let index = Index::new(store);
    World { policy: Policy::new(index.clone(), vec![acme(), globex()]), index, _folder: folder }
}

fn acme() -> ProjectId {
    ProjectId("acme-vision".into())
}

fn globex() -> ProjectId {
    ProjectId("globex-lab".into())
}

impl World {
    fn scope(&self, who: &[(ProjectId, i64)]) -> Scope {
        let membership = |(project, user): &(ProjectId, i64)| Membership {
            project: project.clone(),
            user: UserId(*user),
            role: Role::User,
        };
        self.policy.scope(&Person {
            id: PersonId("p".into()),
            session: SessionKey("s".into()),
            name: "Somebody".into(),
            email: None,
            memberships: who.iter().map(membership).collect(),
            claims: std::collections::BTreeMap::new(),
            only: Default::default(),
            seen_by: None,
        })
    }
}

fn task(id: i64, status: &str, assignees: &[i64], reviewers: &[i64]) -> Task {
    let moment = |s: i64| Timestamp(format!("2026-11-24T10:{:02}:{:02}.000000Z", s / 60 % 60, s % 60));
    Task {
        id: TaskId(id),
        job: JobRef { id: JobId(303), name: "Street".into() },
        dataset: Some(DatasetRef { id: DatasetId(909), name: "Train Süd".into() }),
        status: TaskStatus::from(status.to_owned()),
        file: FileSummary {
            id: FileId(id + 1_000),
            name: format!("café-{id}.jpg"),
            kind: FileKind::Image,
            width: Some(640),
            height: Some(480),
            frame_count: None,
            frame_rate: None,
            has_thumb: true,
        },
        assignees: assignees.iter().copied().map(UserId).collect(),
        first: assignees.first().copied().map(UserId),
        reviewers: reviewers.iter().copied().map(UserId).collect(),
        created: moment(0),
        updated: moment(id),
        completed: None,
        file_times: FileTimes::default(),
    }
}

fn ask(tab: Tab, q: &str, sort: TaskSort) -> TasksAsked {
    TasksAsked { tab, q: q.into(), sort, ..TasksAsked::default() }
}

fn search(q: &str) -> TasksAsked {
    ask(Tab::All, q, TaskSort::Newest)
}

fn part_of(task: &Task, user: i64) -> Option<Part> {
    match (task.assignees.contains(&UserId(user)), task.reviewers.contains(&UserId(user))) {
        (true, true) => Some(Part::Both),
        (true, false) => Some(Part::Assignee),
        (false, true) => Some(Part::Reviewer),
        (false, false) => None,
    }
}

#[tokio::test]
async fn tabs_in_the_store_are_tabs_of_the_language_for_all_statuses_and_parts() {
    let world = world().await;
    let parts = [(&[1][..], &[][..]), (&[], &[1]), (&[1], &[1])];
    let mut tasks = Vec::new();
    for (s, status) in STATUSES.iter().enumerate() {
        for (p, (assignees, reviewers)) in parts.iter().enumerate() {
            tasks.push(task((s * 3 + p + 1) as i64, status, assignees, reviewers));
        }
    }
    world.index.reading().put_tasks(&acme(), &tasks, None).await.unwrap();
    let scope = world.scope(&[(acme(), 1)]);
    let expected = |wanted: Tab| -> Vec<i64> {
        let in_tab = |t: &&Task| wanted.shows(&t.status, part_of(t, 1).unwrap());
        tasks.iter().filter(in_tab).map(|t| t.id.0).collect()
    };
    for tab in [Tab::Todo, Tab::SentBack, Tab::InReview, Tab::Done, Tab::All] {
        assert_eq!(scope.task_list(&ask(tab, "", TaskSort::Oldest)).await.unwrap().1, expected(tab), "{tab:?}");
    }
    let count = |tab| expected(tab).len() as u32;
    let wanted = TabCounts {
        todo: count(Tab::Todo),
        sent_back: count(Tab::SentBack),
        in_review: count(Tab::InReview),
        done: count(Tab::Done),
        all: count(Tab::All),
    };
    assert_eq!(scope.task_counts(&search("")).await.unwrap(), wanted);
    let rows = scope.task_rows(&expected(Tab::All)).await.unwrap();
    assert!(rows.iter().zip(&tasks).all(|(row, task)| Some(row.part) == part_of(task, 1)));
}

#[tokio::test]
async fn aut_08_counts_searches_and_windows_know_only_what_is_mine() {
    let world = world().await;
    let mine = [task(1, "available", &[1], &[]), task(2, "complete", &[1, 2], &[])];
    let others = [task(3, "available", &[2], &[]), task(4, "in_review", &[2], &[3]), task(5, "available", &[], &[])];
    world.index.reading().put_tasks(&acme(), &[&mine[..], &others[..]].concat(), None).await.unwrap();
    // The same user number in another project is somebody else.
    world.index.reading().put_tasks(&globex(), &[task(6, "available", &[1], &[])], None).await.unwrap();

    let scope = world.scope(&[(acme(), 1)]);
    assert_eq!(scope.task_list(&ask(Tab::All, "", TaskSort::Oldest)).await.unwrap().1, [1, 2]);
    assert_eq!(scope.task_counts(&search("")).await.unwrap().all, 2);
    assert_eq!(scope.task_counts(&search("cafe")).await.unwrap().all, 2);
    assert_eq!(scope.task_counts(&search("cafe-4")).await.unwrap(), TabCounts::default());
    assert_eq!(scope.task_rows(&[1, 2, 3, 4, 5, 6]).await.unwrap().len(), 2);
    for hidden in 3..=6 {
        assert!(scope.task(TaskId(hidden)).await.unwrap().is_none());
        assert!(scope.file(FileId(hidden + 1_000)).await.unwrap().is_none());
        assert!(scope.people(TaskId(hidden)).await.unwrap().0.is_empty());
    }
    // In both projects at once; and in none.
    assert_eq!(world.scope(&[(acme(), 1), (globex(), 1)]).task_counts(&search("")).await.unwrap().all, 3);
    let nobody = world.scope(&[]);
    assert_eq!(nobody.task_counts(&search("")).await.unwrap(), TabCounts::default());
    assert!(nobody.task_list(&ask(Tab::All, "", TaskSort::Name)).await.unwrap().1.is_empty());
    assert!(nobody.task_rows(&[1, 2, 3, 4, 5, 6]).await.unwrap().is_empty());
}

#[tokio::test]
async fn dat_06_words_are_found_in_any_order_whatever_their_case_and_marks() {
    let world = world().await;
    world.index.reading().put_tasks(&acme(), &[task(7, "available", &[1], &[])], None).await.unwrap();
    let scope = world.scope(&[(acme(), 1)]);
    for found in
        ["", "CAFÉ", "cafe\u{301}", "street cafe", "TRAIN sud", "süd  café", "7", "1007 7", "303 909", "fé-7.j"]
    {
        assert_eq!(scope.task_counts(&search(found)).await.unwrap().all, 1, "{found:?}");
        assert_eq!(scope.task_list(&ask(Tab::Todo, found, TaskSort::Job)).await.unwrap().1, [7], "{found:?}");
    }
    for missed in ["coffee", "cafe tea", "%", "_", "jpgstreet", "'", "\""] {
        assert_eq!(scope.task_counts(&search(missed)).await.unwrap().all, 0, "{missed:?}");
    }
}

#[tokio::test]
async fn a_change_means_something_only_to_those_whose_task_it_is_or_was() {
    let world = world().await;
    let (ana, ben, gus) = (world.scope(&[(acme(), 1)]), world.scope(&[(acme(), 2)]), world.scope(&[(globex(), 1)]));
    let first = task(1, "available", &[1], &[]);
    let changes = world.index.reading().put_tasks(&acme(), std::slice::from_ref(&first), None).await.unwrap();
    assert!(matches!(ana.sees(&changes[0]).await.unwrap(), Seen::Task(_)));
    assert_eq!(ben.sees(&changes[0]).await.unwrap(), Seen::Nothing);
    assert_eq!(gus.sees(&changes[0]).await.unwrap(), Seen::Nothing);
    assert!(
        world.index.reading().put_tasks(&acme(), &[first], None).await.unwrap().is_empty(),
        "the same again is no change"
    );
    // Handed over to Ben: Ana learns the id and nothing else.
    let changes = world.index.reading().put_tasks(&acme(), &[task(1, "in_review", &[], &[2])], None).await.unwrap();
    assert_eq!(ana.sees(&changes[0]).await.unwrap(), Seen::Gone(TaskId(1)));
    assert!(matches!(ben.sees(&changes[0]).await.unwrap(), Seen::Task(row) if row.part == Part::Reviewer));
    // Archived: no tab shows it.
    let changes = world.index.reading().put_tasks(&acme(), &[task(1, "archived", &[], &[2])], None).await.unwrap();
    assert_eq!(ben.sees(&changes[0]).await.unwrap(), Seen::Gone(TaskId(1)));
    assert_eq!(ana.sees(&changes[0]).await.unwrap(), Seen::Nothing);
}

#[tokio::test]
async fn ses_17_a_page_that_was_asked_for_before_does_not_bring_back_what_was_taken_away() {
    let world = world().await;
    let (ana, ben) = (world.scope(&[(acme(), 1)]), world.scope(&[(acme(), 2)]));
    let tasks: Vec<Task> = (1..=3).map(|id| task(id, "available", &[1], &[])).collect();
    world.index.reading().put_tasks(&acme(), &tasks, Some(1)).await.unwrap();
    // A page with all three is on its way while two doors are passed: one task is Ben's by now, one is archived.
    let page = world.index.reading();
    let door = world.index.reading();
    door.put_tasks(&acme(), &[task(1, "available", &[2], &[])], None).await.unwrap();
    door.remove_tasks(&acme(), &[TaskId(2)]).await.unwrap();
    drop(door);
    assert_eq!(page.put_tasks(&acme(), &tasks, Some(2)).await.unwrap(), []);
    drop(page);
    assert_eq!(ana.task_list(&ask(Tab::All, "", TaskSort::Job)).await.unwrap().1, [3]);
    assert_eq!(ben.task_list(&ask(Tab::All, "", TaskSort::Job)).await.unwrap().1, [1]);
    assert_eq!(world.index.seen_by(&acme(), 2).await.unwrap(), 2, "the page saw what is there");
    // What is asked for afterwards says how it is.
    world.index.reading().put_tasks(&acme(), &tasks, Some(2)).await.unwrap();
    assert_eq!(ana.task_counts(&search("")).await.unwrap().all, 3);
}

#[tokio::test]
async fn ups_10_what_two_full_readings_in_a_row_miss_is_gone() {
    let world = world().await;
    let tasks: Vec<Task> = (1..=3).map(|id| task(id, "available", &[1], &[])).collect();
    world.index.reading().put_tasks(&acme(), &tasks, Some(1)).await.unwrap();
    world.index.reading().put_tasks(&globex(), &[task(9, "available", &[1], &[])], Some(1)).await.unwrap();
    let scope = world.scope(&[(acme(), 1)]);
    for (pass, seen, left) in [(2, &[1, 2][..], 3), (3, &[1, 2, 3], 3), (4, &[1, 3], 3), (5, &[1, 3], 2)] {
        let seen: Vec<TaskId> = seen.iter().copied().map(TaskId).collect();
        world.index.see(&acme(), &seen, pass).await.unwrap();
        let gone = world.index.end_pass(&acme(), pass).await.unwrap();
        assert_eq!(gone.len(), 3 - left, "pass {pass}");
        assert_eq!(scope.task_counts(&search("")).await.unwrap().all as usize, left, "pass {pass}");
    }
    assert_eq!(
        world.scope(&[(globex(), 1)]).task_counts(&search("")).await.unwrap().all,
        1,
        "another project's are untouched"
    );
}

#[tokio::test]
async fn members_are_found_by_their_address_and_twins_are_nobody() {
    let world = world().await;
    let member = |user, email: &str| Member {
        user: UserId(user),
        member: MemberId(user + 100),
        email: email.into(),
        name: "Ana Lima".into(),
        roles: vec!["annotator".into()],
    };
    let members =
        [member(1, "Ana@acme.example"), member(2, "twin@acme.example"), member(3, "TWIN@acme.example"), member(4, "")];
    assert_eq!(world.index.put_members(&acme(), &members).await.unwrap().len(), 3);
    assert_eq!(world.policy.members("ana@acme.example").await.unwrap(), [(acme(), UserId(1))]);
    for nobody in ["", "twin@acme.example", "ana@acme.example.evil", "aná@acme.example", "%"] {
        assert!(world.policy.members(nobody).await.unwrap().is_empty(), "{nobody:?}");
    }
    // Who went, came or moved is told; who stayed is not.
    let now = [member(1, "ana@acme.example"), member(9, "twin@acme.example")];
    let moved = world.index.put_members(&acme(), &now).await.unwrap();
    assert_eq!(moved.into_iter().collect::<Vec<_>>(), ["", "twin@acme.example"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn projects_are_written_side_by_side_without_a_lost_page() {
    let world = world().await;
    let write = |project: ProjectId, first: i64| {
        let index = world.index.clone();
        tokio::spawn(async move {
            for page in 0..20 {
                let tasks: Vec<Task> = (0..20).map(|n| task(first + page * 20 + n, "available", &[1], &[])).collect();
                index.reading().put_tasks(&project, &tasks, Some(1)).await.unwrap();
            }
        })
    };
    let (one, other, third) = (write(acme(), 1), write(globex(), 10_001), write(acme(), 20_001));
    for writing in [one, other, third] {
        writing.await.unwrap();
    }
    assert_eq!(world.scope(&[(acme(), 1), (globex(), 1)]).task_counts(&search("")).await.unwrap().all, 1_200);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn lists_in_the_store_are_what_a_plain_filter_and_sort_give(
        made in proptest::collection::vec((0..STATUSES.len(), 0..4_u8, 0..3_i64, "[ab ]{0,3}"), 0..40),
        typed in "[ab ]{0,3}",
        sort in 0..TaskSort::ALL.len(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = world().await;
            let sort = TaskSort::ALL[sort].0;
            let tasks: Vec<Task> = made.iter().enumerate().map(|(n, (status, people, minute, name))| {
                let user = |bit| if people & bit > 0 { &[1][..] } else { &[] };
                let mut t = task(n as i64 + 1, STATUSES[*status], user(1), user(2));
                t.updated = Timestamp(format!("2026-11-24T10:0{minute}:00.000000Z"));
                t.file.name = name.clone();
                t.job.name = if minute % 2 == 0 { "Zebra".into() } else { "Ärger".into() };
                t.created = t.updated.clone();
                t.dataset = (*minute != 1).then(|| DatasetRef { id: DatasetId(minute + 1), name: ["Ufer", "", "äcker"][*minute as usize].into() });
                t
            }).collect();
            world.index.reading().put_tasks(&acme(), &tasks, None).await.unwrap();
            let due = |t: &Task| (t.id.0 % 3 > 0).then(|| format!("2026-12-0{}T00:00:00.000000Z", t.id.0 % 3));
            for t in &tasks {
                sqlx::query("UPDATE task SET due = ? WHERE id = ?").bind(due(t)).bind(t.id.0).execute(world.index.pool()).await.unwrap();
            }
            let dataset = |t: &Task| t.dataset.as_ref().map(|dataset| fold(&dataset.name)).unwrap_or_default();
            // Those without a date come last, whichever way round.
            let dated = |t: &Task| due(t).is_none();
            let has = |t: &Task, w: &str| t.file.name.contains(w) || fold(&t.job.name).contains(w) || dataset(t).contains(w);
            let mut expected: Vec<&Task> = tasks.iter().filter(|t| {
                part_of(t, 1).and_then(|p| Tab::of(&t.status, p)).is_some() && typed.split_whitespace().all(|w| has(t, w))
            }).collect();
            match sort {
                TaskSort::Newest | TaskSort::Oldest => expected.sort_by_key(|t| (t.updated.clone(), t.id)),
                TaskSort::Created | TaskSort::CreatedBack => expected.sort_by_key(|t| (t.created.clone(), t.id)),
                TaskSort::Name | TaskSort::NameBack => expected.sort_by_key(|t| (fold(&t.file.name), t.id)),
                TaskSort::Job | TaskSort::JobBack => {
                    expected.sort_by_key(|t| (fold(&t.job.name), fold(&t.file.name), t.id));
                }
                TaskSort::Dataset | TaskSort::DatasetBack => {
                    expected.sort_by_key(|t| (dataset(t), fold(&t.file.name), t.id));
                }
                TaskSort::Status | TaskSort::StatusBack => {
                    const WORK: [&str; 10] = [
                        "requires_changes", "in_progress", "available", "created", "deferred", "from_the_future",
                        "review_requested", "in_review", "complete", "archived",
                    ];
                    let rank = |t: &Task| match WORK.iter().position(|word| *word == t.status.as_str()).unwrap() {
                        // To do, in two words.
                        3 => 2,
                        other => other,
                    };
                    expected.sort_by_key(|t| (rank(t), t.id));
                }
                TaskSort::Due | TaskSort::DueBack => expected.sort_by_key(|t| (due(t), t.id)),
            }
            if sort == TaskSort::Newest || sort.name().starts_with('-') {
                expected.reverse();
            }
            if matches!(sort, TaskSort::Due | TaskSort::DueBack) {
                expected.sort_by_key(|t| dated(t));
            }
            let expected: Vec<i64> = expected.into_iter().map(|t| t.id.0).collect();
            let listed = world.scope(&[(acme(), 1)]).task_list(&ask(Tab::All, &typed, sort)).await.unwrap().1;
            assert_eq!(listed, expected);
        });
    }
}

#[tokio::test]
async fn lists_do_not_wait_for_news_of_files_and_find_them_when_they_have_come() {
    let world = world().await;
    let scope = world.scope(&[(acme(), 1)]);
    world.index.reading().put_tasks(&acme(), &[task(1, "available", &[1], &[])], None).await.unwrap();
    world.index.warm().await.unwrap();
    // A task on a file that was not known: the list has it before the file was read into memory.
    world.index.reading().put_tasks(&acme(), &[task(2, "available", &[1], &[])], None).await.unwrap();
    assert_eq!(scope.task_list(&ask(Tab::All, "", TaskSort::Oldest)).await.unwrap().1, [1, 2]);
    for sql in [
        "INSERT INTO label (project, id, name, name_key, color) VALUES ('acme-vision', 5, 'cup', 'cup', '')",
        "INSERT INTO annotation (file, n, id, label, predicted, geometry) VALUES (1002, 0, 1, 5, 0, '')",
        "UPDATE file SET drawn = 'x' WHERE id = 1002",
    ] {
        sqlx::query(sql).execute(world.index.pool()).await.unwrap();
    }
    // Nothing of tasks was touched since; a filter by label asks for files as well, and the task finds its own.
    assert_eq!(scope.task_counts(&search("")).await.unwrap().all, 2);
    let mut filter = TaskFilter::default();
    assert!(filter.put(Dimension::Label, "5"));
    let labelled = TasksAsked { filter, ..search("") };
    assert_eq!(scope.task_list(&labelled).await.unwrap().1, [2]);
    let facets = scope.task_facets(&search("")).await.unwrap().facets;
    let of = |dimension| facets.iter().filter(move |facet| facet.dimension == dimension).map(|facet| facet.tasks);
    assert_eq!(of(Dimension::Kind).collect::<Vec<_>>(), [2], "both files have their kinds");
    assert_eq!(of(Dimension::Label).collect::<Vec<_>>(), [1]);
    // And tasks that change once nothing else does are found again.
    world.index.reading().put_tasks(&acme(), &[task(1, "complete", &[1], &[])], None).await.unwrap();
    assert_eq!(scope.task_list(&ask(Tab::Done, "", TaskSort::Oldest)).await.unwrap().1, [1]);
}

/// Days of a test: noon of the 24th, in UTC.
fn days() -> super::Days {
    let day = |day: u32| format!("2026-11-{day:02}T00:00:00.000000Z");
    super::Days {
        now: "2026-11-24T12:00:00.000000Z".into(),
        today: day(24),
        tomorrow: day(25),
        in_a_week: "2026-12-01T00:00:00.000000Z".into(),
        week: day(18),
        month: "2026-10-26T00:00:00.000000Z".into(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn filters_find_and_facets_count_what_a_plain_walk_does(
        made in proptest::collection::vec((0..STATUSES.len(), 0..4_u8, 0..6_usize, 0..5_usize), 0..40),
        chosen in proptest::collection::vec((0..Dimension::ALL.len(), 0..4_usize), 0..5),
        tab in 0..5_usize,
    ) {
        const DUE: [Option<&str>; 5] = [None, Some("2026-11-23"), Some("2026-11-24"), Some("2026-11-27"), Some("2027-01-01")];
        const UPDATED: [&str; 5] = ["2026-11-24", "2026-11-20", "2026-11-01", "2026-08-01", "2026-11-18"];
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = world().await;
            let tasks: Vec<Task> = made.iter().enumerate().map(|(n, (status, people, what, _))| {
                let user = |bit| if people & bit > 0 { &[1][..] } else { &[] };
                let mut t = task(n as i64 + 1, STATUSES[*status], user(1), user(2));
                t.job = JobRef { id: JobId(*what as i64 % 2 + 1), name: format!("job {}", what % 2) };
                t.dataset = (*what < 4).then(|| DatasetRef { id: DatasetId(*what as i64 + 1), name: format!("set {what}") });
                t.file.kind = if what % 3 == 0 { FileKind::Video } else { FileKind::Image };
                t.file.id = FileId(1_000 + n as i64 / 2);
                t.updated = Timestamp(format!("{}T06:00:00.000000Z", UPDATED[what % 5]));
                t
            }).collect();
            // Two tasks on one file must say the same of it.
            let tasks: Vec<Task> = tasks.iter().map(|t| {
                let first = tasks.iter().find(|other| other.file.id == t.file.id).unwrap();
                Task { file: first.file.clone(), ..t.clone() }
            }).collect();
            world.index.reading().put_tasks(&acme(), &tasks, None).await.unwrap();
            let due = |n: usize| DUE[made[n].3].map(|day| format!("{day}T09:00:00.000000Z"));
            let labels = |file: FileId| (1..=3_i64).filter(move |label| file.0 % (label + 1) == 0);
            for (n, t) in tasks.iter().enumerate() {
                sqlx::query("UPDATE task SET due = ?, open_issues = ? WHERE id = ?")
                    .bind(due(n)).bind(i64::from(made[n].3 == 1)).bind(t.id.0).execute(world.index.pool()).await.unwrap();
            }
            let mut tx = world.index.pool().begin().await.unwrap();
            for label in 1..=3_i64 {
                sqlx::query("INSERT INTO label (project, id, name, name_key, color) VALUES ('acme-vision', ?1, 'label ' || ?1, '', '')")
                    .bind(label).execute(&mut *tx).await.unwrap();
            }
            let files: std::collections::BTreeSet<FileId> = tasks.iter().map(|t| t.file.id).collect();
            for file in files {
                for (n, label) in labels(file).enumerate() {
                    sqlx::query("INSERT INTO annotation (file, n, id, label, predicted, geometry) VALUES (?, ?, ?, ?, 0, '')")
                        .bind(file.0).bind(n as i64).bind(file.0 * 10 + n as i64).bind(label).execute(&mut *tx).await.unwrap();
                }
                sqlx::query("UPDATE file SET drawn = 'x' WHERE id = ?").bind(file.0).execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();

            // What each task has of each dimension, by the rules that people are told.
            let values = |dimension: Dimension, n: usize| -> Vec<String> {
                let t = &tasks[n];
                let days = |days: &[(&str, bool)]| days.iter().filter(|(_, is)| *is).map(|(word, _)| (*word).to_owned()).collect();
                match dimension {
                    Dimension::Project => vec!["acme-vision".into()],
                    Dimension::Job => vec![t.job.id.to_string()],
                    Dimension::Dataset => t.dataset.iter().map(|dataset| dataset.id.to_string()).collect(),
                    Dimension::Label => labels(t.file.id).map(|label| label.to_string()).collect(),
                    Dimension::Kind => vec![t.file.kind.clone().into()],
                    Dimension::Status if t.status == TaskStatus::Created => vec!["available".into()],
                    Dimension::Status => vec![t.status.as_str().to_owned()],
                    Dimension::Due => days(&[
                        ("overdue", matches!(made[n].3, 1 | 2)), ("today", made[n].3 == 2), ("week", matches!(made[n].3, 2 | 3)),
                        ("none", made[n].3 == 0),
                    ]),
                    Dimension::Age => {
                        let age = made[n].2 % 5;
                        days(&[("day", age == 0), ("week", matches!(age, 0 | 1 | 4)), ("month", age != 3), ("older", age == 3)])
                    }
                    Dimension::Issues => if made[n].3 == 1 { vec!["open".into()] } else { vec![] },
                }
            };
            let mut filter = TaskFilter::default();
            for (dimension, value) in &chosen {
                let dimension = Dimension::ALL[*dimension];
                let value = match dimension {
                    Dimension::Project => ["acme-vision", "globex-lab"][value % 2],
                    Dimension::Job | Dimension::Dataset | Dimension::Label => ["1", "2", "3", "99"][*value],
                    Dimension::Kind => ["image", "video", "text", "image"][*value],
                    Dimension::Status => ["available", "complete", "requires_changes", "in_review"][*value],
                    Dimension::Due => Dimension::DUE[*value],
                    Dimension::Age => Dimension::AGE[*value],
                    Dimension::Issues => Dimension::OPEN,
                };
                assert!(filter.put(dimension, value));
            }
            let tab = [Tab::Todo, Tab::SentBack, Tab::InReview, Tab::Done, Tab::All][tab];
            let passes = |dimension: Dimension, n: usize| {
                filter.of(dimension).next().is_none() || values(dimension, n).iter().any(|value| filter.has(dimension, value))
            };
            let mine: Vec<usize> = (0..tasks.len())
                .filter(|n| part_of(&tasks[*n], 1).is_some_and(|part| tab.shows(&tasks[*n].status, part))).collect();
            let all_pass = |n: usize| Dimension::ALL.into_iter().all(|dimension| passes(dimension, n));
            let expected: Vec<i64> = mine.iter().filter(|n| all_pass(**n)).map(|n| tasks[*n].id.0).collect();

            let asked = TasksAsked { tab, sort: TaskSort::Status, filter: filter.clone(), days: days(), ..TasksAsked::default() };
            let scope = world.scope(&[(acme(), 1)]);
            let mut listed = scope.task_list(&asked).await.unwrap().1;
            listed.sort_unstable();
            assert_eq!(listed, expected);
            let facets = scope.task_facets(&asked).await.unwrap();
            assert_eq!(facets.total as usize, expected.len());
            for dimension in Dimension::ALL {
                let others = |n: &&usize| Dimension::ALL.into_iter().all(|other| other == dimension || passes(other, **n));
                let mut counts = std::collections::BTreeMap::<String, u32>::new();
                for value in mine.iter().filter(others).flat_map(|n| values(dimension, *n)) {
                    *counts.entry(value).or_default() += 1;
                }
                let told: std::collections::BTreeMap<String, u32> = facets.facets.iter()
                    .filter(|facet| facet.dimension == dimension && facet.tasks > 0)
                    .map(|facet| (facet.value.clone(), facet.tasks)).collect();
                assert_eq!(told, counts, "{dimension:?} {filter:?}");
            }
            // Nobody else's tasks count, and what is none of mine has no name.
            let nobody = world.scope(&[(acme(), 7)]).task_facets(&asked).await.unwrap();
            assert_eq!(nobody.total, 0);
            assert!(nobody.facets.iter().all(|facet| facet.tasks == 0 && facet.name.is_empty()), "{nobody:?}");
            assert!(!facets.facets.iter().any(|facet| facet.value == "99"), "what is unknown has no facet");
        });
    }
}

/// An issue as the sync stores it, on these places.
async fn put_issue(index: &Index, id: i64, project: &ProjectId, places: &[(&str, i64)]) {
    sqlx::query("INSERT INTO issue (id, project, title, status, created, print) VALUES (?, ?, 'odd', 'open', '', '')")
        .bind(id)
        .bind(&project.0)
        .execute(index.pool())
        .await
        .unwrap();
    for (kind, place) in places {
        sqlx::query("INSERT INTO issue_place (issue, kind, id) VALUES (?, ?, ?)")
            .bind(id)
            .bind(kind)
            .bind(place)
            .execute(index.pool())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn aut_01_an_issue_leads_to_what_the_person_sees_of_its_places() {
    use portal_model::id::IssueId;

    use super::IssuePlace;

    let world = world().await;
    let tasks = [task(1, "available", &[7], &[]), task(2, "available", &[8], &[])];
    world.index.reading().put_tasks(&acme(), &tasks, None).await.unwrap();
    put_issue(&world.index, 5, &acme(), &[("task", 1), ("job", 303)]).await;
    put_issue(&world.index, 6, &acme(), &[("task", 2), ("file", 1_001)]).await;
    put_issue(&world.index, 7, &acme(), &[("job", 303)]).await;
    put_issue(&world.index, 8, &globex(), &[("task", 1)]).await;
    let mine = world.scope(&[(acme(), 7)]);
    let place = async |id| mine.issue_place(IssueId(id)).await.unwrap();
    assert_eq!(place(5).await, Some(IssuePlace::Task(TaskId(1))));
    assert_eq!(place(6).await, Some(IssuePlace::File(FileId(1_001))), "the task is another's, the file is mine");
    for (id, why) in [(7, "a job is no place to look at"), (8, "of another project"), (9, "unknown")] {
        assert_eq!(place(id).await, None, "{why}");
    }
    let nobody = world.scope(&[(globex(), 7)]);
    assert_eq!(nobody.issue_place(IssueId(5)).await.unwrap(), None);
}

#[tokio::test]
async fn a_task_that_left_is_known_to_whoever_had_it_and_only_until_it_is_back() {
    let world = world().await;
    let (ana, ben) = (world.scope(&[(acme(), 7)]), world.scope(&[(acme(), 8)]));
    let had =
        async |scope: &Scope| (scope.had_task(TaskId(1)).await.unwrap(), scope.had_file(FileId(1_001)).await.unwrap());
    world.index.reading().put_tasks(&acme(), &[task(1, "available", &[7], &[])], None).await.unwrap();
    assert_eq!((had(&ana).await, had(&ben).await), ((false, false), (false, false)));
    world.index.reading().put_tasks(&acme(), &[task(1, "available", &[8], &[])], None).await.unwrap();
    assert_eq!((had(&ana).await, had(&ben).await), ((true, true), (false, false)), "given on");
    world.index.reading().put_tasks(&acme(), &[task(1, "in_progress", &[7], &[8])], None).await.unwrap();
    assert_eq!((had(&ana).await, had(&ben).await), ((false, false), (false, false)), "back, and nothing stays");
    world.index.reading().remove_tasks(&acme(), &[TaskId(1)]).await.unwrap();
    assert_eq!((had(&ana).await, had(&ben).await), ((true, true), (true, true)), "archived, with its file");
    let elsewhere = world.scope(&[(globex(), 7)]);
    assert_eq!(had(&elsewhere).await, (false, false), "the same number in another project is somebody else");
}
