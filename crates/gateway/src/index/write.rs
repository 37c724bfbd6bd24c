//! Writing tasks: by `sync` only, a page in a transaction, telling what really changed.

use std::{collections::HashMap, sync::Arc};

use portal_diffgram::types::{Job, Task, TaskMark};
use portal_model::{
    id::{FileId, ProjectId, TaskId},
    task::{Tab, TaskStatus},
    time::Timestamp,
};
use sqlx::{Sqlite, Transaction};

use super::{
    Error, IndexedTask, Writer, fold,
    row::{Columns, part_of, part_word, tab_word, users_json},
};

/// A task that is not what it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which one.
    pub id: TaskId,
    /// As it was; `None` when it is new.
    pub before: Option<Arc<IndexedTask>>,
    /// As it is; `None` when it is gone.
    pub after: Option<Arc<IndexedTask>>,
}

/// What a cheap reading is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Where its file is to be read.
    pub file: FileId,
    /// Where it stood.
    pub status: TaskStatus,
    /// When it had last changed.
    pub updated: Timestamp,
    /// The cheap reading it was last compared with, as [`mark_text`] writes it.
    pub mark: Option<String>,
}

/// A cheap reading as text: equal text, nothing changed.
#[must_use]
pub fn mark_text(mark: &TaskMark) -> String {
    format!("{}|{}|{}", mark.status.as_str(), mark.updated, mark.assignee_hint.map_or(0, |u| u.0))
}

type Tx = Transaction<'static, Sqlite>;

fn ids_json(ids: impl Iterator<Item = TaskId>) -> String {
    serde_json::Value::from(ids.map(|id| id.0).collect::<Vec<_>>()).to_string()
}

