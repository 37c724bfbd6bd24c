//! Issues and the comments on them. Diffgram says *discussion* (`diffgram-api.md` §9). Titles, descriptions and comments are
//! whatever somebody sent: HTML is stored as it came, scripts included.

use std::collections::BTreeSet;

use portal_model::id::{AnnotationId, FileId, IssueId, JobId, TaskId};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Error, ProjectClient,
    transport::Call,
    types::{Comment, Issue, IssuePlace},
    wire::{Tolerant, text, time},
};

#[derive(Deserialize)]
struct WireIssue {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    title: String,
    #[serde(default, deserialize_with = "text")]
    description: String,
    /// Without a doubt whether it is open: else it would look closed.
    status: String,
    #[serde(default)]
    user: Value,
    #[serde(default)]
    marker_frame_number: Value,
    #[serde(default, deserialize_with = "text")]
    created_time: String,
}

#[derive(Deserialize)]
struct WireComment {
    #[serde(default, deserialize_with = "text")]
    content: String,
    #[serde(default)]
    user: Value,
    #[serde(default, deserialize_with = "text")]
    time_created: String,
    #[serde(default, deserialize_with = "text")]
    time_updated: String,
}

/// First and last name. Null for API keys (recorded `12-discussions/10-list`).
fn name(user: &Value) -> Option<String> {
    let part = |key: &str| user.get(key).and_then(Value::as_str).unwrap_or_default();
    user.as_object()?;
    let name = format!("{} {}", part("first_name"), part("last_name")).trim().to_owned();
    Some(if name.is_empty() { part("username").to_owned() } else { name })
}

impl WireIssue {
    fn issue(self) -> Option<Issue> {
        Some(Issue {
            id: IssueId(self.id),
            title: self.title,
            description: self.description,
            open: self.status == "open",
            author: name(&self.user),
            frame: self.marker_frame_number.as_u64().and_then(|frame| u32::try_from(frame).ok()),
            created: time(&self.created_time)?,
        })
    }
}

/// What an attached element is; the project, which every issue has, is no place.
fn place(element: &Value) -> Option<IssuePlace> {
    let id = |key: &str| element.get(key)?.as_i64();
    match element.get("type")?.as_str()? {
        "task" => id("task_id").map(|id| IssuePlace::Task(TaskId(id))),
        "file" => id("file_id").map(|id| IssuePlace::File(FileId(id))),
        "job" => id("job_id").map(|id| IssuePlace::Job(JobId(id))),
        "instance" => {
            let file = element.get("instance").and_then(|instance| instance.get("file_id")?.as_i64()).map(FileId);
            id("instance_id").map(|id| IssuePlace::Annotation(AnnotationId(id), file))
        }
        _ => None,
    }
}

impl ProjectClient {
    /// `POST /api/v1/project/{p}/discussions/list`: all issues of the project, or those on a task **or** a file, oldest first,
    /// each once: the answer repeats one that several relations match. It has no pages, and does not say what they are
    /// attached to.
    ///
    /// # Errors
    /// Any [`Error`]; a Viewer's key is [`Error::Forbidden`].
    pub async fn issues(&self, on: Option<(TaskId, FileId)>) -> Result<Vec<Issue>, Error> {
        #[derive(Deserialize)]
        struct Wire {
            issues: Tolerant<WireIssue>,
        }
        let body = match on {
            Some((task, file)) => json!({"task_id": task, "file_id": file}),
            None => json!({}),
        };
        let path = format!("/api/v1/project/{}/discussions/list", self.id);
        let wire: Wire = self.call(Call::read("issues", path, body)).await?;
        let mut seen = BTreeSet::new();
        let good = wire.issues.good.into_iter().filter_map(WireIssue::issue);
        Ok(good.filter(|issue| seen.insert(issue.id)).collect())
    }

    /// `GET /api/v1/project/{p}/issues/{id}`: what an issue is attached to.
    ///
    /// # Errors
    /// Any [`Error`]; an unknown one is [`Error::Server`], one of another project [`Error::Refused`].
    pub async fn issue_places(&self, id: IssueId) -> Result<Vec<IssuePlace>, Error> {
        #[derive(Deserialize)]
        struct Wire {
            issue: WireDetail,
        }
        #[derive(Deserialize)]
        struct WireDetail {
            attached_elements: Vec<Value>,
        }
        let path = format!("/api/v1/project/{}/issues/{id}", self.id);
        let wire: Wire = self.call(Call::get("issue", path)).await?;
        let places: BTreeSet<IssuePlace> = wire.issue.attached_elements.iter().filter_map(place).collect();
        Ok(places.into_iter().collect())
    }

    /// `POST /api/v1/project/{p}/discussion/{id}/comments`, oldest first. Diffgram does not look whose discussion it is: ask only
    /// for one that is known to be of this project.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn comments(&self, id: IssueId) -> Result<Vec<Comment>, Error> {
        #[derive(Deserialize)]
        struct Wire {
            comments: Tolerant<WireComment>,
        }
        let path = format!("/api/v1/project/{}/discussion/{id}/comments", self.id);
        let wire: Wire = self.call(Call::read("comments", path, json!({}))).await?;
        let mut comments: Vec<Comment> = wire
            .comments
            .good
            .into_iter()
            .filter_map(|comment| {
                Some(Comment {
                    content: comment.content,
                    author: name(&comment.user),
                    created: time(&comment.time_created)?,
                    edited: time(&comment.time_updated),
                })
            })
            .collect();
        comments.sort_by(|a, b| a.created.0.cmp(&b.created.0));
        Ok(comments)
    }
}
