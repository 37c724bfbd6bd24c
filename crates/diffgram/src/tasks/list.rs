//! Full rows of the task list (`diffgram-api.md` §2.1).

use portal_model::{
    id::{DatasetId, FileId, JobId, TaskId, UserId},
    task::{DatasetRef, JobRef, TaskStatus},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Error, ProjectClient,
    transport::Call,
    types::{Task, TaskFilter, TaskPage},
    wire::{Tolerant, WireFile, text, time},
};

#[derive(Deserialize)]
struct Wire {
    task_list: Tolerant<WireTask>,
    /// Missing when a job is named (§13, trap 37).
    #[serde(default)]
    total_count: Option<u32>,
}

#[derive(Deserialize)]
struct WireTask {
    id: i64,
    job: WireJob,
    #[serde(deserialize_with = "text")]
    status: String,
    #[serde(default)]
    incoming_directory: WireDirectory,
    file: WireFile,
    /// `assignee_user_id` beside it is legacy: it shows people who were unassigned, and reviewers (recorded README).
    task_assignees: Vec<WireUser>,
    task_reviewers: Vec<WireUser>,
    #[serde(default, deserialize_with = "text")]
    time_created: String,
    #[serde(default, deserialize_with = "text")]
    time_updated: String,
    #[serde(default, deserialize_with = "text")]
    time_completed: String,
}

#[derive(Deserialize)]
struct WireJob {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireDirectory {
    id: Option<i64>,
    #[serde(deserialize_with = "text")]
    nickname: String,
}

#[derive(Deserialize)]
struct WireUser {
    /// Of the assignment: it counts up.
    #[serde(default)]
    id: i64,
    user_id: i64,
}

impl WireTask {
    fn task(self) -> Option<Task> {
        let created = time(&self.time_created)?;
        let users = |list: Vec<WireUser>| {
            let mut users: Vec<UserId> = list.into_iter().map(|user| UserId(user.user_id)).collect();
            users.sort_unstable();
            users.dedup();
            users
        };
        let first = self.task_assignees.iter().min_by_key(|user| user.id).map(|user| UserId(user.user_id));
        Some(Task {
            id: TaskId(self.id),
            job: JobRef { id: JobId(self.job.id), name: self.job.name },
            dataset: self
                .incoming_directory
                .id
                .map(|id| DatasetRef { id: DatasetId(id), name: self.incoming_directory.nickname }),
            status: TaskStatus::from(self.status),
            file: self.file.summary(),
            file_times: self.file.times(),
            assignees: users(self.task_assignees),
            first,
            reviewers: users(self.task_reviewers),
            updated: time(&self.time_updated).unwrap_or_else(|| created.clone()),
            completed: time(&self.time_completed),
            created,
        })
    }
}

pub(super) fn body(filter: &TaskFilter, mode: &str, page: u32, limit: u32) -> Value {
    // `all_my_jobs` by a key means every task of the project (§2.1). The page counts from 0; a limit of 0 means no limit.
    let mut body = json!({
        "all_my_jobs": true, "mode_data": mode, "page_number": page, "limit_count": limit.max(1),
        "status": if filter.archived { "archived" } else { "all" },
    });
    if let Some(day) = &filter.changed_since {
        body["date_from"] = json!(day.0);
    }
    body
}

impl ProjectClient {
    pub(super) fn task_list(&self, what: &'static str, body: Value) -> Call {
        Call::read(what, format!("/api/v1/project/{}/task/list", self.id), body)
    }

    async fn rows(&self, what: &'static str, body: Value) -> Result<TaskPage, Error> {
        let wire: Wire = self.call(self.task_list(what, body)).await?;
        let mut unreadable = wire.task_list.unreadable;
        let mut tasks = Vec::with_capacity(wire.task_list.good.len());
        for row in wire.task_list.good {
            match row.task() {
                Some(task) => tasks.push(task),
                None => unreadable += 1,
            }
        }
        let total = wire
            .total_count
            .unwrap_or_else(|| u32::try_from(tasks.len()).unwrap_or(u32::MAX).saturating_add(unreadable));
        Ok(TaskPage { tasks, unreadable, total })
    }

    /// `POST /api/v1/project/{p}/task/list`: a page of all tasks of the project, oldest first; pages count from 0. Pages can
    /// repeat or skip rows when tasks come or go meanwhile: compare `total` with the distinct ids (`sync-evidence.md` §3).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn tasks(&self, filter: &TaskFilter, page: u32, limit: u32) -> Result<TaskPage, Error> {
        self.rows("task list", body(filter, "list", page, limit)).await
    }

    /// The tasks of a file, archived ones left out: the cheapest fresh reading of one task (`sync-evidence.md` §2). All of them or
    /// an error: whoever asks takes a task that is missing here for archived.
    ///
    /// # Errors
    /// Any [`Error`]; [`Error::Shape`] too when one of the rows makes no sense.
    pub async fn tasks_of_file(&self, file: FileId) -> Result<Vec<Task>, Error> {
        let body = json!({"file_id": file, "mode_data": "list", "status": "all", "limit_count": 100, "page_number": 0});
        let what = "tasks of a file";
        let page = self.rows(what, body).await?;
        if page.unreadable > 0 {
            let source = serde::de::Error::custom(format_args!("{} rows make no sense", page.unreadable));
            return Err(Error::Shape { what, source });
        }
        Ok(page.tasks)
    }
}
