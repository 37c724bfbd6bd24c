//! How far the reading of each project has come.

use portal_model::{id::ProjectId, time::Timestamp};
use sqlx::Row;

use super::{Error, Index};

/// How far the reading of a project has come. Kept in the store, so that a restart goes on where it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// The project's name for people.
    pub name: String,
    /// Whether its members have been read.
    pub members_read: bool,
    /// Whether one full reading has ended well.
    pub complete: bool,
    /// The full reading under way, or the last one.
    pub pass: i64,
    /// Which page it reads next.
    pub next_page: u32,
    /// How many tasks Diffgram says there are.
    pub total: u32,
    /// When all was known to be true.
    pub as_of: Option<Timestamp>,
}

impl Index {
    /// The state of a project; a fresh one when it was never read.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sync_state(&self, project: &ProjectId) -> Result<SyncState, Error> {
        let row = sqlx::query(
            "SELECT name, members_read, complete, pass, next_page, total, as_of FROM sync_state WHERE project = ?",
        )
        .bind(&project.0)
        .fetch_optional(self.pool())
        .await?;
        Ok(row.map_or_else(
            || SyncState { name: project.0.clone(), pass: 1, ..SyncState::default() },
            |row| SyncState {
                name: row.get("name"),
                members_read: row.get::<Option<String>, _>("members_read").is_some(),
                complete: row.get("complete"),
                pass: row.get("pass"),
                next_page: row.get("next_page"),
                total: row.get("total"),
                as_of: row.get::<Option<String>, _>("as_of").map(Timestamp),
            },
        ))
    }

    /// Stores a project's state.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn put_sync_state(
        &self,
        project: &ProjectId,
        state: &SyncState,
        now: &Timestamp,
    ) -> Result<(), Error> {
        sqlx::query(
            "INSERT OR REPLACE INTO sync_state (project, name, members_read, complete, pass, next_page, total, as_of)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&project.0)
        .bind(&state.name)
        .bind(state.members_read.then_some(&now.0))
        .bind(state.complete)
        .bind(state.pass)
        .bind(state.next_page)
        .bind(state.total)
        .bind(state.as_of.as_ref().map(|at| &at.0))
        .execute(self.pool())
        .await?;
        Ok(())
    }

    /// How many tasks a full reading has seen.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn seen_by(&self, project: &ProjectId, pass: i64) -> Result<u32, Error> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM task WHERE project = ? AND pass = ?")
            .bind(&project.0)
            .bind(pass)
            .fetch_one(self.pool())
            .await?)
    }
}
