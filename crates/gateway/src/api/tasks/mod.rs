//! My tasks.

pub mod annotations;
pub mod answers;
mod asked;
pub mod facets;
pub mod frames;
pub mod get;
pub mod ids;
pub mod issue;
pub mod list;
pub mod places;
pub mod snapshots;

pub use asked::MAX_Q;

use axum::extract::Path;
use portal_model::id::TaskId;

use crate::{index, problem::Reply, sync};

/// Why a question about tasks has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown, or not theirs: the answer must not tell which.
    #[error("no such task")]
    NotFound,
    /// The same of a file.
    #[error("no such file")]
    NoFile,
    /// The same of a model run.
    #[error("no such model run")]
    NoRun,
    /// The same of an issue.
    #[error("no such issue")]
    NoIssue,
    /// For admins only.
    #[error("not an admin")]
    Forbidden,
    /// The request makes no sense.
    #[error("invalid request: {0}")]
    Invalid(String),
    /// The store did not answer.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// Diffgram does not say whether it is still theirs.
    #[error(transparent)]
    Shut(#[from] sync::Shut),
    /// Diffgram did not answer.
    #[error(transparent)]
    Diffgram(#[from] portal_diffgram::Error),
}

impl From<crate::api::files::Unread> for Error {
    fn from(error: crate::api::files::Unread) -> Self {
        match error {
            crate::api::files::Unread::Index(error) => Self::Index(error),
            crate::api::files::Unread::Shut(error) => Self::Shut(error),
        }
    }
}

impl From<crate::claims::Error> for Error {
    fn from(error: crate::claims::Error) -> Self {
        match error {
            crate::claims::Error::Diffgram(error) => Self::Diffgram(error),
            crate::claims::Error::Shut(error) => Self::Shut(error),
            crate::claims::Error::Index(error) => Self::Index(error),
            crate::claims::Error::Store(error) => Self::Index(error.into()),
            _ => Self::NotFound,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Index(error.into())
    }
}

impl From<sync::Error> for Error {
    fn from(error: sync::Error) -> Self {
        match error {
            sync::Error::Diffgram(error) => Self::Diffgram(error),
            sync::Error::Index(error) => Self::Index(error),
        }
    }
}

impl axum::response::IntoResponse for Error {
    fn into_response(self) -> axum::response::Response {
        match &self {
            Self::NotFound => Reply::not_found("This task does not exist or is not yours."),
            Self::NoFile => Reply::not_found("This file does not exist or is not yours."),
            Self::NoRun => Reply::not_found("This model run does not exist or predicted nothing that you may see."),
            Self::NoIssue => Reply::not_found("This issue does not exist or is not on this task."),
            Self::Forbidden => Reply::forbidden("Everyone's tasks are for admins of a project."),
            Self::Invalid(why) => Reply::invalid(why),
            Self::Index(error) => {
                tracing::error!(error = error as &dyn std::error::Error, "tasks.unreadable");
                Reply::store_unavailable()
            }
            Self::Shut(_) => Reply::diffgram_unavailable(),
            Self::Diffgram(error) => {
                tracing::warn!(error = error as &dyn std::error::Error, "tasks.diffgram");
                Reply::diffgram_unavailable()
            }
        }
        .into_response()
    }
}

/// The id in the address, read strictly (AUT-05).
fn task_id(Path(text): Path<String>) -> Result<TaskId, Error> {
    text.parse().map_err(|_| Error::Invalid("The task's id is a number, for example /api/tasks/12.".into()))
}
