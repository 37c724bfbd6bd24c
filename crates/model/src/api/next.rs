//! What to do next: how many tasks somebody can take, taking one, giving it back; and what admins say of jobs.

use serde::{Deserialize, Serialize};

use super::Freshness;
use crate::{
    id::{JobId, ProjectId, TaskId},
    task::{JobRef, TaskRow},
    time::Timestamp,
};

/// Where things are.
pub mod path {
    use crate::id::{JobId, TaskId};

    /// `GET` [`super::UpNextQuery`] → [`super::UpNext`].
    pub const UP_NEXT: &str = "/api/up-next";
    /// `POST` [`super::Take`] with `Idempotency-Key` → [`super::Taken`].
    pub const CLAIMS: &str = "/api/claims";
    /// `GET` → [`super::JobList`].
    pub const JOBS: &str = "/api/jobs";

    /// `DELETE ?declined=` → [`super::GivenBack`].
    #[must_use]
    pub fn claim(task: TaskId) -> String {
        format!("{CLAIMS}/{task}")
    }

    /// `PUT` [`super::JobSetting`] with `If-Match` → [`super::JobRow`].
    #[must_use]
    pub fn job_setting(job: JobId) -> String {
        format!("{JOBS}/{job}/setting")
    }
}

/// Letters of a guide at the most.
pub const MAX_GUIDE: usize = 10_000;
/// Hours that a task can be held without anything done at the most: a year.
pub const MAX_CLAIM_HOURS: u32 = 8_760;

/// How days are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct UpNextQuery {
    /// The person's time zone: a name (`Europe/Berlin`) or an offset (`+01:00`); UTC when left out. Days begin by it.
    pub tz: Option<String>,
}

/// What somebody can do next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpNext {
    /// Tasks that nobody has and they can take.
    pub available: u32,
    /// Tasks that they have and have not handed over.
    pub mine: u32,
    /// Tasks that they handed over or completed today.
    pub today: u32,
    /// By job, in the order in which tasks are taken. Jobs with nothing in them are left out.
    pub jobs: Vec<JobNext>,
    /// Why there is nothing to do, when there is nothing.
    pub nothing: Option<Nothing>,
    /// The time zone that days were counted in.
    pub zone: String,
    /// Whom to ask, as an e-mail address or https link, when configured.
    pub contact: Option<String>,
    /// How true this is.
    pub freshness: Freshness,
}

/// What somebody can do in one job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobNext {
    /// The job.
    pub job: JobRef,
    /// Until when its tasks should be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Tasks that nobody has and they can take.
    pub available: u32,
    /// Tasks that they have and have not handed over.
    pub mine: u32,
    /// Tasks that they handed over or completed today.
    pub today: u32,
    /// The same since ever.
    pub done: u32,
}

/// Why there is nothing to do. It never says how much others have, nor who.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Nothing {
    /// Diffgram has not been read to its end yet.
    Reading,
    /// No job holds them, and nothing is assigned to them.
    NoJob,
    /// The named job has nothing left for them, others have.
    Elsewhere,
    /// What is left they declined.
    Declined,
    /// Others have what is left.
    Held,
    /// What they handed over waits for review.
    InReview,
    /// Their jobs have not been launched yet.
    NotLaunched,
    /// All is done.
    Done,
}

/// Which task to take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Take {
    /// The next one of this job; of all jobs when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
    /// Exactly this one, also when it was declined before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
}

/// Where a next task came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It was theirs and was sent back.
    SentBack,
    /// It was theirs and they had begun.
    InProgress,
    /// It was theirs, not begun.
    Assigned,
    /// It waits for their review.
    ToReview,
    /// Nobody had it; now it is theirs.
    Taken,
}

/// The next task, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Taken {
    /// The task; theirs now.
    pub task: Option<Box<TaskRow>>,
    /// Where it came from.
    pub how: Option<How>,
    /// Why there is none.
    pub nothing: Option<Nothing>,
}

/// A task was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GivenBack {
    /// Which.
    pub task: TaskId,
    /// Whether it is not offered to them again.
    pub declined: bool,
}

/// Whether somebody can give a task back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GiveBack {
    /// They can.
    Possible,
    /// It was given to them, and they could not have taken it: whoever gave it takes it back.
    Assigned,
    /// It is handed over already.
    HandedOver,
}

/// How somebody holds a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Holding {
    /// Whether they can give it back.
    pub give_back: GiveBack,
    /// When it goes back by itself if nothing is done: only for tasks that they took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

/// Where a guide comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GuideFrom {
    /// An admin wrote it for the job.
    Job,
    /// The configuration has it for whom a grant is for.
    Grant,
}

/// How a task is done, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Guide {
    /// Where it comes from.
    pub from: GuideFrom,
    /// The words. Plain text with line breaks.
    pub text: String,
}

/// What admins say of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct JobSetting {
    /// How its tasks are done: plain text, at most [`MAX_GUIDE`] letters; empty is none.
    pub guide: String,
    /// Until when its tasks should be done.
    pub due: Option<Timestamp>,
    /// Who took a task and does nothing for so many hours gives it back, 1 to [`MAX_CLAIM_HOURS`]; never when left out.
    pub claim_hours: Option<u32>,
}

/// A job, for admins of its project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobRow {
    /// Its id and name.
    pub job: JobRef,
    /// Its project.
    pub project: ProjectId,
    /// The project's name for people. Untrusted text.
    pub project_name: String,
    /// Diffgram's word: `draft`, `active`, `complete`, `failed`, …
    pub status: String,
    /// How many people may take its tasks because they are on it.
    pub people: u32,
    /// What admins say of it.
    pub setting: JobSetting,
    /// Names how the setting is: for `If-Match`.
    pub version: String,
}

/// The jobs of the projects in which the person is an admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobList {
    /// By project, newest first.
    pub jobs: Vec<JobRow>,
}
