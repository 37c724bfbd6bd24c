//! The cheap reading of the task list: id, status, time (`sync-evidence.md` §3).

use portal_model::{
    id::{TaskId, UserId},
    task::TaskStatus,
};
use serde::Deserialize;

use super::list::body;
use crate::{
    Error, ProjectClient,
    types::{MarkPage, TaskFilter, TaskMark},
    wire::{Tolerant, text, time},
};

#[derive(Deserialize)]
struct Wire {
    task_list: Tolerant<WireMark>,
    /// Always there without a job. Without it "all read" could not be told from "nothing read".
    total_count: u32,
}

#[derive(Deserialize)]
struct WireMark {
    id: i64,
    #[serde(deserialize_with = "text")]
    status: String,
    /// An HTTP date here, not the format of full rows.
    #[serde(default, deserialize_with = "text")]
    time_updated: String,
    #[serde(default)]
    assignee_user_id: Option<i64>,
}

impl ProjectClient {
    /// `POST /api/v1/project/{p}/task/list` with `mode_data: exam_results` and no job: every task, 6 to 13 times cheaper than
    /// full rows. With a job it would list exam jobs only.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn marks(&self, filter: &TaskFilter, page: u32, limit: u32) -> Result<MarkPage, Error> {
        let wire: Wire = self.call(self.task_list("task marks", body(filter, "exam_results", page, limit))).await?;
        let marks = wire.task_list.good.into_iter().filter_map(|mark| {
            Some(TaskMark {
                id: TaskId(mark.id),
                status: TaskStatus::from(mark.status),
                updated: time(&mark.time_updated)?,
                assignee_hint: mark.assignee_user_id.map(UserId),
            })
        });
        Ok(MarkPage { marks: marks.collect(), total: wire.total_count })
    }
}
