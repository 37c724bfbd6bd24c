//! What the client hands out: Diffgram's objects with their quirks removed.

use portal_model::{
    file::FileSummary,
    id::{
        AnnotationId, AttributeId, DatasetId, FileId, IssueId, JobId, MemberId, ModelRunId, OptionId, ProjectId,
        SchemaId, TaskId, UserId,
    },
    task::{DatasetRef, JobRef, TaskStatus},
    time::Timestamp,
};

/// A human member of a project (`diffgram-api.md` §12.1, `share/list`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// How tasks name them.
    pub user: UserId,
    /// How jobs name them.
    pub member: MemberId,
    /// Their e-mail address, as Diffgram stores it.
    pub email: String,
    /// First and last name, joined; may be empty. Untrusted text.
    pub name: String,
    /// Diffgram's role words, exactly as spelled there (`admin`, `Editor`, `Viewer`, `annotator`).
    pub roles: Vec<String>,
}

/// A schema (`labels-schema`, `diffgram-api.md` §7.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Its id, unique per Diffgram install.
    pub id: SchemaId,
    /// Its name. Untrusted text.
    pub name: String,
    /// Whether jobs and labels without a schema use it.
    pub is_default: bool,
    /// Whether it is archived.
    pub archived: bool,
}

/// A project (`project/{p}/view`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its text id.
    pub id: ProjectId,
    /// Its name for people. Untrusted text.
    pub name: String,
}

/// A job in the job list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Its name. Untrusted text.
    pub name: String,
    /// Diffgram's word: `draft`, `active`, `complete`, `failed`, …
    pub status: String,
    /// Its schema.
    pub schema: Option<SchemaId>,
}

/// Who is on a job (`job/{id}/members-list`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobPeople {
    /// Who works on its tasks.
    pub assignees: Vec<UserId>,
    /// Who reviews them.
    pub reviewers: Vec<UserId>,
}

/// One page of the job list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobPage {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// Jobs that could not be read.
    pub unreadable: u32,
    /// Whether another page follows.
    pub more: bool,
}

/// A full row of the task list (`diffgram-api.md` §2.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Its job.
    pub job: JobRef,
    /// The dataset its file came from.
    pub dataset: Option<DatasetRef>,
    /// Where it stands.
    pub status: TaskStatus,
    /// The file to label.
    pub file: FileSummary,
    /// When that file was made and last changed.
    pub file_times: FileTimes,
    /// Who works on it: from `task_assignees`, never from the legacy `assignee_user_id`.
    pub assignees: Vec<UserId>,
    /// Who of them was first.
    pub first: Option<UserId>,
    /// Who reviews it.
    pub reviewers: Vec<UserId>,
    /// When it was made.
    pub created: Timestamp,
    /// When its status or assignee last changed.
    pub updated: Timestamp,
    /// When it was completed.
    pub completed: Option<Timestamp>,
}

/// A page of full rows.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskPage {
    /// The rows. Those that made no sense are left out and counted in `unreadable`.
    pub tasks: Vec<Task>,
    /// Rows that could not be read.
    pub unreadable: u32,
    /// How many tasks the whole list has.
    pub total: u32,
}

/// The cheap reading of a task (`mode_data: exam_results` without a job; `sync-evidence.md` §3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskMark {
    /// Its id.
    pub id: TaskId,
    /// Where it stands.
    pub status: TaskStatus,
    /// When its status or assignee last changed, to the second (Diffgram sends an HTTP date here).
    pub updated: Timestamp,
    /// The legacy assignee: only good for telling that something changed.
    pub assignee_hint: Option<UserId>,
}

/// A page of cheap readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkPage {
    /// The readings.
    pub marks: Vec<TaskMark>,
    /// How many tasks the whole list has.
    pub total: u32,
}

/// A calendar day in UTC, `YYYY-MM-DD`: all that the task list's `date_from` takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day(pub String);

/// Which tasks of the project to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Only tasks whose `time_updated` is on or after this day.
    pub changed_since: Option<Day>,
    /// Only archived tasks; else all but archived ones.
    pub archived: bool,
}

/// Fresh URLs of a file's blobs, on Diffgram's storage. They are secrets: whoever holds one can read the blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedUrls {
    /// A small picture.
    pub thumb: Option<String>,
    /// The picture, video or other blob itself.
    pub full: Option<String>,
    /// Texts only: the words it was cut into.
    pub tokens: Option<String>,
}

/// The annotations of one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameSet {
    /// The frame, from 0.
    pub frame: u32,
    /// What is drawn on it.
    pub set: portal_model::annotation::AnnotationSet,
}

