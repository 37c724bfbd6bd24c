//! Requests and replies of the portal's own API (`design.md` §7). All paths are in [`path`].

pub mod acting;
pub mod answers;
pub mod audit;
pub mod compare;
pub mod embed;
pub mod explorer;
pub mod issues;
pub mod next;
pub mod reading;
pub mod schema_files;
pub mod schemas;
pub mod tasks;

use serde::{Deserialize, Serialize};

use crate::{
    annotation::{AnnotationSet, Label},
    file::FileSummary,
    id::{ModelRunId, ProjectId, TaskId},
    person::ProjectAccess,
    task::{DatasetRef, Tab, TaskRow, TaskStatus},
    time::Timestamp,
};

/// Where things are. The page and the gateway both take them from here.
pub mod path {
    /// `POST`: start a sign-in. [`super::SigninRequest`] → [`super::SigninStart`].
    pub const SIGNIN: &str = "/api/signin";
    /// `GET` [`super::Session`]; `POST` [`super::SessionRequest`] → [`super::SignedIn`]; `DELETE` → [`super::SignedOut`].
    pub const SESSION: &str = "/api/session";
    /// `GET` [`super::TaskQuery`] → [`super::TaskList`].
    pub const TASKS: &str = "/api/tasks";
    /// `GET` → server-sent events, see [`super::event`].
    pub const EVENTS: &str = "/api/events";
    /// `POST`: the page crashed. [`super::CrashReport`] → 204.
    pub const CRASHES: &str = "/api/crashes";
    /// Where the identity provider sends people back to; a route of the page.
    pub const SIGNIN_CALLBACK: &str = "/signin/callback";

    use crate::id::{FileId, TaskId};

    /// `GET` → [`super::TaskDetail`].
    #[must_use]
    pub fn task(id: TaskId) -> String {
        format!("{TASKS}/{id}")
    }

    /// `GET ?from=&to=` → [`super::FrameAnnotations`].
    #[must_use]
    pub fn task_frames(id: TaskId, from: u32, to: u32) -> String {
        format!("{TASKS}/{id}/frames?from={from}&to={to}")
    }

    /// `GET` → [`super::FileDetail`].
    #[must_use]
    pub fn file(id: FileId) -> String {
        format!("/api/files/{id}")
    }

    /// `GET ?from=&to=` → [`super::FrameAnnotations`], for a video with or without a task.
    #[must_use]
    pub fn file_frames(id: FileId, from: u32, to: u32) -> String {
        format!("/api/files/{id}/frames?from={from}&to={to}")
    }

    /// `GET` → bytes of the file; see [`super::Media`].
    #[must_use]
    pub fn media(file: FileId, media: super::Media) -> String {
        format!("/api/files/{file}/media/{}", media.as_str())
    }
}

/// Which rendition of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Media {
    /// A small picture for lists.
    Thumb,
    /// The stored picture.
    Full,
    /// The video, with `Range`.
    Video,
    /// The beginning of a text, as UTF-8: at most [`Media::TEXT`] bytes. The header [`Media::CUT`] says when there is more.
    Text,
    /// The words of a text as Diffgram counts them, a JSON list of texts: annotations of texts say from which word to which.
    Tokens,
    /// The sound, with `Range`.
    Audio,
}

impl Media {
    /// All of them.
    const ALL: [Self; 6] = [Self::Thumb, Self::Full, Self::Video, Self::Text, Self::Tokens, Self::Audio];
    /// How much of a text is shown, in bytes.
    pub const TEXT: usize = 128 << 10;
    /// A header that is there, and `true`, when a text goes on after what was sent.
    pub const CUT: &'static str = "x-portal-cut";

    /// Its name in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Thumb => "thumb",
            Self::Full => "full",
            Self::Video => "video",
            Self::Text => "text",
            Self::Tokens => "tokens",
            Self::Audio => "audio",
        }
    }

    /// The rendition with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.as_str() == name)
    }
}

/// Start a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SigninRequest {
    /// Path, query and fragment to come back to. Anything that is not a path of this origin becomes `/`.
    pub return_to: String,
}

/// What the page needs to send the person to the identity provider (OpenID Connect Core §3.1.2.1).
/// The page adds the PKCE challenge (RFC 7636); the verifier never leaves the browser before the code does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SigninStart {
    /// The provider's authorization endpoint.
    pub authorization_endpoint: String,
    /// The portal's client id there.
    pub client_id: String,
    /// Where the provider sends people back to.
    pub redirect_uri: String,
    /// What is asked for; the first is `openid`.
    pub scopes: Vec<String>,
    /// To be sent as given; a cookie of this browser holds its hash.
    pub state: String,
    /// To be sent as given; the ID token must repeat it.
    pub nonce: String,
}

