//! A task as the store keeps it, and what each person is to it.

use portal_diffgram::types::Task;
use portal_model::{
    file::{FileKind, FileSummary},
    id::{DatasetId, FileId, JobId, ProjectId, TaskId, UserId},
    task::{DatasetRef, JobRef, Part, Tab, TaskRow, TaskStatus},
    time::Timestamp,
};
use sqlx::FromRow;

use super::fold;

/// A task with its project.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexedTask {
    /// Its project.
    pub project: ProjectId,
    /// All that Diffgram tells about it.
    pub task: Task,
}

/// What somebody has to do with a task; `None` when it is not theirs.
#[must_use]
pub fn part_of(task: &Task, user: UserId) -> Option<Part> {
    match (task.assignees.contains(&user), task.reviewers.contains(&user)) {
        (true, true) => Some(Part::Both),
        (true, false) => Some(Part::Assignee),
        (false, true) => Some(Part::Reviewer),
        (false, false) => None,
    }
}

impl IndexedTask {
    /// The row as somebody with that part in it sees it. A time in the future (clocks disagree) is shown as now (UPS-16).
    #[must_use]
    pub fn row(&self, part: Part, now: &Timestamp) -> TaskRow {
        let task = &self.task;
        let clamp = |moment: &Timestamp| moment.min(now).clone();
        TaskRow {
            id: task.id,
            project: self.project.clone(),
            file: task.file.clone(),
            job: task.job.clone(),
            dataset: task.dataset.clone(),
            status: task.status.clone(),
            part,
            created: clamp(&task.created),
            updated: clamp(&task.updated),
            completed: task.completed.as_ref().map(clamp),
        }
    }

    /// Everybody on it, each once.
    pub(super) fn people(&self) -> Vec<UserId> {
        let mut people: Vec<UserId> = self.task.assignees.iter().chain(&self.task.reviewers).copied().collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// What words are looked for in: names and ids of file, job and dataset, and the task's id, each on its own line, so that
    /// no word (they hold no blanks) reaches over two of them.
    pub(super) fn search_text(&self) -> String {
        let task = &self.task;
        let mut text = format!(
            "{}\n{}\n{} {} {}",
            fold::text(&task.file.name),
            fold::text(&task.job.name),
            task.id,
            task.file.id,
            task.job.id
        );
        if let Some(dataset) = &task.dataset {
            text.push_str(&format!(" {}\n{}", dataset.id, fold::text(&dataset.name)));
        }
        text
    }
}

/// The word of a part in the store.
pub(super) fn part_word(part: Part) -> &'static str {
    match part {
        Part::Assignee => "assignee",
        Part::Reviewer => "reviewer",
        Part::Both => "both",
    }
}

/// The part of a word in the store.
pub(super) fn part_from(word: &str) -> Part {
    match word {
        "both" => Part::Both,
        "reviewer" => Part::Reviewer,
        _ => Part::Assignee,
    }
}

/// The word of a tab in the store.
pub(super) fn tab_word(tab: Tab) -> &'static str {
    match tab {
        Tab::Todo => "todo",
        Tab::InReview => "in_review",
        Tab::Done => "done",
        Tab::All => "all",
    }
}

/// A list of users as the store keeps it.
pub(super) fn users_json(users: &[UserId]) -> String {
    let mut users: Vec<i64> = users.iter().map(|u| u.0).collect();
    users.sort_unstable();
    users.dedup();
    serde_json::Value::from(users).to_string()
}

/// The columns of `task`.
#[derive(FromRow)]
pub(super) struct Columns {
    id: i64,
    project: String,
    status: String,
    job: i64,
    job_name: String,
    dataset: Option<i64>,
    dataset_name: Option<String>,
    file: i64,
    file_name: String,
    file_kind: String,
    file_width: Option<u32>,
    file_height: Option<u32>,
    file_frames: Option<u32>,
    file_rate: Option<f64>,
    file_thumb: bool,
    assignees: String,
    reviewers: String,
    created: String,
    updated: String,
    completed: Option<String>,
}

impl From<Columns> for IndexedTask {
    fn from(row: Columns) -> Self {
        // Written by `users_json` only; anything else reads as nobody, which hides the task rather than showing it.
        let users = |json: &str| -> Vec<UserId> {
            serde_json::from_str::<Vec<i64>>(json).unwrap_or_default().into_iter().map(UserId).collect()
        };
        Self {
            project: ProjectId(row.project),
            task: Task {
                id: TaskId(row.id),
                job: JobRef { id: JobId(row.job), name: row.job_name },
                dataset: row
                    .dataset
                    .map(|id| DatasetRef { id: DatasetId(id), name: row.dataset_name.unwrap_or_default() }),
                status: TaskStatus::from(row.status),
                file: FileSummary {
                    id: FileId(row.file),
                    name: row.file_name,
                    kind: FileKind::from(row.file_kind),
                    width: row.file_width,
                    height: row.file_height,
                    frame_count: row.file_frames,
                    frame_rate: row.file_rate,
                    has_thumb: row.file_thumb,
                },
                assignees: users(&row.assignees),
                reviewers: users(&row.reviewers),
                created: Timestamp(row.created),
                updated: Timestamp(row.updated),
                completed: row.completed.map(Timestamp),
            },
        }
    }
}
