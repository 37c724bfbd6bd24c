//! What is known about Diffgram, in the store. Written by `sync`, read only through a scope of `policy`. Rows stand
//! in the store; what they are asked by stands in memory as well ([`columns`]).

mod batch;
mod columns;
mod differ;
mod explore;
mod files;
mod fold;
mod frames;
mod issues;
mod jobs;
mod links;
mod mine;
mod news;
mod next;
mod order;
mod parts;
mod people;
mod questions;
mod read;
mod reading;
mod state;
#[cfg(test)]
mod tests;
mod write;

use portal_model::id::{ProjectId, TaskId, UserId};

use crate::store::Store;

pub(crate) use columns::next::{can_be_taken, is_unfinished};
pub use explore::FileInSight;
pub(crate) use explore::compare::{Cell, Limits, Question};
pub(crate) use explore::uses::Touched;
pub(crate) use files::{Found, Undrawn};
pub use fold::fold;
pub(crate) use frames::{DueVideo, Stretch};
pub(crate) use issues::Gone;
pub(crate) use jobs::{ACTIVE, DRAFT, OpenJob, Set};
pub use links::{IssuePlace, Named};
pub use mine::{Days, TasksAsked};
pub(crate) use next::{Free, Standing};
pub(crate) use order::Reading;
pub use reading::FilesRead;
pub use state::SyncState;

/// The store did not answer.
#[derive(Debug, thiserror::Error)]
#[error("the index cannot be read or written")]
pub struct Error(#[from] sqlx::Error);

/// The index. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Index {
    store: Store,
    columns: columns::Shared,
    order: std::sync::Arc<std::sync::Mutex<order::Order>>,
}

/// A task came, changed, or went; who had to do with it before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The project.
    pub project: ProjectId,
    /// The task.
    pub task: TaskId,
    /// People who could see it before.
    pub before: Vec<UserId>,
    /// People who can see it now.
    pub after: Vec<UserId>,
}

impl Index {
    /// Over a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, columns: columns::Shared::default(), order: std::sync::Arc::default() }
    }

    fn pool(&self) -> &sqlx::SqlitePool {
        self.store.pool()
    }
}
