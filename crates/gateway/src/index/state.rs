//! How far reading a project has come.

use portal_model::{id::ProjectId, time::Timestamp};

use super::{Error, Writer};

/// What the first reading is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// All tasks but the archived ones.
    Live,
    /// The archived ones.
    Archived,
    /// It is over.
    Done,
}

impl Phase {
    fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Archived => "archived",
            Self::Done => "done",
        }
    }
}

/// How far reading a project has come, as the store remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncState {
    /// What it is busy with.
    pub phase: Phase,
    /// Number of the full reading under way, or of the last one.
    pub pass: i64,
    /// Its next page.
    pub page: u32,
    /// How many tasks its list has; 0 before its first page.
    pub total: u32,
    /// When everything was last known to be true.
    pub as_of: Option<Timestamp>,
}

impl Default for SyncState {
    fn default() -> Self {
        Self { phase: Phase::Live, pass: 1, page: 0, total: 0, as_of: None }
    }
}

impl Writer {
    /// Reads it.
    pub(crate) async fn state(&self, project: &ProjectId) -> Result<SyncState, Error> {
        let row: Option<(String, i64, u32, u32, Option<String>)> =
            sqlx::query_as("SELECT phase, pass, page, total, as_of FROM sync_state WHERE project = ?1")
                .bind(&project.0)
                .fetch_optional(self.store.pool())
                .await?;
        Ok(row.map_or_else(SyncState::default, |(phase, pass, page, total, as_of)| SyncState {
            phase: match phase.as_str() {
                "done" => Phase::Done,
                "archived" => Phase::Archived,
                _ => Phase::Live,
            },
            pass,
            page,
            total,
            as_of: as_of.map(Timestamp),
        }))
    }

    /// Writes it.
    pub(crate) async fn remember(&self, project: &ProjectId, state: &SyncState) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO sync_state (project, phase, pass, page, total, as_of) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (project) DO UPDATE SET phase = excluded.phase, pass = excluded.pass, page = excluded.page,
               total = excluded.total, as_of = excluded.as_of",
        )
        .bind(&project.0)
        .bind(state.phase.word())
        .bind(state.pass)
        .bind(state.page)
        .bind(state.total)
        .bind(state.as_of.as_ref().map(|t| t.0.clone()))
        .execute(self.store.pool())
        .await?;
        Ok(())
    }

    /// How many different tasks a full reading has met.
    pub(crate) async fn met(&self, project: &ProjectId, pass: i64, archived: bool) -> Result<u32, Error> {
        let (count,): (u32,) =
            sqlx::query_as("SELECT count(*) FROM task WHERE project = ?1 AND pass = ?2 AND (status = 'archived') = ?3")
                .bind(&project.0)
                .bind(pass)
                .bind(archived)
                .fetch_one(self.store.pool())
                .await?;
        Ok(count)
    }

    /// How many tasks of a project are known and not archived.
    pub(crate) async fn live_total(&self, project: &ProjectId) -> Result<u32, Error> {
        let (count,): (u32,) = sqlx::query_as("SELECT count(*) FROM task WHERE project = ?1 AND status <> 'archived'")
            .bind(&project.0)
            .fetch_one(self.store.pool())
            .await?;
        Ok(count)
    }
}
