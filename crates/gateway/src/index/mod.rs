//! What is known about Diffgram, in the store: projects, members, jobs, model runs, tasks.
//!
//! Two handles: [`Index`] reads, and everything about tasks only through a [`ScopeFilter`](crate::policy::ScopeFilter), which
//! nobody but `policy` can make; [`Writer`] is given to `sync` alone.

pub mod fold;
mod people;
mod read;
mod row;
mod state;
mod write;

use crate::store::Store;

pub use people::KnownMember;
pub use read::{Listing, Mine};
pub use row::{IndexedTask, part_of};
pub use state::{Phase, SyncState};
pub use write::{Change, Remembered, mark_text};

/// The store could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the index cannot be read or written")]
pub struct Error(
    /// What the store said.
    #[from]
    #[source]
    sqlx::Error,
);

/// Reads what is known. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Index {
    store: Store,
}

/// Writes what is known, and reads it without a scope. Only `sync` gets one.
#[derive(Clone, Debug)]
pub struct Writer {
    store: Store,
}

/// Opens the index of a store: the handle for everybody, and the one for `sync`.
#[must_use]
pub fn open(store: &Store) -> (Index, Writer) {
    (Index { store: store.clone() }, Writer { store: store.clone() })
}
