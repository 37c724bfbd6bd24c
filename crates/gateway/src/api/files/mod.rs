//! Files in my sight.

pub mod compare;
pub mod explain;
pub mod export;
pub mod facets;
pub mod frames;
pub mod get;
pub mod ids;
pub mod key;
pub mod list;
pub mod names;

use portal_model::{
    file::{FileKind, FileSummary},
    id::{FileId, ProjectId},
};

use crate::{
    api::tasks::Error,
    app::App,
    index::{self, FileInSight},
    policy::Scope,
    sync,
};

/// Why a file could not be looked at again.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// The store did not answer.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// Diffgram does not say whether it is still theirs.
    #[error(transparent)]
    Shut(#[from] sync::Shut),
}

/// The file, after what brings it into sight was read again: the task first, then, when that is gone, the dataset.
///
/// # Errors
/// See [`Unread`].
pub async fn fresh(app: &App, scope: &Scope, id: FileId) -> Result<Option<FileInSight>, Unread> {
    if scope.file(id).await?.is_none() {
        return Ok(None);
    }
    // What brings it into sight may be none of what the session of a frame is bound to.
    let whole_sight = scope.without_only();
    let mut seen = whole_sight.file(id).await?;
    // A part of a compound file is in sight as long as the whole is.
    let whole = seen.as_ref().and_then(|file| file.part_of).unwrap_or(id);
    if let Some(file) = &seen
        && file.task.is_some()
    {
        app.sync.at_the_door(&file.project, whole).await?;
        seen = whole_sight.file(id).await?;
    }
    // When it left one dataset, another may still show it.
    while let Some(FileInSight { task: None, granted: Some(dataset), project, .. }) = seen {
        app.sync.at_the_dataset_door(&project, whole, dataset).await?;
        seen = whole_sight.file(id).await?;
        if seen.as_ref().is_some_and(|file| file.granted == Some(dataset)) {
            break;
        }
    }
    if scope.is_bound() { Ok(scope.file(id).await?) } else { Ok(seen) }
}

/// What a compound file is made of, read again first; nothing for others.
///
/// # Errors
/// When the store does not answer.
pub async fn parts(
    app: &App,
    scope: &Scope,
    project: &ProjectId,
    file: &FileSummary,
) -> Result<Vec<FileSummary>, index::Error> {
    if file.kind != FileKind::Compound {
        return Ok(Vec::new());
    }
    app.sync.parts_at_the_door(project, file.id).await;
    scope.children(file.id).await
}

/// The id in the address, read strictly (AUT-05).
fn file_id(text: &str) -> Result<FileId, Error> {
    text.parse().map_err(|_| Error::Invalid("The file's id is a number, for example /api/files/12.".into()))
}
