//! Issues: what people said about a task, its file or an annotation. Diffgram: *discussions* (`diffgram-api.md` §9).

use serde::{Deserialize, Serialize};

use crate::{
    id::{AnnotationId, IssueId, TaskId},
    time::Timestamp,
};

/// Where they are.
pub mod path {
    use super::{IssueId, TaskId};
    use crate::api::path::TASKS;

    /// `GET` → [`super::IssueDetail`].
    #[must_use]
    pub fn issue(task: TaskId, issue: IssueId) -> String {
        format!("{TASKS}/{task}/issues/{issue}")
    }
}

/// HTML out of Diffgram that the gateway has sanitised: a few tags for text, links to `http`, `https` and `mailto`, and nothing that
/// runs, loads or looks like the page. Only the gateway makes it, and the page sets no other HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct SafeHtml(pub String);

/// What an issue is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IssueAbout {
    /// The task.
    Task,
    /// Its file, whatever the task.
    File,
    /// One annotation on its file.
    Annotation {
        /// This version of it.
        id: AnnotationId,
    },
}

/// An issue on a task of mine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Issue {
    /// Its id.
    pub id: IssueId,
    /// Untrusted text.
    pub title: String,
    /// Whether it is open; else it is closed.
    pub open: bool,
    /// Who wrote it. Untrusted text; `None` when a program did, with an API key.
    pub author: Option<String>,
    /// When.
    pub created: Timestamp,
    /// What it is about.
    pub about: IssueAbout,
    /// Of a clip: the frame.
    pub frame: Option<u32>,
    /// What it says.
    pub description: SafeHtml,
}

/// What somebody answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comment {
    /// Who wrote it. Untrusted text; `None` when a program did, with an API key.
    pub author: Option<String>,
    /// When.
    pub created: Timestamp,
    /// When it was changed, if it was.
    pub edited: Option<Timestamp>,
    /// What it says.
    pub content: SafeHtml,
}

/// An issue with what was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssueDetail {
    /// The issue.
    pub issue: Issue,
    /// Oldest first.
    pub comments: Vec<Comment>,
}
