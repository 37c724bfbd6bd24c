//! What lists, counts and searches say, against the rules they stand for.

use portal_diffgram::types::{FileTimes, Member, Task};
use portal_model::{
    api::{TabCounts, TaskQuery, TaskSort},
    file::{FileKind, FileSummary},
    id::{DatasetId, FileId, JobId, MemberId, ProjectId, TaskId, UserId},
    person::Role,
    task::{DatasetRef, JobRef, Part, Tab, TaskStatus},
    time::Timestamp,
};
use proptest::prelude::*;

use super::{Index, fold};
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
            seen_by: None,
        })
    }
}

fn about(q: &str) -> TaskQuery {
    TaskQuery { q: q.into(), ..TaskQuery::default() }
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
        reviewers: reviewers.iter().copied().map(UserId).collect(),
        created: moment(0),
        updated: moment(id),
        completed: None,
        file_times: FileTimes::default(),
    }
}

fn ask(tab: Tab, q: &str, sort: TaskSort) -> TaskQuery {
    TaskQuery { tab, q: q.into(), sort, ..TaskQuery::default() }
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
    world.index.put_tasks(&acme(), &tasks, None).await.unwrap();
    let scope = world.scope(&[(acme(), 1)]);
    let expected = |wanted: Tab| -> Vec<i64> {
        let in_tab = |t: &&Task| match Tab::of(&t.status, part_of(t, 1).unwrap()) {
            None => false,
            Some(tab) => wanted == Tab::All || tab == wanted,
        };
        tasks.iter().filter(in_tab).map(|t| t.id.0).collect()
    };
    for tab in [Tab::Todo, Tab::InReview, Tab::Done, Tab::All] {
        assert_eq!(scope.task_list(&ask(tab, "", TaskSort::Oldest)).await.unwrap().1, expected(tab), "{tab:?}");
    }
    let count = |tab| expected(tab).len() as u32;
    let wanted = TabCounts {
        todo: count(Tab::Todo),
        in_review: count(Tab::InReview),
        done: count(Tab::Done),
        all: count(Tab::All),
    };
    assert_eq!(scope.task_counts(&TaskQuery::default()).await.unwrap(), wanted);
    let rows = scope.task_rows(&expected(Tab::All)).await.unwrap();
    assert!(rows.iter().zip(&tasks).all(|(row, task)| Some(row.part) == part_of(task, 1)));
}

#[tokio::test]
async fn aut_08_counts_searches_and_windows_know_only_what_is_mine() {
    let world = world().await;
    let mine = [task(1, "available", &[1], &[]), task(2, "complete", &[1, 2], &[])];
    let others = [task(3, "available", &[2], &[]), task(4, "in_review", &[2], &[3]), task(5, "available", &[], &[])];
    world.index.put_tasks(&acme(), &[&mine[..], &others[..]].concat(), None).await.unwrap();
    // The same user number in another project is somebody else.
    world.index.put_tasks(&globex(), &[task(6, "available", &[1], &[])], None).await.unwrap();

    let scope = world.scope(&[(acme(), 1)]);
    assert_eq!(scope.task_list(&ask(Tab::All, "", TaskSort::Oldest)).await.unwrap().1, [1, 2]);
    assert_eq!(scope.task_counts(&TaskQuery::default()).await.unwrap().all, 2);
    assert_eq!(scope.task_counts(&about("cafe")).await.unwrap().all, 2);
    assert_eq!(scope.task_counts(&about("cafe-4")).await.unwrap(), TabCounts::default());
    assert_eq!(scope.task_rows(&[1, 2, 3, 4, 5, 6]).await.unwrap().len(), 2);
    for hidden in 3..=6 {
        assert!(scope.task(TaskId(hidden)).await.unwrap().is_none());
        assert!(scope.file(FileId(hidden + 1_000)).await.unwrap().is_none());
        assert!(scope.people(TaskId(hidden)).await.unwrap().0.is_empty());
    }
    // In both projects at once; and in none.
    assert_eq!(world.scope(&[(acme(), 1), (globex(), 1)]).task_counts(&TaskQuery::default()).await.unwrap().all, 3);
    let nobody = world.scope(&[]);
    assert_eq!(nobody.task_counts(&TaskQuery::default()).await.unwrap(), TabCounts::default());
    assert!(nobody.task_list(&ask(Tab::All, "", TaskSort::Name)).await.unwrap().1.is_empty());
    assert!(nobody.task_rows(&[1, 2, 3, 4, 5, 6]).await.unwrap().is_empty());
}

#[tokio::test]
async fn dat_06_words_are_found_in_any_order_whatever_their_case_and_marks() {
    let world = world().await;
    world.index.put_tasks(&acme(), &[task(7, "available", &[1], &[])], None).await.unwrap();
    let scope = world.scope(&[(acme(), 1)]);
    for found in
        ["", "CAFÉ", "cafe\u{301}", "street cafe", "TRAIN sud", "süd  café", "7", "1007 7", "303 909", "fé-7.j"]
    {
        assert_eq!(scope.task_counts(&about(found)).await.unwrap().all, 1, "{found:?}");
        assert_eq!(scope.task_list(&ask(Tab::Todo, found, TaskSort::Job)).await.unwrap().1, [7], "{found:?}");
    }
    for missed in ["coffee", "cafe tea", "%", "_", "jpgstreet", "'", "\""] {
        assert_eq!(scope.task_counts(&about(missed)).await.unwrap().all, 0, "{missed:?}");
    }
}

