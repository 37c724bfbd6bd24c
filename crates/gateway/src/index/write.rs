//! Writing what was read. Every function tells what really changed.

use std::collections::BTreeSet;

use portal_diffgram::types::{FileTimes, Member, ModelRun, Task};
use portal_model::{
    id::{ProjectId, TaskId, UserId},
    task::{Part, Tab, TaskStatus},
};
use sqlx::{Row, Sqlite, SqliteConnection, Transaction};

use super::{Change, Error, Index, files::put_file, fold};
use crate::session::claims::fold_email;

/// Number of a tab in the store; archived tasks have none.
pub(super) fn tab_number(status: &TaskStatus, part: Part) -> Option<i64> {
    Tab::of(status, part).map(|tab| match tab {
        Tab::Todo => 0,
        Tab::InReview => 1,
        Tab::Done => 2,
        Tab::All => 3,
    })
}

pub(super) fn part_number(part: Part) -> i64 {
    match part {
        Part::Assignee => 1,
        Part::Reviewer => 2,
        Part::Both => 3,
    }
}

/// Everybody on a task with their part.
fn people(task: &Task) -> Vec<(UserId, Part)> {
    let mut people: Vec<(UserId, Part)> = task
        .assignees
        .iter()
        .map(|user| (*user, if task.reviewers.contains(user) { Part::Both } else { Part::Assignee }))
        .chain(task.reviewers.iter().filter(|user| !task.assignees.contains(user)).map(|user| (*user, Part::Reviewer)))
        .collect();
    people.sort_unstable_by_key(|(user, _)| *user);
    people
}

/// The reading as one text: two equal ones change nothing. The file's times are left out: they change when somebody draws, which
/// is no change of the task.
fn print(task: &Task) -> String {
    format!("{:?}", Task { file_times: FileTimes::default(), ..task.clone() })
}

impl Index {
    /// Takes the write lock at once. A transaction that reads first and writes later fails as soon as another one has written
    /// meanwhile, without waiting; this one waits its turn.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, Error> {
        Ok(self.pool().begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Stores rows as read just now. With a pass, they count as seen by it.
    ///
    /// # Errors
    /// When the store does not answer; then none of the rows is stored.
    pub(crate) async fn put_tasks(
        &self,
        project: &ProjectId,
        tasks: &[Task],
        pass: Option<i64>,
    ) -> Result<Vec<Change>, Error> {
        let mut changes = Vec::new();
        let mut tx = self.begin().await?;
        for task in tasks {
            if let Some(change) = put(&mut tx, project, task, pass).await? {
                changes.push(change);
            }
        }
        tx.commit().await?;
        Ok(changes)
    }

    /// Takes tasks out of everybody's lists: they were archived or are gone.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn remove_tasks(&self, project: &ProjectId, ids: &[TaskId]) -> Result<Vec<Change>, Error> {
        let mut changes = Vec::new();
        let mut tx = self.begin().await?;
        for id in ids {
            let before = users_of(&mut tx, project, *id).await?;
            let gone = sqlx::query("DELETE FROM task WHERE id = ? AND project = ?")
                .bind(id.0)
                .bind(&project.0)
                .execute(&mut *tx)
                .await?;
            if gone.rows_affected() > 0 {
                changes.push(Change { project: project.clone(), task: *id, before, after: Vec::new() });
            }
        }
        tx.commit().await?;
        Ok(changes)
    }

    /// Ends a full reading: tasks that it did not see count as missing, and go when that happens twice in a row.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn end_pass(&self, project: &ProjectId, pass: i64) -> Result<Vec<Change>, Error> {
        sqlx::query("UPDATE task SET missing = CASE WHEN pass = ?1 THEN 0 ELSE missing + 1 END WHERE project = ?2")
            .bind(pass)
            .bind(&project.0)
            .execute(self.pool())
            .await?;
        let gone: Vec<i64> = sqlx::query_scalar("SELECT id FROM task WHERE project = ? AND missing >= 2")
            .bind(&project.0)
            .fetch_all(self.pool())
            .await?;
        let gone: Vec<TaskId> = gone.into_iter().map(TaskId).collect();
        self.remove_tasks(project, &gone).await
    }

    /// Marks tasks as seen by a full reading without changing them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn see(&self, project: &ProjectId, ids: &[TaskId], pass: i64) -> Result<(), Error> {
        let ids = serde_json::to_string(ids).unwrap_or_default();
        sqlx::query("UPDATE task SET pass = ? WHERE project = ? AND id IN (SELECT value FROM json_each(?))")
            .bind(pass)
            .bind(&project.0)
            .bind(ids)
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// Stores the members, whole: whoever is not among them is none any more. Answers the folded addresses that came, went, or
    /// belong to another user now.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_members(&self, project: &ProjectId, members: &[Member]) -> Result<BTreeSet<String>, Error> {
        let mut tx = self.begin().await?;
        let before: BTreeSet<(i64, String)> = sqlx::query_as("SELECT user, email FROM member WHERE project = ?")
            .bind(&project.0)
            .fetch_all(&mut *tx)
            .await?
            .into_iter()
            .collect();
        sqlx::query("DELETE FROM member WHERE project = ?").bind(&project.0).execute(&mut *tx).await?;
        let mut after = BTreeSet::new();
        for member in members {
            // An address that cannot be compared matches nobody.
            let email = fold_email(&member.email).unwrap_or_default();
            after.insert((member.user.0, email.clone()));
            sqlx::query("INSERT OR REPLACE INTO member (project, user, member, email, name) VALUES (?, ?, ?, ?, ?)")
                .bind(&project.0)
                .bind(member.user.0)
                .bind(member.member.0)
                .bind(email)
                .bind(&member.name)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(before.symmetric_difference(&after).map(|(_, email)| email.clone()).collect())
    }

    /// Stores the model runs.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn put_runs(&self, project: &ProjectId, runs: &[ModelRun]) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        for run in runs {
            sqlx::query("INSERT OR REPLACE INTO model_run (id, project, name, name_key) VALUES (?, ?, ?, ?)")
                .bind(run.id.0)
                .bind(&project.0)
                .bind(&run.name)
                .bind(fold(&run.name))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