impl Writer {
    async fn begin(&self) -> Result<Tx, Error> {
        Ok(self.store.pool().begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Writes what Diffgram says about some tasks, in one transaction, and says which really changed. `pass` marks them as met
    /// by that full reading. Rows of another project are never touched (ids are unique per install, so there are none).
    pub(crate) async fn tasks(
        &self,
        project: &ProjectId,
        tasks: &[Task],
        pass: Option<i64>,
    ) -> Result<Vec<Change>, Error> {
        let mut tx = self.begin().await?;
        let changes = write(&mut tx, project, tasks.iter(), pass).await?;
        tx.commit().await?;
        Ok(changes)
    }

    /// Writes a job's new name into its tasks.
    pub(crate) async fn job_renamed(&self, project: &ProjectId, job: &Job) -> Result<Vec<Change>, Error> {
        let mut tx = self.begin().await?;
        let rows: Vec<Columns> =
            sqlx::query_as("SELECT * FROM task WHERE project = ?1 AND job = ?2 AND job_name <> ?3")
                .bind(&project.0)
                .bind(job.id.0)
                .bind(&job.name)
                .fetch_all(&mut *tx)
                .await?;
        let renamed: Vec<Task> = rows
            .into_iter()
            .map(|row| {
                let mut task = IndexedTask::from(row).task;
                task.job.name.clone_from(&job.name);
                task
            })
            .collect();
        let changes = write(&mut tx, project, renamed.iter(), None).await?;
        tx.commit().await?;
        Ok(changes)
    }

    /// What is remembered of these tasks.
    pub(crate) async fn remembered(
        &self,
        project: &ProjectId,
        ids: &[TaskId],
    ) -> Result<HashMap<TaskId, Remembered>, Error> {
        let rows: Vec<(i64, i64, String, String, Option<String>)> = sqlx::query_as(
            "SELECT t.id, t.file, t.status, t.updated, t.mark FROM json_each(?1) w JOIN task t ON t.id = w.value WHERE t.project = ?2",
        )
        .bind(ids_json(ids.iter().copied()))
        .bind(&project.0)
        .fetch_all(self.store.pool())
        .await?;
        Ok(rows
            .into_iter()
            .map(|(id, file, status, updated, mark)| {
                let remembered =
                    Remembered { file: FileId(file), status: status.into(), updated: Timestamp(updated), mark };
                (TaskId(id), remembered)
            })
            .collect())
    }

    /// Remembers cheap readings whose tasks have been compared, and that a sweep met them.
    pub(crate) async fn marked(&self, project: &ProjectId, marks: &[TaskMark]) -> Result<(), Error> {
        let json: Vec<serde_json::Value> = marks.iter().map(|m| serde_json::json!([m.id.0, mark_text(m)])).collect();
        sqlx::query(
            "UPDATE task SET mark = w.value ->> 1 FROM json_each(?1) w
             WHERE task.id = (w.value ->> 0) AND task.project = ?2 AND task.mark IS NOT (w.value ->> 1)",
        )
        .bind(serde_json::Value::from(json).to_string())
        .bind(&project.0)
        .execute(self.store.pool())
        .await?;
        Ok(())
    }

    /// The sweep over everything met these: they are not missing.
    pub(crate) async fn present(&self, project: &ProjectId, ids: &[TaskId], pass: i64) -> Result<(), Error> {
        sqlx::query(
            "UPDATE task SET missing = 0, pass = ?3 FROM json_each(?1) w WHERE task.id = w.value AND task.project = ?2",
        )
        .bind(ids_json(ids.iter().copied()))
        .bind(&project.0)
        .bind(pass)
        .execute(self.store.pool())
        .await?;
        Ok(())
    }

    /// Tasks that are not archived and that a good sweep did not meet: missing once more. Those missing twice are gone.
    pub(crate) async fn absent(&self, project: &ProjectId, pass: i64) -> Result<Vec<Change>, Error> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE task SET missing = missing + 1 WHERE project = ?1 AND pass <> ?2 AND status <> 'archived'")
            .bind(&project.0)
            .bind(pass)
            .execute(&mut *tx)
            .await?;
        let gone: Vec<Columns> = sqlx::query_as("SELECT * FROM task WHERE project = ?1 AND missing >= 2")
            .bind(&project.0)
            .fetch_all(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM task WHERE project = ?1 AND missing >= 2").bind(&project.0).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(gone
            .into_iter()
            .map(|row| {
                let before = IndexedTask::from(row);
                Change { id: before.task.id, before: Some(Arc::new(before)), after: None }
            })
            .collect())
    }

    /// Writes that these tasks are archived, since when.
    pub(crate) async fn archived(
        &self,
        project: &ProjectId,
        since: &HashMap<TaskId, Timestamp>,
    ) -> Result<Vec<Change>, Error> {
        let mut tx = self.begin().await?;
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT t.* FROM json_each(?1) w JOIN task t ON t.id = w.value WHERE t.project = ?2 AND t.status <> 'archived'",
        )
        .bind(ids_json(since.keys().copied()))
        .bind(&project.0)
        .fetch_all(&mut *tx)
        .await?;
        let archived: Vec<Task> = rows
            .into_iter()
            .map(|row| {
                let mut task = IndexedTask::from(row).task;
                task.status = TaskStatus::Archived;
                if let Some(moment) = since.get(&task.id) {
                    task.updated.clone_from(moment);
                }
                task
            })
            .collect();
        let changes = write(&mut tx, project, archived.iter(), None).await?;
        tx.commit().await?;
        Ok(changes)
    }

    /// The tasks of a file that are not archived.
    pub(crate) async fn live_tasks_of_file(&self, project: &ProjectId, file: FileId) -> Result<Vec<TaskId>, Error> {
        let rows: Vec<(i64,)> =
            sqlx::query_as("SELECT id FROM task WHERE project = ?1 AND file = ?2 AND status <> 'archived'")
                .bind(&project.0)
                .bind(file.0)
                .fetch_all(self.store.pool())
                .await?;
        Ok(rows.into_iter().map(|(id,)| TaskId(id)).collect())
    }
}