/// A model run (`model-runs/list`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRun {
    /// Its id.
    pub id: ModelRunId,
    /// Its name: Diffgram's `reference_id`, or the id in words when it has none. Untrusted text.
    pub name: String,
}

/// Annotations of a picture with the labels they carry (`annotation/list` repeats the label in each).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileAnnotations {
    /// Which file.
    pub file: Option<FileId>,
    /// The file itself, which the answer also holds.
    pub summary: Option<FileSummary>,
    /// What is drawn on it.
    pub set: portal_model::annotation::AnnotationSet,
    /// Each label once.
    pub labels: Vec<portal_model::annotation::Label>,
    /// What was answered on the file and on its annotations.
    pub answers: Vec<Given>,
}

/// What is drawn on some frames of a video.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frames {
    /// Those that have something, in order.
    pub frames: Vec<FrameSet>,
    /// Each label once.
    pub labels: Vec<portal_model::annotation::Label>,
    /// What was answered on the annotations.
    pub answers: Vec<Given>,
}

/// Answers as Diffgram keeps them: by the ids of a schema (`diffgram-api.md` §6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// On which annotation; `None` for the file as a whole.
    pub annotation: Option<AnnotationId>,
    /// Attributes with what was answered.
    pub answers: Vec<(AttributeId, Vec<GivenValue>)>,
}

/// One answer as Diffgram keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenValue {
    /// A text, number, day or time. Untrusted text.
    Said(String),
    /// An option, with its name at that time where it was kept. Untrusted text.
    Option {
        /// Its id.
        id: OptionId,
        /// What it was called.
        name: Option<String>,
    },
}

/// An issue (`discussions/list`, `diffgram-api.md` §9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Its id.
    pub id: IssueId,
    /// Untrusted text.
    pub title: String,
    /// Untrusted HTML.
    pub description: String,
    /// Whether it is open; else it is closed.
    pub open: bool,
    /// Who wrote it. Untrusted text; `None` for API keys, which are no users.
    pub author: Option<String>,
    /// The frame it was marked on.
    pub frame: Option<u32>,
    /// When.
    pub created: Timestamp,
}

/// What an issue is attached to. Diffgram does not check that it belongs to the issue's project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IssuePlace {
    /// A task.
    Task(TaskId),
    /// A file.
    File(FileId),
    /// A whole job.
    Job(JobId),
    /// An annotation, with the file it is on where Diffgram says.
    Annotation(AnnotationId, Option<FileId>),
}

/// A comment on an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Untrusted HTML.
    pub content: String,
    /// Who wrote it. Untrusted text; `None` for API keys.
    pub author: Option<String>,
    /// When.
    pub created: Timestamp,
    /// When it was changed, if it was.
    pub edited: Option<Timestamp>,
}

/// When a file was made and last changed. A move, a removal and a drawn frame change nothing here (`sync-evidence.md` §4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileTimes {
    /// When it was made. Diffgram: `created_time`.
    pub created: Option<Timestamp>,
    /// When it last changed. Diffgram: `time_last_updated`.
    pub changed: Option<Timestamp>,
}

/// One version of an annotation (`instance/{id}/history`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its id, which no other version has.
    pub id: AnnotationId,
    /// What all versions share, when Diffgram says.
    pub root: Option<portal_model::id::AnnotationRoot>,
    /// The file it is drawn on; a frame's own one, on a video.
    pub file: FileId,
    /// Replaced by a later one, or removed.
    pub deleted: bool,
}

/// How people sign in to Diffgram itself (`configs/is-oauth2-set`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignOn {
    /// Whether another provider does it (single sign-on).
    pub by_provider: bool,
    /// Where that begins, as Diffgram says: an address of the provider.
    pub login_url: Option<String>,
}

/// A dataset (`directory/list`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// Its id.
    pub id: DatasetId,
    /// Its name. Untrusted text. Diffgram: `nickname`.
    pub name: String,
}

/// A file in the listing of a dataset, without the part that holds size and URLs.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedFile {
    /// The file; size and small picture are not known here.
    pub file: FileSummary,
    /// When it was made and last changed.
    pub times: FileTimes,
}

/// A page of a dataset's listing.
#[derive(Clone, Debug, PartialEq)]
pub struct FilePage {
    /// The files, newest first. Those that made no sense are left out and counted in `unreadable`; frames and labels, which are
    /// files to Diffgram too, are left out.
    pub files: Vec<ListedFile>,
    /// Ids of everything on the page, for comparing with `total`.
    pub ids: Vec<FileId>,
    /// Entries that could not be read.
    pub unreadable: u32,
    /// How many files the dataset has.
    pub total: u32,
}
