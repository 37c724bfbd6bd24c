//! What somebody can do next: their own tasks, and those that nobody has in jobs that are open to them.

use std::collections::{BTreeMap, BTreeSet};

use portal_model::{
    api::next::{How, JobNext, Nothing},
    id::{FileId, JobId, ProjectId, TaskId},
};

use super::{
    Error, Index,
    columns::{
        Now,
        next::{ASSIGNED, IN_PROGRESS, SENT_BACK, TO_REVIEW},
    },
    jobs::{DRAFT, OpenJob},
};
use crate::policy::ScopeFilter;

/// How somebody stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// By job, in the order in which tasks are taken.
    pub(crate) jobs: Vec<JobNext>,
    /// Why there is nothing to do, when there is nothing; as if all had been read.
    pub(crate) nothing: Option<Nothing>,
}

/// A task that nobody has and somebody may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Free {
    pub(crate) project: ProjectId,
    pub(crate) task: TaskId,
    /// None when it went this moment.
    pub(crate) file: Option<FileId>,
    pub(crate) job: JobId,
}

/// What is needed to tell what somebody can take.
struct Ground {
    columns: Now,
    jobs: Vec<OpenJob>,
    declined: BTreeSet<i64>,
}

impl Index {
    async fn ground(&self, scope: &ScopeFilter, job: Option<JobId>) -> Result<Ground, Error> {
        let mut jobs = self.open_jobs(scope).await?;
        jobs.retain(|open| job.is_none_or(|job| open.job.id == job));
        let mut declined = BTreeSet::new();
        for (project, user) in scope.pairs() {
            let tasks: Vec<i64> = sqlx::query_scalar("SELECT task FROM declined WHERE project = ? AND user = ?")
                .bind(&project.0)
                .bind(user.0)
                .fetch_all(self.pool())
                .await?;
            declined.extend(tasks);
        }
        Ok(Ground { columns: self.columns().await?, jobs, declined })
    }

    /// How somebody stands, by job; days begin at this second since 1970.
    pub(crate) async fn standing(&self, scope: &ScopeFilter, today: i64) -> Result<Standing, Error> {
        let Ground { columns, jobs, declined } = self.ground(scope, None).await?;
        let mut mine: BTreeMap<i64, JobNext> = BTreeMap::new();
        for (job, has) in columns.next.mine(scope.pairs()) {
            let (done, today) = has.done(today);
            let row = mine.entry(job).or_insert_with(|| blank(job));
            row.mine += has.left();
            row.done += done;
            row.today += today;
        }
        let mut rows = Vec::new();
        for open in &jobs {
            let mut row = mine.remove(&open.job.id.0).unwrap_or_else(|| blank(open.job.id.0));
            if open.is_active() {
                row.available = columns.next.open_but(open.job.id.0, &declined);
            }
            if row.available + row.mine + row.done > 0 {
                rows.push(JobNext { job: open.job.clone(), due: open.due.clone(), ..row });
            }
        }
        let has_turn = columns.next.mine(scope.pairs()).any(|(_, has)| !has.turn.is_empty());
        let nothing = (!has_turn && rows.iter().all(|row| row.available == 0))
            .then(|| why_nothing(&columns, scope, &jobs, &declined));
        // Nothing here waits for the store while the columns are held: whoever writes them would wait, and we for them.
        drop(columns);
        let others: Vec<i64> = mine.keys().copied().collect();
        if !others.is_empty() {
            for (job, due) in self.job_names(&others).await? {
                if let Some(row) = mine.remove(&job.id.0) {
                    rows.push(JobNext { job, due, ..row });
                }
            }
        }
        Ok(Standing { jobs: rows, nothing })
    }

    /// Why there is nothing to do in a job, or in all.
    pub(crate) async fn nothing(&self, scope: &ScopeFilter, job: Option<JobId>) -> Result<Nothing, Error> {
        if job.is_some() && self.standing(scope, i64::MAX).await?.nothing.is_none() {
            return Ok(Nothing::Elsewhere);
        }
        let Ground { columns, jobs, declined } = self.ground(scope, job).await?;
        Ok(why_nothing(&columns, scope, &jobs, &declined))
    }

