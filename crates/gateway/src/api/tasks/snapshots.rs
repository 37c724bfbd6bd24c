//! Lists of ids that windows are cut from, so that any row can be jumped to and pages fit together (`design.md` §7).

use std::{sync::Arc, time::Duration};

use crate::{
    policy::Only,
    session::person::{Person, PersonId},
};

/// A list of one person, for one query.
#[derive(Debug)]
pub struct Snapshot {
    owner: PersonId,
    /// In a frame: what the session was bound to.
    only: Only,
    question: String,
    /// The ids, in order.
    pub ids: Vec<i64>,
}

/// The lists of everybody, for some minutes each, within a bound of memory.
#[derive(Clone, Debug)]
pub struct Snapshots {
    cache: moka::future::Cache<String, Arc<Snapshot>>,
}

impl Default for Snapshots {
    fn default() -> Self {
        let cache = moka::future::Cache::builder()
            // 16 million ids: 128 MB at the most.
            .weigher(|_, snapshot: &Arc<Snapshot>| {
                u32::try_from(snapshot.ids.len()).unwrap_or(u32::MAX).saturating_add(64)
            })
            .max_capacity(16_000_000)
            .time_to_idle(Duration::from_secs(600))
            .build();
        Self { cache }
    }
}

impl Snapshots {
    /// The list with this name, if it is this person's and of this question: what was asked, in words that differ when the lists do.
    pub async fn find(&self, name: &str, owner: &Person, question: &str) -> Option<Arc<Snapshot>> {
        let found = self.cache.get(name).await?;
        (found.owner == owner.id && found.only == owner.only && found.question == question).then_some(found)
    }

    /// Keeps a list and names it.
    pub async fn keep(&self, owner: &Person, question: String, ids: Vec<i64>) -> (String, Arc<Snapshot>) {
        let name = crate::random_token();
        let snapshot = Arc::new(Snapshot { owner: owner.id.clone(), only: owner.only.clone(), question, ids });
        self.cache.insert(name.clone(), snapshot.clone()).await;
        (name, snapshot)
    }
}
