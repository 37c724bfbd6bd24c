//! Which operations frames have, by the views that need them. What no view needs is not there: an operation that is new is outside
//! until it stands here.

use axum::http::Method;
use portal_model::{
    embed::View::{self, Explorer, File, Inbox, Next, Schema, Task},
    id::SchemaId,
};

use crate::config::Host;

/// What an operation needs in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Every frame has it.
    Nothing,
    /// One of these views.
    OneOf(&'static [View]),
    /// No frame has it.
    Outside,
}

/// What shows lists of tasks: the page of a task leads to the one before and after.
const TASKS: &[View] = &[Inbox, Next, Task];
/// What shows files.
const FILES: &[View] = &[Inbox, Next, Task, File, Explorer];

/// What an operation needs, by its path below the frame's place.
#[must_use]
pub fn needs(method: &Method, path: &str) -> Needs {
    let Some(below) = path.strip_prefix("/api/") else { return Needs::Outside };
    let parts: Vec<&str> = below.split('/').collect();
    match parts.as_slice() {
        ["session" | "events" | "crashes" | "host" | "frame-reports"] | ["brand", _] => Needs::Nothing,
        ["tasks" | "news" | "people", ..] => Needs::OneOf(TASKS),
        ["task-views", ..] => Needs::OneOf(&[Inbox]),
        // What is kept for somebody they give back wherever they have it.
        ["up-next"] => Needs::OneOf(TASKS),
        ["claims", _] if *method == Method::DELETE => Needs::OneOf(TASKS),
        ["claims"] => Needs::OneOf(&[Next]),
        ["files", "key", _] => Needs::OneOf(&[File, Explorer]),
        // Ids are numbers; all else is about many.
        ["files", id, ..] if is_number(id) => Needs::OneOf(FILES),
        ["files" | "views" | "query-views", ..] => Needs::OneOf(&[Explorer]),
        ["schemas" | "attributes", ..] => Needs::OneOf(&[Schema]),
        _ => Needs::Outside,
    }
}

/// Whether the frames of a host have an operation.
#[must_use]
pub fn is_shown(host: &Host, method: &Method, path: &str) -> bool {
    match needs(method, path) {
        Needs::Nothing => true,
        Needs::OneOf(views) => host.shows_any(views),
        Needs::Outside => false,
    }
}

/// Whether an operation is about more than tasks and files that somebody sees: drawing tasks, and orders about many. Sessions that
/// are bound to ids have none of these.
pub(super) fn reaches_beyond_ids(path: &str) -> bool {
    ["/api/up-next", "/api/claims", "/api/tasks/assignments", "/api/people"]
        .iter()
        .any(|begin| path.strip_prefix(begin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// Which schema an operation about schemas is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// The list, which leaves others out.
    List,
    /// This one.
    One(SchemaId),
    /// That cannot be told, or a new one.
    Unknown,
}

impl Of {
    pub(super) fn is_among(self, these: &[SchemaId]) -> bool {
        match self {
            Self::List => true,
            Self::One(id) => these.contains(&id),
            Self::Unknown => false,
        }
    }
}

/// Which schema it is about; `None` for operations about something else.
pub(super) fn schema_of(method: &Method, path: &str) -> Option<Of> {
    let mut parts = path.strip_prefix("/api/")?.split('/');
    match (parts.next()?, parts.next()) {
        ("schemas", None) => Some(if method.is_safe() { Of::List } else { Of::Unknown }),
        ("schemas", Some(id)) if is_number(id) => Some(id.parse().map_or(Of::Unknown, |id| Of::One(SchemaId(id)))),
        ("schemas" | "attributes", _) => Some(Of::Unknown),
        _ => None,
    }
}

/// A number as the portal writes it.
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 19 && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit())
}
