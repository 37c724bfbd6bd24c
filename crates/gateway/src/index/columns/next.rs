//! What can be done next, by job and person: the tasks that nobody has, and those of each person by how far they are.

use std::collections::{BTreeSet, HashMap};

use futures::TryStreamExt as _;
use portal_model::{
    id::{ProjectId, UserId},
    task::TaskStatus,
};
use sqlx::{Row, SqliteConnection};

use super::{Numbers, Which, read_people};

/// Sent back to somebody.
pub(crate) const SENT_BACK: u8 = 0;
/// Begun by somebody.
pub(crate) const IN_PROGRESS: u8 = 1;
/// Somebody's, not begun.
pub(crate) const ASSIGNED: u8 = 2;
/// Waits for somebody's review.
pub(crate) const TO_REVIEW: u8 = 3;

/// How somebody stands to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    /// It is their turn: which of the above.
    Turn(u8),
    /// They handed it over, in seconds since 1970, and it waits for review.
    HandedOver(i64),
    /// The same, and it is complete.
    Done(i64),
}

/// The tasks of one person in one job.
#[derive(Debug, Default)]
pub(crate) struct Mine {
    /// Those whose turn it is, by what is to be done, then oldest first.
    pub(crate) turn: BTreeSet<(u8, i64)>,
    /// Those that are handed over or complete, by when.
    done: BTreeSet<(i64, i64)>,
    /// How many of these wait for review.
    pub(crate) in_review: u32,
}

impl Mine {
    /// How many are theirs to work on.
    pub(crate) fn left(&self) -> u32 {
        count(self.turn.range(..(TO_REVIEW, i64::MIN)).count())
    }

