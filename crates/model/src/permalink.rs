//! Links into Diffgram: the only place that builds them (`diffgram-api.md` §3, §3.5), as one table of what can be asked for, where
//! that really lands, and who may open it. `docs/links.md` is written from it.

use std::fmt;

use crate::id::{AttributeId, DatasetId, FileId, IssueId, JobId, ProjectId, ReportId, SchemaId, TaskId, WorkflowId};

/// Where Diffgram's pages are: scheme, host and port, no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffgramOrigin(String);

/// The text is not the origin of an http or https server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnOrigin(pub String);

impl fmt::Display for NotAnOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not an origin: write scheme and host, for example https://diffgram.your_domain.com", self.0)
    }
}

impl std::error::Error for NotAnOrigin {}

impl DiffgramOrigin {
    /// Reads `https://diffgram.your_domain.com`, with or without a final slash.
    ///
    /// # Errors
    /// [`NotAnOrigin`] for anything with a path, query, user name, blank or other scheme.
    pub fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        let bare = text.strip_suffix('/').unwrap_or(text);
        let host = bare
            .strip_prefix("https://")
            .or_else(|| bare.strip_prefix("http://"))
            .ok_or_else(|| NotAnOrigin(text.into()))?;
        let ok = !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']'));
        if ok { Ok(Self(bare.into())) } else { Err(NotAnOrigin(text.into())) }
    }

    /// As text, without a final slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a task is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskLink {
    /// Look without drawing. Diffgram's page honours it; its server does not enforce it.
    pub read_only: bool,
    /// Video only: the frame to show, counted from 0. Above the last frame Diffgram shows an empty canvas, so clamp first.
    pub frame: Option<u32>,
}

/// `https://diffgram.your_domain.com/task/{id}`, with what Diffgram honours and nothing else.
#[must_use]
pub fn task(origin: &DiffgramOrigin, id: TaskId, how: TaskLink) -> String {
    format!("{}{}", origin.as_str(), task_path(id, how))
}

fn task_path(id: TaskId, TaskLink { read_only, frame }: TaskLink) -> String {
    match (read_only, frame) {
        (false, None) => format!("/task/{id}"),
        (true, None) => format!("/task/{id}?view_only=true"),
        (false, Some(frame)) => format!("/task/{id}?frame={frame}"),
        (true, Some(frame)) => format!("/task/{id}?view_only=true&frame={frame}"),
    }
}

/// The task that a link made by [`task`] opens.
#[must_use]
pub fn task_of(origin: &DiffgramOrigin, link: &str) -> Option<TaskId> {
    let id = link.strip_prefix(origin.as_str())?.strip_prefix("/task/")?;
    id.split(['?', '#']).next()?.parse().ok()
}

/// Everything that people ask for in Diffgram. Projects are checked when the link is made, ids are typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The task.
    Task(TaskId),
    /// The task, without drawing.
    ReadOnly(TaskId),
    /// A frame of a video task.
    Frame(TaskId, u32),
    /// An annotation of a task; on a video, on this frame.
    Annotation(TaskId, Option<u32>),
    /// A question of a task.
    Answer(TaskId),
    /// An issue within a task.
    TaskIssue(TaskId),
    /// A file, in its project.
    File(ProjectId, FileId),
    /// A frame of a video, in its project.
    FileFrame(ProjectId, FileId, u32),
    /// The files of a dataset, in the studio.
    Dataset(ProjectId, DatasetId),
    /// The files of a dataset, in the explorer.
    Explorer(ProjectId, DatasetId),
    /// A schema.
    Schema(ProjectId, SchemaId),
    /// A question, in its schema.
    Attribute(ProjectId, SchemaId, AttributeId),
    /// A job.
    Job(ProjectId, JobId),
    /// An issue, on a page of its own.
    Issue(ProjectId, IssueId),
    /// The issues of a project.
    Issues(ProjectId),
    /// The reports of a project.
    Reports(ProjectId),
    /// A report.
    Report(ProjectId, ReportId),
    /// The connections.
    Connections(ProjectId),
    /// The workflows of a project.
    Workflows(ProjectId),
    /// A workflow.
    Workflow(ProjectId, WorkflowId),
    /// The export of a task.
    Export(ProjectId, TaskId),
    /// The results of a query.
    Query,
    /// A model run, or two side by side.
    ModelRun,
    /// Whatever is next.
    NextTask,
}

/// What Diffgram does with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lands {
    /// On the spot.
    There,
    /// On the task; the place itself is not selected.
    OnTheTask,
    /// On the schema; the question itself is not opened.
    OnTheSchema,
    /// Only in a browser whose current project is the link's: a page that sets it comes first, see [`Target::first`].
    NeedsProject,
    /// Nowhere, and why.
    Nowhere(Missing),
}

