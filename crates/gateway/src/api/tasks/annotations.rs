//! What is drawn on pictures, or marked in texts and sounds, read from Diffgram when somebody looks, and kept for seconds.

use std::{sync::Arc, time::Duration};

use portal_diffgram::{Error, types::FileAnnotations};
use portal_model::{
    annotation::{Annotation, AnnotationSet, Label},
    api::{ModelRun, answers::Answers},
    file::{FileKind, FileSummary},
    id::{FileId, ModelRunId, ProjectId},
};

use super::answers::Wording;
use crate::{index, policy::Scope, sync::Sync};

/// What is drawn on a file, as a person may see it.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The annotations; none for videos, whose frames have them.
    pub set: AnnotationSet,
    /// Their labels.
    pub labels: Vec<Label>,
    /// Their model runs.
    pub runs: Vec<ModelRun>,
    /// What was answered on the file and on them.
    pub answers: Vec<Answers>,
    /// Diffgram did not answer.
    pub unavailable: bool,
}

/// The model runs that annotations name, each once.
pub(super) fn runs(annotations: &[Annotation]) -> Vec<ModelRunId> {
    let mut runs: Vec<ModelRunId> = annotations.iter().filter_map(|a| a.prediction.as_ref()?.run).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

/// Annotations, coalesced: a crowd on one picture causes one call.
#[derive(Clone, Debug)]
pub struct Annotations {
    sync: Sync,
    wording: Wording,
    cache: moka::future::Cache<(ProjectId, FileId), Arc<FileAnnotations>>,
}

impl Annotations {
    /// Read through the projects' clients.
    #[must_use]
    pub fn new(sync: Sync) -> Self {
        let cache = moka::future::Cache::builder().max_capacity(200).time_to_live(Duration::from_secs(3)).build();
        Self { wording: Wording::new(sync.clone()), sync, cache }
    }

    /// Of a file; what the client says is shared with everybody who asked at the same time.
    async fn of(&self, project: &ProjectId, file: FileId) -> Result<Arc<FileAnnotations>, Arc<Error>> {
        let read = async {
            match self.sync.client(project) {
                Some(client) => client.annotations(file).await.map(Arc::new),
                None => Ok(Arc::default()),
            }
        };
        self.cache.try_get_with((project.clone(), file), read).await
    }

    /// Puts answers into words.
    #[must_use]
    pub fn wording(&self) -> &Wording {
        &self.wording
    }

    /// What is drawn on a picture, or marked in a text or sound, in the scope, with names; marked when Diffgram does not answer.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn drawn(&self, scope: &Scope, project: &ProjectId, file: &FileSummary) -> Result<Drawn, index::Error> {
        // Frames of videos are other files to Diffgram: see `frames`. Of the kinds that have no preview there is nothing to show.
        if !matches!(file.kind, FileKind::Image | FileKind::Text | FileKind::Audio | FileKind::Compound) {
            return Ok(Drawn::default());
        }
        match self.of(project, file.id).await {
            Ok(read) => Ok(Drawn {
                runs: scope.runs(&runs(&read.set.annotations)).await?,
                set: read.set.clone(),
                labels: read.labels.clone(),
                answers: self.wording.word(project, &read.answers).await,
                unavailable: false,
            }),
            Err(error) => {
                tracing::warn!(error = &*error as &dyn std::error::Error, "annotations.unread");
                Ok(Drawn { unavailable: true, ..Drawn::default() })
            }
        }
    }
}
