//! Taking tasks and giving them back. What is taken is noted here, so that it can be given back, by the person or by its time; who
//! may take what is decided by `policy`, and whether it worked by Diffgram (`docs/next.md`).

mod book;
mod expire;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use portal_diffgram::Error as DiffgramError;
use portal_model::{
    api::next::{GiveBack, Holding, How, Nothing, Take},
    id::{JobId, TaskId},
    task::{Part, TaskRow, TaskStatus},
};

use crate::{
    audit::Audit,
    clock::{Handle, SharedClock},
    index::{self, Free, is_unfinished},
    policy::Scope,
    store::Store,
    sync::{self, Attempt, Sync},
};

/// So many tasks in a row may turn out to be taken before somebody is told to try again: that many others take them this moment.
const TRIES: usize = 30;

/// Why a task was not taken or given back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown, or not theirs to see or take: the answer does not tell which.
    #[error("no such task for them")]
    NotFound,
    /// Somebody else has it now.
    #[error("somebody else was first")]
    Lost,
    /// It was given to them, and they could not take it again: whoever gave it takes it back.
    #[error("it was assigned to them")]
    Assigned,
    /// It is handed over already.
    #[error("it is handed over")]
    HandedOver,
    /// Diffgram did not answer.
    #[error(transparent)]
    Diffgram(#[from] DiffgramError),
    /// The index did not answer.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// Diffgram does not say whether it is still theirs.
    #[error(transparent)]
    Shut(#[from] sync::Shut),
    /// The store did not answer.
    #[error("claims cannot be read or written")]
    Store(#[from] sqlx::Error),
}

impl From<sync::Error> for Error {
    fn from(error: sync::Error) -> Self {
        match error {
            sync::Error::Diffgram(error) => Self::Diffgram(error),
            sync::Error::Index(error) => Self::Index(error),
        }
    }
}

/// The next task of somebody.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// It is theirs, and where it came from.
    Task(Box<TaskRow>, How),
    /// There is none.
    Nothing(Nothing),
}

/// Everything about taking tasks. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Claims {
    store: Store,
    sync: Sync,
    audit: Audit,
    clock: Handle,
    /// Tasks that are being taken this moment: two people never try for the same.
    under_way: Arc<Mutex<HashSet<TaskId>>>,
}

/// Keeps a task for one attempt; dropped when that has ended, however it did.
#[derive(Debug)]
struct Kept {
    all: Arc<Mutex<HashSet<TaskId>>>,
    task: TaskId,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.task);
    }
}

impl Claims {
    /// Over a store.
    #[must_use]
    pub fn new(store: Store, sync: Sync, audit: Audit, clock: SharedClock) -> Self {
        Self { store, sync, audit, clock: Handle(clock), under_way: Arc::default() }
    }