/// Why there is no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Diffgram's page runs a query of its own and forgets the one in the address.
    QueryIsLost,
    /// Diffgram has no page for model runs.
    NoSuchPage,
    /// Diffgram hands out tasks by its API only; the portal does it too.
    OnlyInThePortal,
}

/// Who may open a page, by Diffgram's own roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Everybody on the project, annotators too.
    Member,
    /// The role `Editor` or `admin`: annotators get a box that says "Invalid Permission".
    Editor,
    /// The role `admin`.
    Admin,
}

impl Target {
    /// What was seen in a browser (`diffgram-api.md` §3.5).
    #[must_use]
    pub fn lands(&self) -> Lands {
        match self {
            Self::Task(_)
            | Self::ReadOnly(_)
            | Self::Frame(..)
            | Self::File(..)
            | Self::FileFrame(..)
            | Self::Dataset(..)
            | Self::Explorer(..)
            | Self::Schema(..)
            | Self::Issues(_)
            | Self::Reports(_)
            | Self::Workflows(_)
            | Self::Workflow(..)
            | Self::Export(..) => Lands::There,
            Self::Annotation(..) | Self::Answer(_) | Self::TaskIssue(_) => Lands::OnTheTask,
            Self::Attribute(..) => Lands::OnTheSchema,
            Self::Job(..) | Self::Issue(..) | Self::Report(..) | Self::Connections(_) => Lands::NeedsProject,
            Self::Query => Lands::Nowhere(Missing::QueryIsLost),
            Self::ModelRun => Lands::Nowhere(Missing::NoSuchPage),
            Self::NextTask => Lands::Nowhere(Missing::OnlyInThePortal),
        }
    }

    /// Who may open it (`diffgram-api.md` §3.5, by role).
    #[must_use]
    pub fn needs(&self) -> Needs {
        match self {
            Self::Task(_)
            | Self::ReadOnly(_)
            | Self::Frame(..)
            | Self::Annotation(..)
            | Self::Answer(_)
            | Self::TaskIssue(_)
            | Self::Job(..)
            | Self::Issue(..)
            | Self::Issues(_)
            | Self::Query
            | Self::ModelRun
            | Self::NextTask => Needs::Member,
            Self::File(..)
            | Self::FileFrame(..)
            | Self::Dataset(..)
            | Self::Explorer(..)
            | Self::Schema(..)
            | Self::Attribute(..)
            | Self::Reports(_)
            | Self::Report(..)
            | Self::Workflows(_)
            | Self::Workflow(..)
            | Self::Export(..) => Needs::Editor,
            Self::Connections(_) => Needs::Admin,
        }
    }

    /// The page that must come first where [`Lands::NeedsProject`]: it sets the browser's current project. A task does that for
    /// everybody who may open it; else it is the project's reports.
    #[must_use]
    pub fn first(&self, task: Option<TaskId>) -> Option<Self> {
        match self {
            Self::Job(project, _) | Self::Issue(project, _) | Self::Report(project, _) | Self::Connections(project) => {
                Some(task.map_or_else(|| Self::Reports(project.clone()), Self::Task))
            }
            _ => None,
        }
    }

    /// The project that stands in the link, or must be the browser's current one.
    fn project(&self) -> Option<&ProjectId> {
        match self {
            Self::File(project, _)
            | Self::FileFrame(project, ..)
            | Self::Dataset(project, _)
            | Self::Explorer(project, _)
            | Self::Schema(project, _)
            | Self::Attribute(project, ..)
            | Self::Job(project, _)
            | Self::Issue(project, _)
            | Self::Issues(project)
            | Self::Reports(project)
            | Self::Report(project, _)
            | Self::Connections(project)
            | Self::Workflows(project)
            | Self::Workflow(project, _)
            | Self::Export(project, _) => Some(project),
            _ => None,
        }
    }

    /// Path and query at Diffgram; nothing where there is no link, and for projects and ids that cannot be Diffgram's.
    fn path(&self) -> Option<String> {
        if self.project().is_some_and(|project| !project.is_valid()) || self.ids().iter().any(|id| *id < 1) {
            return None;
        }
        let at = |id, frame| task_path(id, TaskLink { read_only: false, frame });
        Some(match self {
            Self::Task(id) | Self::Answer(id) | Self::TaskIssue(id) => at(*id, None),
            Self::ReadOnly(id) => task_path(*id, TaskLink { read_only: true, frame: None }),
            Self::Frame(id, frame) => at(*id, Some(*frame)),
            Self::Annotation(id, frame) => at(*id, *frame),
            Self::File(project, id) => format!("/studio/annotate/{project}?file={id}"),
            Self::FileFrame(project, id, frame) => format!("/studio/annotate/{project}?file={id}&frame={frame}"),
            Self::Dataset(project, id) => format!("/studio/annotate/{project}?dataset={id}"),
            Self::Explorer(project, id) => format!("/studio/annotate/{project}/explorer?dataset={id}"),
            Self::Schema(project, id) | Self::Attribute(project, id, _) => {
                format!("/project/{project}/labels?schema_id={id}")
            }
            Self::Job(_, id) => format!("/job/{id}"),
            Self::Issue(project, id) => format!("/discussion/{id}/?project={project}"),
            Self::Issues(project) => format!("/discussions/?project={project}"),
            Self::Reports(project) => format!("/report/list?project={project}"),
            Self::Report(_, id) => format!("/report/{id}"),
            Self::Connections(_) => "/connection/list".to_owned(),
            Self::Workflows(project) => format!("/project/{project}/workflow/list"),
            Self::Workflow(project, id) => format!("/project/{project}/workflow/{id}"),
            Self::Export(project, id) => format!("/project/{project}/export?task_id={id}"),
            Self::Query | Self::ModelRun | Self::NextTask => return None,
        })
    }

