//! How far Diffgram has been read, for admins: `GET /api/reading`.

use serde::{Deserialize, Serialize};

use crate::{
    file::FileKind,
    id::{FileId, ProjectId},
    time::Timestamp,
};

/// Where things are.
pub mod path {
    /// `GET` → [`super::Readings`].
    pub const READING: &str = "/api/reading";
}

/// The projects in which I am an admin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Readings {
    /// In the order of their ids.
    pub projects: Vec<Reading>,
}

/// How far one project has been read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reading {
    /// The project.
    pub project: ProjectId,
    /// Its name for people. Untrusted text.
    pub name: String,
    /// Whether Diffgram answered last time.
    pub diffgram_up: bool,
    /// The last moment at which all tasks were known to be true; `None` before the first reading is over.
    pub as_of: Option<Timestamp>,
    /// Tasks.
    pub tasks: Share,
    /// When the datasets were last listed whole; `None` before the first time.
    pub listed: Option<Timestamp>,
    /// Files, of all kinds: read is what was read since it last changed.
    pub files: Share,
    /// How many of the files Diffgram did not give out.
    pub refused: u32,
    /// Those files, at most [`Reading::REFUSED`], the latest first.
    pub refused_files: Vec<RefusedFile>,
}

impl Reading {
    /// More are counted, not named.
    pub const REFUSED: u32 = 100;
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Share {
    /// What has been read.
    pub read: u32,
    /// What there is, as far as it is known.
    pub total: u32,
}

/// A file that Diffgram did not give out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefusedFile {
    /// The file.
    pub id: FileId,
    /// Its name. Untrusted text.
    pub name: String,
    /// Its kind.
    pub kind: FileKind,
}