async fn users_of(tx: &mut SqliteConnection, project: &ProjectId, task: TaskId) -> Result<Vec<UserId>, sqlx::Error> {
    let users: Vec<i64> =
        sqlx::query_scalar("SELECT user FROM task_person WHERE task = ? AND project = ? ORDER BY user")
            .bind(task.0)
            .bind(&project.0)
            .fetch_all(tx)
            .await?;
    Ok(users.into_iter().map(UserId).collect())
}

async fn put(
    tx: &mut SqliteConnection,
    project: &ProjectId,
    task: &Task,
    pass: Option<i64>,
) -> Result<Option<Change>, sqlx::Error> {
    let old = sqlx::query("SELECT print, pass, project FROM task WHERE id = ?")
        .bind(task.id.0)
        .fetch_optional(&mut *tx)
        .await?;
    let print = print(task);
    if let Some(old) = &old
        && old.get::<String, _>("print") == print
    {
        if let Some(changed) = &task.file_times.changed {
            sqlx::query("UPDATE file SET changed = ? WHERE id = ? AND changed <> ?")
                .bind(&changed.0)
                .bind(task.file.id.0)
                .bind(&changed.0)
                .execute(&mut *tx)
                .await?;
        }
        if let Some(pass) = pass.filter(|pass| *pass != old.get::<i64, _>("pass")) {
            sqlx::query("UPDATE task SET pass = ? WHERE id = ?").bind(pass).bind(task.id.0).execute(&mut *tx).await?;
        }
        return Ok(None);
    }
    let before = users_of(tx, project, task.id).await?;
    let file = &task.file;
    put_file(tx, project, file, &task.file_times).await?;
    let dataset = task.dataset.as_ref();
    if let Some(dataset) = dataset {
        // Named by a task: listed or not, people may ask by it.
        sqlx::query("INSERT OR IGNORE INTO dataset (id, project, name, name_key, listed) VALUES (?, ?, ?, ?, 0)")
            .bind(dataset.id.0)
            .bind(&project.0)
            .bind(&dataset.name)
            .bind(fold(&dataset.name))
            .execute(&mut *tx)
            .await?;
    }
    let search = fold(&format!(
        "{} {} {} {} {} {} {}",
        file.name,
        task.job.name,
        dataset.map_or("", |dataset| &dataset.name),
        task.id,
        file.id,
        task.job.id,
        dataset.map(|dataset| dataset.id.to_string()).unwrap_or_default()
    ));
    sqlx::query(
        "INSERT INTO task (id, project, file, job, job_name, dataset, dataset_name, status, created, updated, completed, search,
           name_key, job_key, print, pass, missing)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, coalesce(?16, 0), 0)
         ON CONFLICT (id) DO UPDATE SET project = excluded.project, file = excluded.file, job = excluded.job,
           job_name = excluded.job_name, dataset = excluded.dataset, dataset_name = excluded.dataset_name,
           status = excluded.status, created = excluded.created, updated = excluded.updated, completed = excluded.completed,
           search = excluded.search, name_key = excluded.name_key, job_key = excluded.job_key, print = excluded.print,
           pass = coalesce(?16, task.pass), missing = 0",
    )
    .bind(task.id.0)
    .bind(&project.0)
    .bind(file.id.0)
    .bind(task.job.id.0)
    .bind(&task.job.name)
    .bind(dataset.map(|dataset| dataset.id.0))
    .bind(dataset.map(|dataset| &dataset.name))
    .bind(task.status.as_str())
    .bind(&task.created.0)
    .bind(&task.updated.0)
    .bind(task.completed.as_ref().map(|at| &at.0))
    .bind(search)
    .bind(fold(&file.name))
    .bind(fold(&task.job.name))
    .bind(print)
    .bind(pass)
    .execute(&mut *tx)
    .await?;
    sqlx::query("DELETE FROM task_person WHERE task = ?").bind(task.id.0).execute(&mut *tx).await?;
    let mut after = Vec::new();
    for (user, part) in people(task) {
        let Some(tab) = tab_number(&task.status, part) else { continue };
        sqlx::query("INSERT INTO task_person (project, user, task, part, tab) VALUES (?, ?, ?, ?, ?)")
            .bind(&project.0)
            .bind(user.0)
            .bind(task.id.0)
            .bind(part_number(part))
            .bind(tab)
            .execute(&mut *tx)
            .await?;
        after.push(user);
    }
    Ok(Some(Change { project: project.clone(), task: task.id, before, after }))
}