    /// Every id that stands in the link.
    fn ids(&self) -> Vec<i64> {
        match self {
            Self::Task(id) | Self::ReadOnly(id) | Self::Frame(id, _) | Self::Annotation(id, _) => vec![id.0],
            Self::Answer(id) | Self::TaskIssue(id) | Self::Export(_, id) => vec![id.0],
            Self::File(_, id) | Self::FileFrame(_, id, _) => vec![id.0],
            Self::Dataset(_, id) | Self::Explorer(_, id) => vec![id.0],
            Self::Schema(_, id) => vec![id.0],
            Self::Attribute(_, id, attribute) => vec![id.0, attribute.0],
            Self::Job(_, id) => vec![id.0],
            Self::Issue(_, id) => vec![id.0],
            Self::Report(_, id) => vec![id.0],
            Self::Workflow(_, id) => vec![id.0],
            Self::Issues(_) | Self::Reports(_) | Self::Connections(_) | Self::Workflows(_) => Vec::new(),
            Self::Query | Self::ModelRun | Self::NextTask => Vec::new(),
        }
    }

    /// The link. Nothing where there is none, and for projects and ids that cannot be Diffgram's: a hostile name makes no link.
    #[must_use]
    pub fn link(&self, origin: &DiffgramOrigin) -> Option<String> {
        Some(format!("{}{}", origin.as_str(), self.path()?))
    }
}

/// Whether a text is a link that [`Target::link`] makes, letter by letter: the only ones that the portal ever forwards to.
#[must_use]
pub fn is_ours(origin: &DiffgramOrigin, link: &str) -> bool {
    link.strip_prefix(origin.as_str()).and_then(read).and_then(|target| target.link(origin)).as_deref() == Some(link)
}

/// A target whose link has this path, if it is one. What a job, a report and the connections need a project for does not stand in
/// their links: any valid one makes the same link.
fn read(path: &str) -> Option<Target> {
    let (path, query) = path.split_once('?').map_or((path, ""), |(path, query)| (path, query));
    let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let any = || ProjectId("any-project".to_owned());
    let project = |name: &str| ProjectId(name.to_owned());
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    Some(match parts.as_slice() {
        ["task", id] => {
            let id = id.parse().ok()?;
            match (value("view_only"), value("frame")) {
                (None, None) => Target::Task(id),
                (None, Some(frame)) => Target::Frame(id, frame.parse().ok()?),
                (Some(_), None) => Target::ReadOnly(id),
                (Some(_), Some(_)) => return None,
            }
        }
        ["studio", "annotate", p] => match (value("file"), value("frame"), value("dataset")) {
            (Some(id), None, _) => Target::File(project(p), id.parse().ok()?),
            (Some(id), Some(frame), _) => Target::FileFrame(project(p), id.parse().ok()?, frame.parse().ok()?),
            (None, _, id) => Target::Dataset(project(p), id?.parse().ok()?),
        },
        ["studio", "annotate", p, "explorer"] => Target::Explorer(project(p), value("dataset")?.parse().ok()?),
        ["project", p, "labels"] => Target::Schema(project(p), value("schema_id")?.parse().ok()?),
        ["project", p, "workflow", "list"] => Target::Workflows(project(p)),
        ["project", p, "workflow", id] => Target::Workflow(project(p), id.parse().ok()?),
        ["project", p, "export"] => Target::Export(project(p), value("task_id")?.parse().ok()?),
        ["job", id] => Target::Job(any(), id.parse().ok()?),
        ["discussion", id, ""] => Target::Issue(project(value("project")?), id.parse().ok()?),
        ["discussions", ""] => Target::Issues(project(value("project")?)),
        ["report", "list"] => Target::Reports(project(value("project")?)),
        ["report", id] => Target::Report(any(), id.parse().ok()?),
        ["connection", "list"] => Target::Connections(any()),
        _ => return None,
    })
}

#[cfg(test)]
#[path = "permalink_tests.rs"]
mod tests;