#[tokio::test]
async fn a_change_means_something_only_to_those_whose_task_it_is_or_was() {
    let world = world().await;
    let (ana, ben, gus) = (world.scope(&[(acme(), 1)]), world.scope(&[(acme(), 2)]), world.scope(&[(globex(), 1)]));
    let first = task(1, "available", &[1], &[]);
    let changes = world.index.put_tasks(&acme(), std::slice::from_ref(&first), None).await.unwrap();
    assert!(matches!(ana.sees(&changes[0]).await.unwrap(), Seen::Task(_)));
    assert_eq!(ben.sees(&changes[0]).await.unwrap(), Seen::Nothing);
    assert_eq!(gus.sees(&changes[0]).await.unwrap(), Seen::Nothing);
    assert!(world.index.put_tasks(&acme(), &[first], None).await.unwrap().is_empty(), "the same again is no change");
    // Handed over to Ben: Ana learns the id and nothing else.
    let changes = world.index.put_tasks(&acme(), &[task(1, "in_review", &[], &[2])], None).await.unwrap();
    assert_eq!(ana.sees(&changes[0]).await.unwrap(), Seen::Gone(TaskId(1)));
    assert!(matches!(ben.sees(&changes[0]).await.unwrap(), Seen::Task(row) if row.part == Part::Reviewer));
    // Archived: no tab shows it.
    let changes = world.index.put_tasks(&acme(), &[task(1, "archived", &[], &[2])], None).await.unwrap();
    assert_eq!(ben.sees(&changes[0]).await.unwrap(), Seen::Gone(TaskId(1)));
    assert_eq!(ana.sees(&changes[0]).await.unwrap(), Seen::Nothing);
}

#[tokio::test]
async fn ups_10_what_two_full_readings_in_a_row_miss_is_gone() {
    let world = world().await;
    let tasks: Vec<Task> = (1..=3).map(|id| task(id, "available", &[1], &[])).collect();
    world.index.put_tasks(&acme(), &tasks, Some(1)).await.unwrap();
    world.index.put_tasks(&globex(), &[task(9, "available", &[1], &[])], Some(1)).await.unwrap();
    let scope = world.scope(&[(acme(), 1)]);
    for (pass, seen, left) in [(2, &[1, 2][..], 3), (3, &[1, 2, 3], 3), (4, &[1, 3], 3), (5, &[1, 3], 2)] {
        let seen: Vec<TaskId> = seen.iter().copied().map(TaskId).collect();
        world.index.see(&acme(), &seen, pass).await.unwrap();
        let gone = world.index.end_pass(&acme(), pass).await.unwrap();
        assert_eq!(gone.len(), 3 - left, "pass {pass}");
        assert_eq!(scope.task_counts(&TaskQuery::default()).await.unwrap().all as usize, left, "pass {pass}");
    }
    assert_eq!(
        world.scope(&[(globex(), 1)]).task_counts(&TaskQuery::default()).await.unwrap().all,
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
                index.put_tasks(&project, &tasks, Some(1)).await.unwrap();
            }
        })
    };
    let (one, other, third) = (write(acme(), 1), write(globex(), 10_001), write(acme(), 20_001));
    for writing in [one, other, third] {
        writing.await.unwrap();
    }
    assert_eq!(world.scope(&[(acme(), 1), (globex(), 1)]).task_counts(&TaskQuery::default()).await.unwrap().all, 1_200);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn lists_in_the_store_are_what_a_plain_filter_and_sort_give(
        made in proptest::collection::vec((0..STATUSES.len(), 0..4_u8, 0..3_i64, "[ab ]{0,3}"), 0..40),
        typed in "[ab ]{0,3}",
        sort in 0..4_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = world().await;
            let sort = [TaskSort::Newest, TaskSort::Oldest, TaskSort::Name, TaskSort::Job][sort];
            let tasks: Vec<Task> = made.iter().enumerate().map(|(n, (status, people, minute, name))| {
                let user = |bit| if people & bit > 0 { &[1][..] } else { &[] };
                let mut t = task(n as i64 + 1, STATUSES[*status], user(1), user(2));
                t.updated = Timestamp(format!("2026-11-24T10:0{minute}:00.000000Z"));
                t.file.name = name.clone();
                t.job.name = if minute % 2 == 0 { "Zebra".into() } else { "Ärger".into() };
                t.dataset = None;
                t
            }).collect();
            world.index.put_tasks(&acme(), &tasks, None).await.unwrap();
            let has = |t: &Task, w: &str| t.file.name.contains(w) || fold(&t.job.name).contains(w);
            let mut expected: Vec<&Task> = tasks.iter().filter(|t| {
                part_of(t, 1).and_then(|p| Tab::of(&t.status, p)).is_some() && typed.split_whitespace().all(|w| has(t, w))
            }).collect();
            match sort {
                TaskSort::Newest => expected.sort_by(|a, b| (&b.updated, b.id).cmp(&(&a.updated, a.id))),
                TaskSort::Oldest => expected.sort_by_key(|t| (t.updated.clone(), t.id)),
                TaskSort::Name => expected.sort_by_key(|t| (fold(&t.file.name), t.id)),
                TaskSort::Job => expected.sort_by_key(|t| (fold(&t.job.name), fold(&t.file.name), t.id)),
            }
            let expected: Vec<i64> = expected.into_iter().map(|t| t.id.0).collect();
            let listed = world.scope(&[(acme(), 1)]).task_list(&ask(Tab::All, &typed, sort)).await.unwrap().1;
            assert_eq!(listed, expected);
        });
    }
}
