//! Tasks: one file to label, in one job.

use serde::{Deserialize, Serialize};

use crate::{
    file::FileSummary,
    id::{DatasetId, JobId, ProjectId, TaskId},
    time::Timestamp,
};

/// Where a task stands (`diffgram-api.md` §2.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(from = "String", into = "String")]
pub enum TaskStatus {
    /// Made, not yet offered. Diffgram: `created`.
    Created,
    /// Nobody has started it. Diffgram: `available`.
    Available,
    /// Somebody has started it. Diffgram: `in_progress`.
    InProgress,
    /// Finished by the annotator, waits for a reviewer to be found. Diffgram: `review_requested`.
    ReviewRequested,
    /// Waits for its reviewer. Diffgram: `in_review`.
    InReview,
    /// The reviewer wants changes: "sent back". Diffgram: `requires_changes`.
    RequiresChanges,
    /// Put aside. Diffgram: `deferred`.
    Deferred,
    /// Done. Diffgram: `complete`.
    Complete,
    /// Taken away. Diffgram: `archived`.
    Archived,
    /// A status this version does not know; Diffgram's word.
    Other(String),
}

impl From<String> for TaskStatus {
    fn from(word: String) -> Self {
        match word.as_str() {
            "created" => Self::Created,
            "available" => Self::Available,
            "in_progress" => Self::InProgress,
            "review_requested" => Self::ReviewRequested,
            "in_review" => Self::InReview,
            "requires_changes" => Self::RequiresChanges,
            "deferred" => Self::Deferred,
            "complete" => Self::Complete,
            "archived" => Self::Archived,
            _ => Self::Other(word),
        }
    }
}

impl From<TaskStatus> for String {
    fn from(status: TaskStatus) -> Self {
        match status {
            TaskStatus::Other(word) => word,
            known => known.as_str().into(),
        }
    }
}

impl TaskStatus {
    /// Diffgram's word for it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Created => "created",
            Self::Available => "available",
            Self::InProgress => "in_progress",
            Self::ReviewRequested => "review_requested",
            Self::InReview => "in_review",
            Self::RequiresChanges => "requires_changes",
            Self::Deferred => "deferred",
            Self::Complete => "complete",
            Self::Archived => "archived",
            Self::Other(word) => word,
        }
    }

    /// Whether the annotator has handed it over and a reviewer must look.
    #[must_use]
    pub fn waits_for_review(&self) -> bool {
        matches!(self, Self::ReviewRequested | Self::InReview)
    }
}

/// What the signed-in person has to do with a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// It is assigned to them.
    Assignee,
    /// They review it.
    Reviewer,
    /// Both.
    Both,
    /// Neither: they are an admin of its project.
    Nobody,
}

/// The folders of "My tasks".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    /// Mine to work on: assigned and not handed over, or waiting for my review.
    #[default]
    Todo,
    /// Of those, what a reviewer sent back to me.
    SentBack,
    /// Handed over by me, waiting for somebody else's review.
    InReview,
    /// Complete.
    Done,
    /// Everything of mine.
    All,
}

impl Tab {
    /// Whether this folder shows a task to a person with that part in it.
    #[must_use]
    pub fn shows(self, status: &TaskStatus, part: Part) -> bool {
        let home = Self::of(status, part);
        match self {
            Self::All => home.is_some(),
            Self::SentBack => home == Some(Self::Todo) && *status == TaskStatus::RequiresChanges,
            tab => home == Some(tab),
        }
    }

    /// Where a task belongs for a person with that part in it; in everyone's list, for [`Part::Nobody`]. `None` for archived
    /// tasks: no tab shows them. What was sent back belongs to [`Self::Todo`].
    #[must_use]
    pub fn of(status: &TaskStatus, part: Part) -> Option<Self> {
        match (status, part) {
            (TaskStatus::Archived, _) => None,
            (TaskStatus::Complete, _) => Some(Self::Done),
            (s, Part::Assignee | Part::Nobody) if s.waits_for_review() => Some(Self::InReview),
            (s, Part::Reviewer) if !s.waits_for_review() => Some(Self::All),
            _ => Some(Self::Todo),
        }
    }
}

/// The job of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobRef {
    /// Its id.
    pub id: JobId,
    /// Its name. Untrusted text; empty when Diffgram has none.
    pub name: String,
}

/// The dataset a task's file came from. Diffgram: `incoming_directory`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetRef {
    /// Its id.
    pub id: DatasetId,
    /// Its name. Untrusted text. Diffgram: `nickname`.
    pub name: String,
}

/// One task in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskRow {
    /// Its id: unique per Diffgram install.
    pub id: TaskId,
    /// The project it belongs to.
    pub project: ProjectId,
    /// The file to label.
    pub file: FileSummary,
    /// The job it belongs to.
    pub job: JobRef,
    /// Where the file came from, when known.
    pub dataset: Option<DatasetRef>,
    /// Where it stands.
    pub status: TaskStatus,
    /// What the signed-in person has to do with it.
    pub part: Part,
    /// When it was made.
    pub created: Timestamp,
    /// When its status or assignee last changed.
    pub updated: Timestamp,
    /// When it was completed, if it is.
    pub completed: Option<Timestamp>,
    /// Until when it should be done: what an admin said of its job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// How many issues are open on it or on its file.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub open_issues: u32,
    /// Names of those who work on it, for admins of its project. Untrusted text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<String>,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_survives_the_trip_through_its_word() {
        for word in [
            "created",
            "available",
            "in_progress",
            "review_requested",
            "in_review",
            "requires_changes",
            "deferred",
            "complete",
            "archived",
            "from_the_future",
        ] {
            assert_eq!(String::from(TaskStatus::from(word.to_owned())), word);
        }
    }

    #[test]
    fn tabs_split_the_work_by_whose_turn_it_is() {
        use Part::{Assignee, Both, Nobody, Reviewer};
        assert_eq!(Tab::of(&TaskStatus::Available, Assignee), Some(Tab::Todo));
        assert_eq!(Tab::of(&TaskStatus::RequiresChanges, Assignee), Some(Tab::Todo));
        assert_eq!(Tab::of(&TaskStatus::InReview, Assignee), Some(Tab::InReview));
        assert_eq!(Tab::of(&TaskStatus::InReview, Reviewer), Some(Tab::Todo));
        assert_eq!(Tab::of(&TaskStatus::InReview, Both), Some(Tab::Todo));
        assert_eq!(Tab::of(&TaskStatus::InProgress, Reviewer), Some(Tab::All));
        assert_eq!(Tab::of(&TaskStatus::Complete, Both), Some(Tab::Done));
        assert_eq!(Tab::of(&TaskStatus::Archived, Both), None);
        assert!(Tab::SentBack.shows(&TaskStatus::RequiresChanges, Assignee));
        assert!(Tab::Todo.shows(&TaskStatus::RequiresChanges, Both));
        assert!(!Tab::SentBack.shows(&TaskStatus::RequiresChanges, Reviewer), "it is somebody else's to do");
        assert!(!Tab::SentBack.shows(&TaskStatus::InProgress, Assignee));
        assert!(!Tab::All.shows(&TaskStatus::Archived, Both));
        assert_eq!(Tab::of(&TaskStatus::ReviewRequested, Nobody), Some(Tab::InReview));
        assert_eq!(Tab::of(&TaskStatus::Available, Nobody), Some(Tab::Todo));
    }
}
