//! Acting on many tasks, for reviewers and admins; looking through somebody's eyes, for admins; and what happened to a person.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ProjectId, TaskId, UserId},
    task::TaskStatus,
    time::Timestamp,
};

/// Where things are.
pub mod path {
    /// `GET` [`super::super::TaskQuery`] → [`super::TaskIds`]: rows of a list by their ids alone, to select them.
    pub const TASK_IDS: &str = "/api/tasks/ids";
    /// `GET` → [`super::Member`]s: who may be given tasks.
    pub const PEOPLE: &str = "/api/people";
    /// `POST` [`super::NewBatch`] → [`super::Batch`].
    pub const ASSIGNMENTS: &str = "/api/tasks/assignments";
    /// `POST` [`super::SeeAs`]; `DELETE`: stop.
    pub const SEE_AS: &str = "/api/session/see-as";
    /// `GET` [`super::NewsQuery`] → [`super::News`].
    pub const NEWS: &str = "/api/news";

    /// `GET` → [`super::Batch`], as far as it is.
    #[must_use]
    pub fn batch(id: &str) -> String {
        format!("{ASSIGNMENTS}/{id}")
    }

    /// `POST` → [`super::Batch`]: tries again what failed.
    #[must_use]
    pub fn retry(id: &str) -> String {
        format!("{ASSIGNMENTS}/{id}/retry")
    }

    /// `POST` → [`super::Batch`]: another one that puts back what this one changed.
    #[must_use]
    pub fn undo(id: &str) -> String {
        format!("{ASSIGNMENTS}/{id}/undo")
    }
}

/// Tasks of one batch at the most.
pub const MAX_BATCH: usize = 20_000;

/// Ids of the rows of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskIds {
    /// The list they were cut from, as in [`super::TaskList::snapshot`].
    pub snapshot: String,
    /// In the list's order.
    pub ids: Vec<TaskId>,
}

/// Somebody who may be given tasks of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// The project.
    pub project: ProjectId,
    /// How its tasks name them.
    pub user: UserId,
    /// Display name. Untrusted text.
    pub name: String,
}

/// What somebody becomes on a task, or stops being.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Works on it.
    #[default]
    Assignee,
    /// Reviews it.
    Reviewer,
}

/// Gives many tasks to people, or takes them away. Sent with an `Idempotency-Key`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewBatch {
    /// Which tasks: 1 to 20,000.
    pub tasks: Vec<TaskId>,
    /// As what.
    #[serde(default)]
    pub relation: Relation,
    /// Who is added.
    #[serde(default)]
    pub add: Vec<UserId>,
    /// Who is removed.
    #[serde(default)]
    pub remove: Vec<UserId>,
    /// Whether everybody else is removed too.
    #[serde(default)]
    pub clear: bool,
}

/// Why a task of a batch is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// Unknown, or not theirs: it is not told which.
    NotFound,
    /// They see it, but somebody else reviews it.
    NotYours,
    /// One of those who were to be added is no member of the task's project.
    NotAMember,
    /// Diffgram did not answer, or refused.
    Diffgram,
    /// The gateway ended before its turn.
    CutOff,
}

/// A task that is as it was, or only half changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchFailure {
    /// Which.
    pub task: TaskId,
    /// Its file's name, when they see it. Untrusted text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why.
    pub why: WhyNot,
}

/// A batch as far as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Batch {
    /// Its id.
    pub id: String,
    /// How many tasks it is about.
    pub total: u32,
    /// How many had their turn.
    pub done: u32,
    /// How many of them are other than before.
    pub changed: u32,
    /// How many failed.
    pub failed: u32,
    /// The first hundred of those.
    pub failures: Vec<BatchFailure>,
    /// Whether all had their turn.
    pub over: bool,
    /// Whether it puts back another one.
    pub undoes: bool,
}

/// Whose eyes to look through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SeeAs {
    /// A project whose admin one is.
    pub project: ProjectId,
    /// A member of it.
    pub user: UserId,
}

/// An admin looks through somebody's eyes: nothing can be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeenBy {
    /// The admin's own name. Untrusted text.
    pub name: String,
    /// Ends by itself then.
    pub until: Timestamp,
    /// Whether the person ever signed in. If not, what the identity provider would say of them is not known: their role, and what
    /// grants by claims would open.
    pub known: bool,
}

/// Which news to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct NewsQuery {
    /// Only those after this one; from the first visit on when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
}

/// What happened to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    /// Somebody gave it to me.
    Assigned,
    /// Its reviewer wants changes.
    SentBack,
}

/// Something that happened to a task of mine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewsItem {
    /// Grows.
    pub id: i64,
    /// What.
    pub kind: NewsKind,
    /// When it was seen.
    pub at: Timestamp,
    /// Which task.
    pub task: TaskId,
    /// Its file's name. Untrusted text.
    pub name: String,
    /// Its job's name. Untrusted text.
    pub job: String,
    /// Where it stands now.
    pub status: TaskStatus,
}

/// What happened to me, newest first: at most fifty, and only about tasks that are still mine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct News {
    /// The number of the last thing that happened to anybody: what comes later is greater.
    pub last: i64,
    /// The items.
    pub items: Vec<NewsItem>,
}