    /// How many were handed over or completed since ever, and from this moment on.
    pub(crate) fn done(&self, from: i64) -> (u32, u32) {
        (count(self.done.len()), count(self.done.range((from, i64::MIN)..).count()))
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The tasks of one job that anybody may ask for, or that are under way.
#[derive(Debug, Default)]
struct Job {
    /// Nobody has them and they can be taken: oldest first.
    open: BTreeSet<i64>,
    /// How many are somebody's and not handed over.
    held: u32,
}

/// How a task is entered, so that it can be taken out again.
#[derive(Debug)]
struct Entry {
    job: i64,
    open: bool,
    held: bool,
    people: Box<[(u32, Stand)]>,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Next {
    entries: HashMap<i64, Entry>,
    jobs: HashMap<i64, Job>,
    people: Numbers<(ProjectId, UserId)>,
    /// The tasks of each person, by job.
    of: Vec<HashMap<i64, Mine>>,
}

/// A task as it was read.
struct Fresh {
    id: i64,
    project: String,
    job: i64,
    status: TaskStatus,
    handed_over: i64,
    given_back: bool,
    people: Vec<(i64, i64)>,
}

/// Tasks that were read, and ids of all that were looked for.
pub(super) struct News {
    fresh: Vec<Fresh>,
    looked_for: Vec<i64>,
}

/// Reads tasks. They come in the order of their ids.
pub(super) async fn read(tx: &mut SqliteConnection, which: &Which, looked_for: Vec<i64>) -> Result<News, sqlx::Error> {
    let mut fresh: Vec<Fresh> = Vec::new();
    let mut sql = which.select(
        "SELECT id, project, job, status, CASE status WHEN 'complete' THEN coalesce(completed, updated) ELSE updated END,
           EXISTS (SELECT 1 FROM given_back g WHERE g.task = task.id) FROM task",
        "id",
        "id",
    );
    let mut rows = sql.build().fetch(&mut *tx);
    while let Some(row) = rows.try_next().await? {
        let at: String = row.get(4);
        fresh.push(Fresh {
            id: row.get(0),
            project: row.get(1),
            job: row.get(2),
            status: TaskStatus::from(row.get::<String, _>(3)),
            handed_over: at.parse().map_or(0, |at: jiff::Timestamp| at.as_second()),
            given_back: row.get(5),
            people: Vec::new(),
        });
    }
    drop(rows);
    let select = "SELECT task, user, part FROM task_person";
    read_people(tx, which, select, &mut fresh, |task| (task.id, &mut task.people)).await?;
    Ok(News { fresh, looked_for })
}

/// What a task is to somebody with this part in it (`Part` as a number). Nothing while it is put aside.
fn stand(status: &TaskStatus, part: i64, handed_over: i64) -> Option<Stand> {
    let (assignee, reviewer) = (part & 1 != 0, part & 2 != 0);
    Some(match status {
        TaskStatus::ReviewRequested | TaskStatus::InReview if reviewer => Stand::Turn(TO_REVIEW),
        _ if !assignee => return None,
        TaskStatus::ReviewRequested | TaskStatus::InReview => Stand::HandedOver(handed_over),
        TaskStatus::Complete => Stand::Done(handed_over),
        TaskStatus::Archived | TaskStatus::Deferred => return None,
        TaskStatus::RequiresChanges => Stand::Turn(SENT_BACK),
        TaskStatus::InProgress => Stand::Turn(IN_PROGRESS),
        TaskStatus::Created | TaskStatus::Available | TaskStatus::Other(_) => Stand::Turn(ASSIGNED),
    })
}

/// Whether somebody has still to do something with it, were it theirs.
pub(crate) fn is_unfinished(status: &TaskStatus) -> bool {
    !matches!(status, TaskStatus::ReviewRequested | TaskStatus::InReview | TaskStatus::Complete | TaskStatus::Archived)
}

/// Whether a task that nobody has can be taken.
pub(crate) fn can_be_taken(status: &TaskStatus, given_back: bool) -> bool {
    match status {
        TaskStatus::Available => true,
        TaskStatus::InProgress | TaskStatus::RequiresChanges => given_back,
        _ => false,
    }
}

impl Next {
    /// Takes in what was read; what was looked for and not found is gone.
    pub(super) fn apply(&mut self, news: News) {
        for id in news.looked_for {
            self.take_out(id);
        }
        for fresh in news.fresh {
            self.take_out(fresh.id);
            self.put_in(fresh);
        }
    }

    fn take_out(&mut self, id: i64) {
        let Some(entry) = self.entries.remove(&id) else { return };
        if let Some(job) = self.jobs.get_mut(&entry.job) {
            if entry.open {
                job.open.remove(&id);
            }
            if entry.held {
                job.held -= 1;
            }
        }
        for (person, stand) in entry.people {
            let Some(jobs) = self.of.get_mut(person as usize) else { continue };
            let Some(mine) = jobs.get_mut(&entry.job) else { continue };
            match stand {
                Stand::Turn(turn) => drop(mine.turn.remove(&(turn, id))),
                Stand::HandedOver(at) => {
                    mine.done.remove(&(at, id));
                    mine.in_review -= 1;
                }
                Stand::Done(at) => drop(mine.done.remove(&(at, id))),
            }
            if mine.turn.is_empty() && mine.done.is_empty() {
                jobs.remove(&entry.job);
            }
        }
    }

    fn put_in(&mut self, fresh: Fresh) {
        let has_assignee = fresh.people.iter().any(|(_, part)| part & 1 != 0);
        let open = !has_assignee && can_be_taken(&fresh.status, fresh.given_back);
        let held = has_assignee && is_unfinished(&fresh.status);
        let mut people = Vec::new();
        for (user, part) in fresh.people {
            let Some(stand) = stand(&fresh.status, part, fresh.handed_over) else { continue };
            let person = self.people.number((ProjectId(fresh.project.clone()), UserId(user)));
            people.push((person, stand));
        }
        if !open && !held && people.is_empty() {
            return;
        }
        let job = self.jobs.entry(fresh.job).or_default();
        if open {
            job.open.insert(fresh.id);
        }
        job.held += u32::from(held);
        self.of.resize_with(self.people.len(), HashMap::default);
        for (person, stand) in &people {
            let Some(jobs) = self.of.get_mut(*person as usize) else { continue };
            let mine = jobs.entry(fresh.job).or_default();
            match stand {
                Stand::Turn(turn) => drop(mine.turn.insert((*turn, fresh.id))),
                Stand::HandedOver(at) => {
                    mine.done.insert((*at, fresh.id));
                    mine.in_review += 1;
                }
                Stand::Done(at) => drop(mine.done.insert((*at, fresh.id))),
            }
        }
        self.entries.insert(fresh.id, Entry { job: fresh.job, open, held, people: people.into() });
    }

    /// Tasks of a job that nobody has and that can be taken, oldest first.
    pub(crate) fn open(&self, job: i64) -> impl Iterator<Item = i64> + '_ {
        self.jobs.get(&job).into_iter().flat_map(|job| job.open.iter().copied())
    }

    /// How many these are, but for some.
    pub(crate) fn open_but(&self, job: i64, but: &BTreeSet<i64>) -> u32 {
        let Some(job) = self.jobs.get(&job) else { return 0 };
        count(job.open.len() - but.iter().filter(|task| job.open.contains(task)).count())
    }

    /// The job of a task that nobody has and that can be taken.
    pub(crate) fn job_if_open(&self, task: i64) -> Option<i64> {
        self.entries.get(&task).filter(|entry| entry.open).map(|entry| entry.job)
    }

    /// The tasks of a scope's people, by job.
    pub(crate) fn mine<'a>(&'a self, pairs: &'a [(ProjectId, UserId)]) -> impl Iterator<Item = (i64, &'a Mine)> + 'a {
        let people = pairs.iter().filter_map(|pair| self.people.get(pair));
        people.filter_map(|person| self.of.get(person as usize)).flatten().map(|(job, mine)| (*job, mine))
    }

    /// Whether somebody else has a task of this job and has not handed it over, when so many are the person's own.
    pub(crate) fn held_by_others(&self, job: i64, own: u32) -> bool {
        self.jobs.get(&job).is_some_and(|job| job.held > own)
    }
}