    /// The first tasks of their own whose turn it is: sent back, in progress, not begun; and, last, to review.
    pub(crate) async fn own_next(&self, scope: &ScopeFilter, job: Option<JobId>) -> Result<Vec<(How, TaskId)>, Error> {
        /// The first may have changed at Diffgram; so many are looked at.
        const LOOKED_AT: usize = 5;
        let order = self.open_jobs(scope).await?;
        let place = |job: i64| order.iter().position(|open| open.job.id.0 == job).unwrap_or(usize::MAX);
        let columns = self.columns().await?;
        let mut turns: Vec<(u8, usize, i64)> = Vec::new();
        for (known, has) in columns.next.mine(scope.pairs()) {
            if job.is_none_or(|job| job.0 == known) {
                let place = place(known);
                for kind in SENT_BACK..=TO_REVIEW {
                    let of_kind = has.turn.range((kind, i64::MIN)..=(kind, i64::MAX)).take(LOOKED_AT);
                    turns.extend(of_kind.map(|(kind, task)| (*kind, place, *task)));
                }
            }
        }
        turns.sort_unstable();
        turns.truncate(LOOKED_AT);
        let how = |kind: u8| match kind {
            SENT_BACK => How::SentBack,
            IN_PROGRESS => How::InProgress,
            ASSIGNED => How::Assigned,
            _ => How::ToReview,
        };
        Ok(turns.into_iter().map(|(kind, _, task)| (how(kind), TaskId(task))).collect())
    }

    /// The first task that they may take and that can be kept for them: `keep` says no to what is under way to somebody.
    pub(crate) async fn first_free(
        &self,
        scope: &ScopeFilter,
        job: Option<JobId>,
        keep: impl Fn(TaskId) -> bool,
    ) -> Result<Option<Free>, Error> {
        let found = {
            let Ground { columns, jobs, declined } = self.ground(scope, job).await?;
            jobs.iter().filter(|open| open.is_active()).find_map(|open| {
                let mut tasks = columns.next.open(open.job.id.0);
                let task = tasks.find(|task| !declined.contains(task) && keep(TaskId(*task)))?;
                Some((open.project.clone(), TaskId(task), open.job.id))
            })
        };
        let Some((project, task, job)) = found else { return Ok(None) };
        let file = self.file_of(&project, task).await?;
        Ok(Some(Free { project, task, file, job }))
    }

    /// This task, if nobody has it and they may take it, whether or not they declined it.
    pub(crate) async fn free(&self, scope: &ScopeFilter, task: TaskId) -> Result<Option<Free>, Error> {
        let Some(job) = self.columns().await?.next.job_if_open(task.0).map(JobId) else { return Ok(None) };
        let Some(open) = self.takes_from(scope, job).await? else { return Ok(None) };
        let file = self.file_of(&open.project, task).await?;
        Ok(Some(Free { project: open.project, task, file, job }))
    }

    /// The job, if they may take tasks from it now.
    pub(crate) async fn takes_from(&self, scope: &ScopeFilter, job: JobId) -> Result<Option<OpenJob>, Error> {
        let jobs = self.open_jobs(scope).await?;
        Ok(jobs.into_iter().find(|open| open.job.id == job && open.is_active()))
    }
}

fn blank(job: i64) -> JobNext {
    let job = portal_model::task::JobRef { id: JobId(job), name: String::new() };
    JobNext { job, due: None, available: 0, mine: 0, today: 0, done: 0 }
}

/// What is true of their own tasks and their jobs, the most useful first. Of others only whether they have something.
fn why_nothing(columns: &Now, scope: &ScopeFilter, jobs: &[OpenJob], declined: &BTreeSet<i64>) -> Nothing {
    let mine: Vec<_> = columns.next.mine(scope.pairs()).collect();
    let active = || jobs.iter().filter(|open| open.is_active()).map(|open| open.job.id.0);
    let own = |job: i64| mine.iter().filter(|(known, _)| *known == job).map(|(_, has)| has.left()).sum();
    if active().any(|job| columns.next.open(job).any(|task| declined.contains(&task))) {
        Nothing::Declined
    } else if active().any(|job| columns.next.held_by_others(job, own(job))) {
        Nothing::Held
    } else if mine.iter().any(|(_, has)| has.in_review > 0) {
        Nothing::InReview
    } else if jobs.iter().any(|open| open.status == DRAFT) {
        Nothing::NotLaunched
    } else if jobs.is_empty() && mine.is_empty() {
        Nothing::NoJob
    } else {
        Nothing::Done
    }
}
