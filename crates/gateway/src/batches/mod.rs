//! Batches: many tasks given to people, or taken away, in one order of a reviewer or an admin. The work goes on whether or not
//! the page waits; where each task stands is in the store, so that progress survives a reload, what failed can be tried again,
//! and undo puts back exactly what was before.

mod rows;
mod work;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::StatusCode;
use portal_model::{
    api::acting::{Batch, MAX_BATCH, NewBatch},
    problem::ProblemType,
};
use tokio_util::sync::CancellationToken;

use crate::{
    audit::{self, Actor, Audit},
    clock::{Handle, SharedClock},
    index,
    policy::Scope,
    problem::Reply,
    session::person::PersonId,
    store::Store,
    sync::Sync,
};

/// People of one order at the most.
const MAX_PEOPLE: usize = 50;
/// Orders of one person under way at the most.
const AT_ONCE: usize = 3;

/// Why an order was not taken, or is not told of.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown, or not theirs.
    #[error("no such batch")]
    NotFound,
    /// Users may not give tasks to people.
    #[error("not a reviewer or admin of any project")]
    Forbidden,
    /// The order makes no sense.
    #[error("invalid order: {0}")]
    Invalid(String),
    /// They have as many under way as they may, or this one is.
    #[error("under way")]
    Busy,
    /// The store did not answer.
    #[error("batches cannot be read or written")]
    Store(#[from] sqlx::Error),
    /// The index did not answer.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// The audit did not take the line: nothing is changed.
    #[error(transparent)]
    Audit(#[from] audit::Error),
}

impl From<Error> for Reply {
    fn from(error: Error) -> Self {
        match &error {
            Error::NotFound => Self::not_found("This batch does not exist or is not yours."),
            Error::Forbidden => Self::forbidden("This is for reviewers and admins of a project."),
            Error::Invalid(why) => Self::invalid(why),
            Error::Busy => Self::new(
                StatusCode::CONFLICT,
                ProblemType::Conflict,
                "Under way",
                "Another change of yours is still under way. Wait for it to end, then try again.",
            ),
            Error::Store(_) | Error::Index(_) | Error::Audit(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "batches.failed");
                Self::store_unavailable()
            }
        }
    }
}

/// Who gives an order, and what they may do.
#[derive(Clone, Debug)]
pub struct By {
    /// The index as they see it.
    pub scope: Scope,
    /// Whose batch it is.
    pub person: PersonId,
    /// For the audit.
    pub actor: Actor,
    /// Names the request.
    pub request_id: Option<String>,
}

/// All batches. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Batches {
    store: Store,
    clock: Handle,
    audit: Audit,
    sync: Sync,
    stop: CancellationToken,
    /// Those under way, with whose they are. What waits in the store and is not among them was cut off.
    under_way: Arc<Mutex<HashSet<(String, String)>>>,
}

impl Batches {
    /// Over a store.
    #[must_use]
    pub fn new(store: Store, clock: SharedClock, audit: Audit, sync: Sync, stop: CancellationToken) -> Self {
        Self { store, clock: Handle(clock), audit, sync, stop, under_way: Arc::default() }
    }

    /// Takes an order, and begins with it.
    ///
    /// # Errors
    /// See [`Error`]; then nothing was begun.
    pub async fn begin(&self, by: By, new: &NewBatch) -> Result<Batch, Error> {
        if !by.scope.may_assign_somewhere() {
            return Err(Error::Forbidden);
        }
        if new.tasks.is_empty() || new.tasks.len() > MAX_BATCH {
            return Err(Error::Invalid(format!("tasks is 1 to {MAX_BATCH} ids.")));
        }
        if new.add.len() + new.remove.len() > MAX_PEOPLE {
            return Err(Error::Invalid(format!("add and remove together are {MAX_PEOPLE} people at the most.")));
        }
        if new.add.is_empty() && new.remove.is_empty() && !new.clear {
            return Err(Error::Invalid("Nothing to do: name people to add or to remove, or clear.".into()));
        }
        if self.of(&by.person) >= AT_ONCE {
            return Err(Error::Busy);
        }
        let id = self.write(&by.person, new).await?;
        self.go_on(id, by).await
    }

    /// Tries again what failed.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retry(&self, by: By, id: &str) -> Result<Batch, Error> {
        self.own(&by.person, id).await?;
        if self.is_under_way(id) || self.of(&by.person) >= AT_ONCE {
            return Err(Error::Busy);
        }
        self.forget_failures(id).await?;
        self.go_on(id.to_owned(), by).await
    }

    /// Another batch that puts back what this one changed.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn undo(&self, by: By, id: &str) -> Result<Batch, Error> {
        self.own(&by.person, id).await?;
        if self.is_under_way(id) || self.of(&by.person) >= AT_ONCE {
            return Err(Error::Busy);
        }
        let undo = self.write_undo(&by.person, id).await?;
        self.go_on(undo, by).await
    }

    /// How far a batch is.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(&self, scope: &Scope, person: &PersonId, id: &str) -> Result<Batch, Error> {
        self.own(person, id).await?;
        self.read(scope, id).await
    }

    async fn go_on(&self, id: String, by: By) -> Result<Batch, Error> {
        let key = (by.person.0.clone(), id.clone());
        self.ways().insert(key.clone());
        let scope = by.scope.clone();
        let (batches, name) = (self.clone(), id.clone());
        tokio::spawn(async move {
            // Gone also when the work panics: it would look as if it went on for ever.
            let _ended = Ended(batches.clone(), key);
            let work = batches.run(&name, &by);
            if let Some(Err(error)) = batches.stop.run_until_cancelled(work).await {
                tracing::error!(error = &error as &dyn std::error::Error, "batches.broke");
            }
        });
        self.read(&scope, &id).await
    }

    fn ways(&self) -> std::sync::MutexGuard<'_, HashSet<(String, String)>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, person: &PersonId) -> usize {
        self.ways().iter().filter(|(whose, _)| *whose == person.0).count()
    }

    fn is_under_way(&self, id: &str) -> bool {
        self.ways().iter().any(|(_, known)| known == id)
    }
}

/// Takes a batch off the list of those under way.
struct Ended(Batches, (String, String));

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.ways().remove(&self.1);
    }
}
