//! Who changed what: a line before each change, completed after it. Nothing here is ever removed or rewritten; the store's own
//! triggers refuse that.

use portal_model::{
    api::audit::{AuditLine, Outcome},
    id::ProjectId,
    time::Timestamp,
};
use serde::Serialize;
use sqlx::{AssertSqlSafe, Row};

use crate::{
    clock::{Handle, SharedClock, wire},
    keys::Key,
    session::person::Person,
    store::Store,
};

/// The store did not answer.
#[derive(Debug, thiserror::Error)]
#[error("the audit cannot be read or written")]
pub struct Error(#[from] sqlx::Error);

/// Who makes a change.
#[derive(Clone, Debug)]
pub enum Actor {
    /// A signed-in person.
    Person(Box<Person>),
    /// A host app or a script, by its key.
    Key(Box<Key>),
    /// Somebody at the gateway's command line.
    Command,
}

impl Actor {
    /// Names it for good.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Person(person) => format!("person {}", person.id.0),
            Self::Key(key) => format!("key {}", key.id),
            Self::Command => "command".to_owned(),
        }
    }

    /// What it is called. Untrusted text.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person(person) => &person.name,
            Self::Key(key) => &key.name,
            Self::Command => "command line",
        }
    }
}

/// What is about to be changed.
#[derive(Clone, Debug)]
pub struct Intent<'a, T> {
    /// The project.
    pub project: &'a ProjectId,
    /// For example `attribute.edit`.
    pub action: &'static str,
    /// For example `attribute 12`.
    pub subject: String,
    /// What exactly.
    pub detail: T,
    /// Names the request.
    pub request_id: Option<String>,
}

/// The audit.
#[derive(Clone, Debug)]
pub struct Audit {
    store: Store,
    clock: Handle,
}

/// A line that waits for how the change ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a line is completed by `end`"]
pub struct Line(pub i64);

impl Audit {
    /// Over a store.
    #[must_use]
    pub fn new(store: Store, clock: SharedClock) -> Self {
        Self { store, clock: Handle(clock) }
    }

    /// Writes the line before the change. If this fails, the change must not be made.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn begin<T: Serialize + Sync>(&self, actor: &Actor, intent: Intent<'_, T>) -> Result<Line, Error> {
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO audit (at, actor, actor_name, project, action, subject, detail, request_id)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(wire(self.clock.now()).0)
        .bind(actor.id())
        .bind(actor.name())
        .bind(&intent.project.0)
        .bind(intent.action)
        .bind(intent.subject)
        .bind(serde_json::to_string(&intent.detail).unwrap_or_else(|_| "null".into()))
        .bind(intent.request_id)
        .fetch_one(self.store.pool())
        .await?;
        Ok(Line(id))
    }

    /// Completes a line, once.
    ///
    /// # Errors
    /// When the store does not answer, or the line was completed before.
    pub async fn end(&self, line: Line, outcome: Outcome, result: &(impl Serialize + Sync)) -> Result<(), Error> {
        let done = sqlx::query("UPDATE audit SET outcome = ?, ended = ?, result = ? WHERE id = ?")
            .bind(word(outcome))
            .bind(wire(self.clock.now()).0)
            .bind(serde_json::to_string(result).unwrap_or_else(|_| "null".into()))
            .bind(line.0)
            .execute(self.store.pool())
            .await?;
        if done.rows_affected() == 0 { Err(sqlx::Error::RowNotFound.into()) } else { Ok(()) }
    }

    /// Lines of these projects, newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn lines(
        &self,
        projects: &[&ProjectId],
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditLine>, Error> {
        const SQL: &str =
            "SELECT id, at, actor, actor_name, project, action, subject, detail, request_id, outcome FROM audit
             WHERE project IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3";
        let rows = sqlx::query(AssertSqlSafe(SQL))
            .bind(serde_json::to_string(projects).unwrap_or_else(|_| "[]".into()))
            .bind(before)
            .bind(limit)
            .fetch_all(self.store.pool())
            .await?;
        Ok(rows
            .iter()
            .map(|row| AuditLine {
                id: row.get("id"),
                at: Timestamp(row.get("at")),
                actor: row.get("actor_name"),
                by_key: row.get::<String, _>("actor").starts_with("key "),
                project: ProjectId(row.get("project")),
                action: row.get("action"),
                subject: row.get("subject"),
                detail: row.get("detail"),
                outcome: outcome(row.get::<Option<String>, _>("outcome").as_deref()),
                request_id: row.get("request_id"),
            })
            .collect())
    }
}

fn word(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Done => Some("done"),
        Outcome::Refused => Some("refused"),
        Outcome::Incomplete => Some("incomplete"),
        Outcome::Open => None,
    }
}

fn outcome(word: Option<&str>) -> Outcome {
    match word {
        Some("done") => Outcome::Done,
        Some("refused") => Outcome::Refused,
        Some(_) => Outcome::Incomplete,
        None => Outcome::Open,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test]
    async fn aut_15_lines_are_completed_once_and_never_change_or_go() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("s")).await.unwrap();
        let audit = Audit::new(store.clone(), Arc::new(SystemClock));
        let project = ProjectId("acme-vision".into());
        let intent = Intent {
            project: &project,
            action: "attribute.edit",
            subject: "attribute 12".into(),
            detail: "<b>",
            request_id: None,
        };
        let line = audit.begin(&Actor::Command, intent).await.unwrap();
        let read = async |before| audit.lines(&[&project], before, 10).await.unwrap();
        assert_eq!(read(None).await[0].outcome, Outcome::Open);
        audit.end(line, Outcome::Done, &1).await.unwrap();
        assert_eq!(read(None).await[0].outcome, Outcome::Done);
        assert!(read(Some(line.0)).await.is_empty());
        assert!(audit.lines(&[&ProjectId("globex-lab".into())], None, 10).await.unwrap().is_empty());

        assert!(audit.end(line, Outcome::Refused, &2).await.is_err(), "a second end");
        for sql in ["DELETE FROM audit", "UPDATE audit SET detail = 'x'", "UPDATE audit SET outcome = NULL"] {
            assert!(sqlx::query(sql).execute(store.pool()).await.is_err(), "{sql}");
        }
        assert_eq!(read(None).await[0].detail, "\"<b>\"");
    }
}