    /// Whether the task is nobody's this moment; it is kept until [`Kept`] is dropped.
    fn keep(&self, task: TaskId) -> bool {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).insert(task)
    }

    fn kept(&self, task: TaskId) -> Kept {
        Kept { all: self.under_way.clone(), task }
    }

    /// What they are to do next: their own first, else one that nobody has, which is theirs then.
    ///
    /// # Errors
    /// Any [`Error`]; nothing is half done but for an answer of Diffgram that got lost, which the next reading finds.
    pub async fn take(&self, scope: &Scope, wanted: Take) -> Result<Found, Error> {
        match wanted.task {
            Some(task) => self.take_this(scope, task).await,
            None => self.take_next(scope, wanted.job).await,
        }
    }

    async fn take_next(&self, scope: &Scope, job: Option<JobId>) -> Result<Found, Error> {
        for (how, task) in scope.own_next(job).await? {
            // At the door: it may have been taken away or handed over meanwhile.
            let Some(row) = scope.task(task).await? else { continue };
            self.sync.at_the_door(&row.project, row.file.id).await?;
            if let Some(row) = scope.task(task).await?
                && how_of(&row) == Some(how)
            {
                return Ok(Found::Task(Box::new(row), how));
            }
        }
        for _ in 0..TRIES {
            let Some(free) = scope.first_free(job, |task| self.keep(task)).await? else {
                return Ok(Found::Nothing(self.nothing(scope, job).await?));
            };
            let kept = self.kept(free.task);
            if let Some(row) = self.attempt(scope, &free).await? {
                return Ok(Found::Task(Box::new(row), How::Taken));
            }
            drop(kept);
        }
        Err(Error::Lost)
    }

    /// Why there is nothing. While Diffgram is being read nobody knows.
    ///
    /// # Errors
    /// When the index does not answer.
    pub async fn nothing(&self, scope: &Scope, job: Option<JobId>) -> Result<Nothing, Error> {
        if !self.sync.freshness(scope.projects()).complete {
            return Ok(Nothing::Reading);
        }
        Ok(scope.nothing(job).await?)
    }

    async fn take_this(&self, scope: &Scope, task: TaskId) -> Result<Found, Error> {
        // What an admin sees besides their own, they take like everybody else.
        if let Some(row) = scope.task(task).await?.filter(|row| row.part != Part::Nobody) {
            let how = how_of(&row).ok_or(Error::HandedOver)?;
            return Ok(Found::Task(Box::new(row), how));
        }
        let free = scope.free(task).await?.ok_or(Error::NotFound)?;
        if !self.keep(task) {
            return Err(Error::Lost);
        }
        let _kept = self.kept(task);
        let row = self.attempt(scope, &free).await?.ok_or(Error::Lost)?;
        Ok(Found::Task(Box::new(row), How::Taken))
    }

    /// Tries for a task that is kept for them.
    async fn attempt(&self, scope: &Scope, free: &Free) -> Result<Option<TaskRow>, Error> {
        let (Some(user), Some(file)) = (scope.user_in(&free.project), free.file) else { return Ok(None) };
        let given_back = self.was_given_back(free.task).await?;
        match self.sync.take(&free.project, (free.task, file), user, given_back).await? {
            Attempt::Taken(task) => {
                self.note(free, user, &seen(&task)).await?;
                Ok(scope.task(free.task).await?)
            }
            Attempt::Lost => Ok(None),
        }
    }

    /// Takes them off a task; with `declined` it is not offered to them again.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn give_back(&self, scope: &Scope, task: TaskId, declined: bool) -> Result<(), Error> {
        let row = scope.task(task).await?.ok_or(Error::NotFound)?;
        // As it is now, not as it was at the door: how far it is decides how it is offered again.
        self.sync.read_task(&row.project, row.file.id, task).await?;
        // An admin sees it, but it is not theirs.
        let row = scope.task(task).await?.filter(|row| row.part != Part::Nobody).ok_or(Error::NotFound)?;
        let user = scope.user_in(&row.project).ok_or(Error::NotFound)?;
        match self.holding(scope, &row).await?.ok_or(Error::Assigned)?.give_back {
            GiveBack::Possible => {}
            GiveBack::Assigned => return Err(Error::Assigned),
            GiveBack::HandedOver => return Err(Error::HandedOver),
        }
        if declined {
            self.decline(&row.project, user, task).await?;
        }
        self.put_back(&row.project, (task, row.file.id), user, &row.status).await
    }

    /// How they hold a task of theirs; `None` when they only review it, or see it as an admin.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn holding(&self, scope: &Scope, row: &TaskRow) -> Result<Option<Holding>, Error> {
        let is_theirs = matches!(row.part, Part::Assignee | Part::Both);
        let Some(user) = scope.user_in(&row.project).filter(|_| is_theirs) else { return Ok(None) };
        let claim = self.claim_of(row.id, user).await?;
        let give_back = if !is_unfinished(&row.status) {
            GiveBack::HandedOver
        } else if claim.is_some() || scope.takes_from(row.job.id).await?.is_some() {
            GiveBack::Possible
        } else {
            GiveBack::Assigned
        };
        let expires = claim.flatten().filter(|_| give_back == GiveBack::Possible);
        Ok(Some(Holding { give_back, expires }))
    }
}

/// What is to be done with a task of theirs; `None`: nothing now.
fn how_of(row: &TaskRow) -> Option<How> {
    match (&row.status, row.part) {
        (TaskStatus::ReviewRequested | TaskStatus::InReview, Part::Reviewer | Part::Both) => Some(How::ToReview),
        (_, Part::Reviewer | Part::Nobody) => None,
        (TaskStatus::RequiresChanges, _) => Some(How::SentBack),
        (TaskStatus::InProgress, _) => Some(How::InProgress),
        (TaskStatus::Created | TaskStatus::Available | TaskStatus::Other(_), _) => Some(How::Assigned),
        _ => None,
    }
}

/// How task and file are: two equal ones mean that nothing was done between them.
fn seen(task: &portal_diffgram::types::Task) -> String {
    let changed = task.file_times.changed.as_ref().map_or("", |at| &at.0);
    format!("{} {} {changed}", task.status.as_str(), task.updated.0)
}