/// Finish a sign-in with what came back to the callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// The authorization code.
    pub code: String,
    /// The state that came back.
    pub state: String,
    /// The issuer that came back (RFC 9207), if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// The PKCE verifier of this sign-in.
    pub verifier: String,
}

/// The sign-in is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Where the person wanted to go: a path of this origin, with query and fragment.
    pub return_to: String,
}

/// The session is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedOut {
    /// Where to end the provider's session too (RP-Initiated Logout), when it offers that.
    pub end_session_url: Option<String>,
}

/// Whether Diffgram knows the signed-in person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// A member of at least one project.
    Known,
    /// No member of any project has this e-mail address.
    Unknown,
    /// The identity provider does not vouch for their e-mail address, so nobody is looked up by it.
    EmailUnverified,
    /// The members have not been read yet, so nobody knows.
    NotReadYet,
}

/// Who is signed in and what the page needs to start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Display name. Untrusted text.
    pub name: String,
    /// E-mail address, if the provider gave one.
    pub email: Option<String>,
    /// Whether Diffgram knows them.
    pub account: Account,
    /// Projects they are a member of.
    pub projects: Vec<ProjectAccess>,
    /// What the portal calls itself.
    pub brand: String,
    /// Whom to ask, as an e-mail address or https link, when configured.
    pub contact: Option<String>,
    /// Origin of Diffgram for people's browsers.
    pub diffgram: String,
    /// Where people sign in to Diffgram, when a provider does that (SSO): Diffgram then forgets where they were going, so this
    /// comes first. Nothing when Diffgram's links need no help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diffgram_login: Option<String>,
    /// Version of the gateway: a page of another version offers a reload.
    pub version: String,
    /// An admin looks through this person's eyes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_by: Option<acting::SeenBy>,
}

/// How true the index is right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Freshness {
    /// The last moment at which everything shown was known to be true, `None` before the first full reading.
    pub as_of: Option<Timestamp>,
    /// Whether the first full reading is over; until then totals are lower bounds.
    pub complete: bool,
    /// Percent of the first reading that is done, 0 to 100.
    pub percent: u8,
    /// Whether Diffgram answered last time.
    pub diffgram_up: bool,
}

/// By what a task list is ordered. Ties fall to the id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskSort {
    /// Last changed first.
    #[default]
    Newest,
    /// Last changed last.
    Oldest,
    /// By file name.
    Name,
    /// From the end.
    #[serde(rename = "-name")]
    NameBack,
    /// By job name, then file name.
    Job,
    /// From the end.
    #[serde(rename = "-job")]
    JobBack,
    /// By dataset name, then file name; those without a dataset first.
    Dataset,
    /// From the end.
    #[serde(rename = "-dataset")]
    DatasetBack,
    /// As work goes on: sent back, in progress, to do, put aside, in review, done.
    Status,
    /// From the end.
    #[serde(rename = "-status")]
    StatusBack,
    /// Due first; those without a date last.
    Due,
    /// Due last; those without a date last.
    #[serde(rename = "-due")]
    DueBack,
    /// Made first.
    Created,
    /// Made last.
    #[serde(rename = "-created")]
    CreatedBack,
}

impl TaskSort {
    /// All with their names in addresses, each beside what turns it round.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Newest, "newest"),
        (Self::Oldest, "oldest"),
        (Self::Name, "name"),
        (Self::NameBack, "-name"),
        (Self::Job, "job"),
        (Self::JobBack, "-job"),
        (Self::Dataset, "dataset"),
        (Self::DatasetBack, "-dataset"),
        (Self::Status, "status"),
        (Self::StatusBack, "-status"),
        (Self::Due, "due"),
        (Self::DueBack, "-due"),
        (Self::Created, "created"),
        (Self::CreatedBack, "-created"),
    ];

    /// Its name in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(sort, _)| *sort == self).map_or("newest", |(_, name)| name)
    }

    /// The order of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(sort, _)| *sort)
    }
}

/// Whose tasks to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Mine.
    #[default]
    Mine,
    /// All of the projects whose admin I am.
    Everyone,
}

