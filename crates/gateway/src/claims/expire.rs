//! Tasks that were taken and with which nothing was done go back when their time is over. What the index knows of them is read
//! here for that alone, never for an answer.

use std::time::Duration;

use portal_model::{
    api::audit::Outcome,
    id::{FileId, ProjectId, TaskId, UserId},
    task::TaskStatus,
};
use serde_json::json;
use sqlx::Row;

use super::{Claims, Error, seen};
use crate::{
    audit::{Actor, Intent},
    clock::wire,
};

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(60);

/// A claim whose time is over.
struct Due {
    task: TaskId,
    project: ProjectId,
    user: UserId,
    seen: String,
    file: FileId,
    hours: Option<i64>,
}

impl Claims {
    /// Looks for ever.
    pub async fn keep_time(&self) {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = self.expire().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "claims.unexpired");
            }
        }
    }

    /// Gives back what is due, and forgets what is over. Answers how many tasks went back.
    ///
    /// # Errors
    /// Any [`Error`]; what is left is tried again the next time.
    pub async fn expire(&self) -> Result<usize, Error> {
        // Whose task it is no longer, or is finished: nothing is left of the claim. So with what was given back and is finished.
        sqlx::query(
            "DELETE FROM claim WHERE NOT EXISTS (SELECT 1 FROM task_person p JOIN task t ON t.id = p.task WHERE p.task = claim.task
               AND p.project = claim.project AND p.user = claim.user AND p.part & 1
               AND t.status NOT IN ('complete', 'archived'))",
        )
        .execute(self.store.pool())
        .await?;
        sqlx::query(
            "DELETE FROM given_back WHERE NOT EXISTS (SELECT 1 FROM task t WHERE t.id = given_back.task
               AND t.status NOT IN ('complete', 'archived'))",
        )
        .execute(self.store.pool())
        .await?;
        let rows = sqlx::query(
            "SELECT c.task, c.project, c.user, c.seen, t.file, s.claim_hours FROM claim c JOIN task t ON t.id = c.task
             LEFT JOIN job_setting s ON s.job = t.job WHERE c.expires <= ? ORDER BY c.expires LIMIT 200",
        )
        .bind(wire(self.clock.now()).0)
        .fetch_all(self.store.pool())
        .await?;
        let due = rows.iter().map(|row| Due {
            task: TaskId(row.get("task")),
            project: ProjectId(row.get("project")),
            user: UserId(row.get("user")),
            seen: row.get("seen"),
            file: FileId(row.get("file")),
            hours: row.get("claim_hours"),
        });
        let mut gone = 0;
        for due in due {
            gone += usize::from(self.expire_one(due).await?);
        }
        Ok(gone)
    }

    async fn expire_one(&self, due: Due) -> Result<bool, Error> {
        let now = self.sync.read_task(&due.project, due.file, due.task).await?;
        let Some(now) = now.filter(|task| task.assignees.contains(&due.user)) else {
            self.forget(due.task, due.user).await?;
            return Ok(false);
        };
        let is_now = seen(&now);
        let idle = is_now == due.seen && matches!(now.status, TaskStatus::Available | TaskStatus::InProgress);
        // Something was done, or the admin no longer wants an end: it goes on from here.
        if !idle || due.hours.is_none() {
            sqlx::query("UPDATE claim SET expires = ?, seen = ? WHERE task = ? AND user = ?")
                .bind(self.expires(due.hours).map(|at| at.0))
                .bind(is_now)
                .bind(due.task.0)
                .bind(due.user.0)
                .execute(self.store.pool())
                .await?;
            return Ok(false);
        }
        let intent = Intent {
            project: &due.project,
            action: "claim.expire",
            subject: format!("task {}", due.task),
            detail: json!({"task": due.task, "user": due.user}),
            request_id: None,
        };
        // Without a line nobody is taken off their task.
        let Ok(line) = self.audit.begin(&Actor::Command, intent).await else { return Ok(false) };
        let done = self.put_back(&due.project, (due.task, due.file), due.user, &now.status).await;
        let outcome = if done.is_ok() { Outcome::Done } else { Outcome::Incomplete };
        if let Err(error) = self.audit.end(line, outcome, &json!(null)).await {
            tracing::error!(error = &error as &dyn std::error::Error, "claims.audit");
        }
        done.map(|()| true)
    }
}
