//! What is noted about taken tasks.

use jiff::SignedDuration;
use portal_model::{
    id::{FileId, ProjectId, TaskId, UserId},
    task::TaskStatus,
    time::Timestamp,
};

use super::{Claims, Error};
use crate::{clock::wire, index::Free};

impl Claims {
    /// They took it.
    pub(super) async fn note(&self, free: &Free, user: UserId, seen: &str) -> Result<(), sqlx::Error> {
        let mut tx = self.store.pool().begin_with("BEGIN IMMEDIATE").await?;
        let hours: Option<i64> =
            sqlx::query_scalar("SELECT claim_hours FROM job_setting WHERE job = ? AND project = ?")
                .bind(free.job.0)
                .bind(&free.project.0)
                .fetch_optional(&mut *tx)
                .await?
                .flatten();
        sqlx::query("INSERT OR REPLACE INTO claim (task, project, user, at, expires, seen) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(free.task.0)
            .bind(&free.project.0)
            .bind(user.0)
            .bind(wire(self.clock.now()).0)
            .bind(self.expires(hours).map(|at| at.0))
            .bind(seen)
            .execute(&mut *tx)
            .await?;
        // What they took is no news to them, also when the claim is over. Told already is only that the task is theirs.
        sqlx::query("DELETE FROM news WHERE project = ? AND user = ? AND task = ? AND kind = 'assigned'")
            .bind(&free.project.0)
            .bind(user.0)
            .bind(free.task.0)
            .execute(&mut *tx)
            .await?;
        // Who takes it has changed their mind.
        sqlx::query("DELETE FROM declined WHERE project = ? AND user = ? AND task = ?")
            .bind(&free.project.0)
            .bind(user.0)
            .bind(free.task.0)
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM given_back WHERE task = ?").bind(free.task.0).execute(&mut *tx).await?;
        tx.commit().await
    }

    /// When what is done nothing with from now on goes back.
    pub(crate) fn expires(&self, hours: Option<i64>) -> Option<Timestamp> {
        self.clock.now().checked_add(SignedDuration::from_hours(hours?)).ok().map(wire)
    }

    /// The claim of somebody on a task, with when it goes back.
    pub(super) async fn claim_of(&self, task: TaskId, user: UserId) -> Result<Option<Option<Timestamp>>, sqlx::Error> {
        let found: Option<Option<String>> = sqlx::query_scalar("SELECT expires FROM claim WHERE task = ? AND user = ?")
            .bind(task.0)
            .bind(user.0)
            .fetch_optional(self.store.pool())
            .await?;
        Ok(found.map(|expires| expires.map(Timestamp)))
    }

    /// Whether a task was given back while in progress.
    pub(super) async fn was_given_back(&self, task: TaskId) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM given_back WHERE task = ?)")
            .bind(task.0)
            .fetch_one(self.store.pool())
            .await
    }

    /// It is not for them.
    pub(super) async fn decline(&self, project: &ProjectId, user: UserId, task: TaskId) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT OR IGNORE INTO declined (project, user, task) VALUES (?, ?, ?)")
            .bind(&project.0)
            .bind(user.0)
            .bind(task.0)
            .execute(self.store.pool())
            .await
            .map(drop)
    }

    /// Takes somebody off a task at Diffgram, and forgets that they took it.
    pub(super) async fn put_back(
        &self,
        project: &ProjectId,
        (task, file): (TaskId, FileId),
        user: UserId,
        status: &TaskStatus,
    ) -> Result<(), Error> {
        // Diffgram never makes a task available again (`diffgram-api.md` §2.4). Noted before: were it noted after, and that failed,
        // nobody would ever be offered it.
        if *status != TaskStatus::Available {
            sqlx::query("INSERT OR IGNORE INTO given_back (task, project) VALUES (?, ?)")
                .bind(task.0)
                .bind(&project.0)
                .execute(self.store.pool())
                .await?;
        }
        self.sync.give_back(project, (task, file), user).await?;
        self.forget(task, user).await?;
        Ok(())
    }

    /// They do not hold it any more.
    pub(super) async fn forget(&self, task: TaskId, user: UserId) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM claim WHERE task = ? AND user = ?")
            .bind(task.0)
            .bind(user.0)
            .execute(self.store.pool())
            .await
            .map(drop)
    }
}