/// Which tasks to list. Filters ([`tasks::Dimension`]) are values with commas between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct TaskQuery {
    /// The folder.
    pub tab: Tab,
    /// Mine, or, for admins, everyone's.
    #[serde(skip_serializing_if = "is_mine")]
    pub whose: Whose,
    /// Words to find in file, job and dataset names and ids: all must occur, in any order; case and accents do not matter.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// The order.
    pub sort: TaskSort,
    /// Only of these projects.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub project: String,
    /// Only of these jobs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job: String,
    /// Only with a file from these datasets.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub dataset: String,
    /// Only with something of these labels on the file.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Only with files of these kinds: `image`, `video` …
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// Only those that stand so: `in_progress`, `requires_changes` …
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// Only due then: `overdue`, `today`, `week` (today and six days), `none`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// Only last changed then: `day` (today), `week` (today and six days), `month` (today and 29 days), `older`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub age: String,
    /// `open`: only with an open issue.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub issues: String,
    /// In which time zone days begin: its name (`Europe/Berlin`) or an offset (`+02:00`); UTC when left out.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tz: String,
    /// Only these tasks, at most 200.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// First row wanted, from 0.
    pub offset: u32,
    /// How many rows: 1 to 200, 50 when left out (0).
    pub limit: u32,
    /// The row of this task should come with some before it, wherever it stands now; if it is not in the list, `offset` counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<TaskId>,
    /// The snapshot of an earlier answer, so that pages fit together. Unknown or expired ones are replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

impl TaskQuery {
    /// Its filters.
    ///
    /// # Errors
    /// [`tasks::BadFilter`] when one of them cannot be.
    pub fn filter(&self) -> Result<tasks::TaskFilter, tasks::BadFilter> {
        tasks::TaskFilter::checked(tasks::Dimension::ALL.into_iter().map(|dimension| {
            let text = match dimension {
                tasks::Dimension::Project => &self.project,
                tasks::Dimension::Job => &self.job,
                tasks::Dimension::Dataset => &self.dataset,
                tasks::Dimension::Label => &self.label,
                tasks::Dimension::Kind => &self.kind,
                tasks::Dimension::Status => &self.status,
                tasks::Dimension::Due => &self.due,
                tasks::Dimension::Age => &self.age,
                tasks::Dimension::Issues => &self.issues,
            };
            (dimension, text.as_str())
        }))
    }
}

fn is_mine(whose: &Whose) -> bool {
    *whose == Whose::Mine
}

/// How many tasks each tab holds, by the same search and filters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TabCounts {
    /// [`Tab::Todo`].
    pub todo: u32,
    /// [`Tab::SentBack`]: they are among those to do, too.
    pub sent_back: u32,
    /// [`Tab::InReview`].
    pub in_review: u32,
    /// [`Tab::Done`].
    pub done: u32,
    /// [`Tab::All`].
    pub all: u32,
}

/// A window of my tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskList {
    /// The list of ids this window was cut from; send it back for the next window. Lives some minutes.
    pub snapshot: String,
    /// How many rows the snapshot has.
    pub total: u32,
    /// Which row of the snapshot comes first here.
    pub offset: u32,
    /// At which row of the snapshot the `anchor` that was asked for stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<u32>,
    /// The rows, as they are now. Fewer than asked for at the end, or when some left my scope meanwhile.
    pub rows: Vec<TaskRow>,
    /// How many there are per tab.
    pub counts: TabCounts,
    /// Whether the person pinned views: then they are worth asking for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_pins: bool,
    /// How true this is.
    pub freshness: Freshness,
}

/// Somebody on a task, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Someone {
    /// Display name. Untrusted text.
    pub name: String,
    /// Whether it is the signed-in person.
    pub me: bool,
}

/// A run of a model, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelRun {
    /// Its id.
    pub id: ModelRunId,
    /// Its name. Untrusted text. Diffgram: `reference_id`.
    pub name: String,
}

/// One task with all that is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskDetail {
    /// The row, as lists show it.
    pub row: TaskRow,
    /// Who works on it.
    pub assignees: Vec<Someone>,
    /// Who reviews it.
    pub reviewers: Vec<Someone>,
    /// How it is done, in words of admins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guide: Vec<next::Guide>,
    /// How the person holds it; none when it is not theirs to work on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holding: Option<next::Holding>,
    /// What is drawn on it. Empty for videos: see [`path::task_frames`].
    pub annotations: AnnotationSet,
    /// Labels of the annotations.
    pub labels: Vec<Label>,
    /// Model runs of the annotations.
    pub runs: Vec<ModelRun>,
    /// Why annotations are missing, when they could not be read.
    pub annotations_unavailable: bool,
    /// What was answered on the file and its annotations; for videos see [`FrameAnnotations`].
    #[serde(default)]
    pub answers: Vec<answers::Answers>,
    /// Issues on the task, its file and its annotations, newest first.
    #[serde(default)]
    pub issues: Vec<issues::Issue>,
    /// What became of the task while the portal watched, oldest first. Diffgram keeps no history that a key may read.
    #[serde(default)]
    pub history: Vec<Moment>,
    /// Compound files: the files it is made of, in order.
    #[serde(default)]
    pub children: Vec<FileSummary>,
    /// How true this is.
    pub freshness: Freshness,
}