/// Writes tasks and their people within a transaction.
async fn write<'a>(
    tx: &mut Tx,
    project: &ProjectId,
    tasks: impl Iterator<Item = &'a Task> + Clone,
    pass: Option<i64>,
) -> Result<Vec<Change>, Error> {
    let rows: Vec<Columns> = sqlx::query_as("SELECT t.* FROM json_each(?1) w JOIN task t ON t.id = w.value")
        .bind(ids_json(tasks.clone().map(|t| t.id)))
        .fetch_all(&mut **tx)
        .await?;
    let mut known: HashMap<TaskId, IndexedTask> =
        rows.into_iter().map(IndexedTask::from).map(|known| (known.task.id, known)).collect();
    let mut changes = Vec::new();
    for task in tasks.clone() {
        let after = IndexedTask { project: project.clone(), task: tidy(task) };
        let before = known.remove(&task.id);
        if before.as_ref().is_some_and(|b| *b == after || b.project != *project) {
            continue;
        }
        put(tx, &after, pass).await?;
        // A page may hold a task twice: the second is compared with the first.
        known.insert(task.id, after.clone());
        changes.push(Change { id: task.id, before: before.map(Arc::new), after: Some(Arc::new(after)) });
    }
    if let Some(pass) = pass {
        sqlx::query(
            "UPDATE task SET pass = ?3, missing = 0 FROM json_each(?1) w WHERE task.id = w.value AND task.project = ?2",
        )
        .bind(ids_json(tasks.map(|t| t.id)))
        .bind(&project.0)
        .bind(pass)
        .execute(&mut **tx)
        .await?;
    }
    Ok(changes)
}

/// People in a fixed order, so that two readings of the same can be compared.
fn tidy(task: &Task) -> Task {
    let mut task = task.clone();
    for people in [&mut task.assignees, &mut task.reviewers] {
        people.sort_unstable();
        people.dedup();
    }
    task
}

async fn put(tx: &mut Tx, indexed: &IndexedTask, pass: Option<i64>) -> Result<(), Error> {
    let IndexedTask { project, task } = indexed;
    sqlx::query(
        "INSERT INTO task (id, project, status, job, job_name, dataset, dataset_name, file, file_name, file_kind, file_width,
           file_height, file_frames, file_rate, file_thumb, assignees, reviewers, created, updated, completed, pass)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
         ON CONFLICT (id) DO UPDATE SET status = excluded.status, job = excluded.job, job_name = excluded.job_name,
           dataset = excluded.dataset, dataset_name = excluded.dataset_name, file = excluded.file,
           file_name = excluded.file_name, file_kind = excluded.file_kind, file_width = excluded.file_width,
           file_height = excluded.file_height, file_frames = excluded.file_frames, file_rate = excluded.file_rate,
           file_thumb = excluded.file_thumb, assignees = excluded.assignees, reviewers = excluded.reviewers,
           created = excluded.created, updated = excluded.updated, completed = excluded.completed, missing = 0",
    )
    .bind(task.id.0)
    .bind(&project.0)
    .bind(task.status.as_str())
    .bind(task.job.id.0)
    .bind(&task.job.name)
    .bind(task.dataset.as_ref().map(|d| d.id.0))
    .bind(task.dataset.as_ref().map(|d| d.name.clone()))
    .bind(task.file.id.0)
    .bind(&task.file.name)
    .bind(String::from(task.file.kind.clone()))
    .bind(task.file.width)
    .bind(task.file.height)
    .bind(task.file.frame_count)
    .bind(task.file.frame_rate)
    .bind(task.file.has_thumb)
    .bind(users_json(&task.assignees))
    .bind(users_json(&task.reviewers))
    .bind(&task.created.0)
    .bind(&task.updated.0)
    .bind(task.completed.as_ref().map(|t| t.0.clone()))
    .bind(pass.unwrap_or(0))
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM task_person WHERE task = ?1").bind(task.id.0).execute(&mut **tx).await?;
    let people = indexed.people();
    if people.is_empty() {
        return Ok(());
    }
    let (name_key, job_key, search) = (fold::text(&task.file.name), fold::text(&task.job.name), indexed.search_text());
    for user in people {
        let Some(part) = part_of(task, user) else { continue };
        sqlx::query(
            "INSERT INTO task_person (project, user, task, part, tab, updated, name_key, job_key, search)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )
        .bind(&project.0)
        .bind(user.0)
        .bind(task.id.0)
        .bind(part_word(part))
        .bind(Tab::of(&task.status, part).map(tab_word))
        .bind(&task.updated.0)
        .bind(&name_key)
        .bind(&job_key)
        .bind(&search)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