/// A status that a task came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Moment {
    /// When, as Diffgram said.
    pub at: Timestamp,
    /// The status.
    pub status: TaskStatus,
}

/// One file with what people and models drew on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileDetail {
    /// The project it belongs to.
    pub project: ProjectId,
    /// The file.
    pub file: FileSummary,
    /// A task of mine on it; none when a grant alone shows me the file.
    pub task: Option<TaskRow>,
    /// The dataset it is in, when known: of those that are open to me, or the one my task's file came from.
    pub dataset: Option<DatasetRef>,
    /// What is drawn on it. Empty for videos: see [`path::file_frames`].
    pub annotations: AnnotationSet,
    /// Labels of the annotations.
    pub labels: Vec<Label>,
    /// Model runs of the annotations.
    pub runs: Vec<ModelRun>,
    /// Why annotations are missing, when they could not be read.
    pub annotations_unavailable: bool,
    /// What was answered on the file and its annotations; for videos see [`FrameAnnotations`].
    #[serde(default)]
    pub answers: Vec<answers::Answers>,
    /// Compound files: the files it is made of, in order.
    #[serde(default)]
    pub children: Vec<FileSummary>,
    /// How true this is.
    pub freshness: Freshness,
}

/// The annotations of some frames of a video task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FrameAnnotations {
    /// One entry per frame that has any, in frame order.
    pub frames: Vec<Frame>,
    /// Labels of the annotations.
    pub labels: Vec<Label>,
    /// Model runs of the annotations.
    pub runs: Vec<ModelRun>,
    /// What was answered on the annotations.
    #[serde(default)]
    pub answers: Vec<answers::Answers>,
}

/// One frame of a video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Frame {
    /// Its number, from 0.
    pub number: u32,
    /// What is drawn on it.
    pub set: AnnotationSet,
}

/// The page crashed: what the crash screen sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CrashReport {
    /// Shown to the person, so that they can quote it.
    pub id: String,
    /// Where in the code, without any data.
    pub place: String,
    /// Version of the page.
    pub version: String,
}

/// Server-sent events of [`path::EVENTS`]: the `event` field names the variant, `data` is its JSON.
pub mod event {
    use serde::{Deserialize, Serialize};

    use super::{Freshness, TaskId, TaskRow};

    /// A task of mine is new or changed; data: [`TaskRow`].
    pub const TASK: &str = "task";
    /// A task is no longer mine, or is gone; data: [`Gone`].
    pub const GONE: &str = "gone";
    /// A task that is not mine came, changed or went, in a project whose admin I am; data: [`Gone`].
    pub const OTHER: &str = "other";
    /// Too much happened, or the stream was cut: read what you show again. Data: `{}`.
    pub const RESYNC: &str = "resync";
    /// The index got older or younger, or Diffgram went away or came back; data: [`Freshness`].
    pub const FRESHNESS: &str = "freshness";
    /// The session is over: nothing more will come. Data: `{}`.
    pub const SIGNED_OUT: &str = "signed_out";

    /// The id of a task that left my scope; nothing else is told.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub struct Gone {
        /// Which task.
        pub id: TaskId,
    }

    /// One event.
    #[derive(Clone, Debug, PartialEq)]
    pub enum Event {
        /// [`TASK`].
        Task(Box<TaskRow>),
        /// [`GONE`].
        Gone(Gone),
        /// [`OTHER`].
        Other(Gone),
        /// [`RESYNC`].
        Resync,
        /// [`FRESHNESS`].
        Freshness(Freshness),
        /// [`SIGNED_OUT`].
        SignedOut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_called_the_same_in_addresses_and_requests() {
        for (sort, name) in TaskSort::ALL {
            assert_eq!(serde_json::to_value(sort).unwrap(), name);
            assert_eq!((sort.name(), TaskSort::from_name(name)), (name, Some(sort)));
        }
        assert_eq!(TaskSort::from_name("up"), None);
    }
}
