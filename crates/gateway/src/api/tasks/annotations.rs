//! What is drawn on pictures, read from Diffgram when somebody looks, and kept for seconds.

use std::{sync::Arc, time::Duration};

use portal_diffgram::{Error, types::FileAnnotations};
use portal_model::{
    annotation::{Annotation, AnnotationSet, Label},
    api::ModelRun,
    file::{FileKind, FileSummary},
    id::{FileId, ModelRunId, ProjectId},
};

use crate::{index, policy::Scope, sync::Sync};

/// What is drawn on a file, as a person may see it.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The annotations; none for anything but pictures.
    pub set: AnnotationSet,
    /// Their labels.
    pub labels: Vec<Label>,
    /// Their model runs.
    pub runs: Vec<ModelRun>,
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
    cache: moka::future::Cache<(ProjectId, FileId), Arc<FileAnnotations>>,
}

impl Annotations {
    /// Read through the projects' clients.
    #[must_use]
    pub fn new(sync: Sync) -> Self {
        let cache = moka::future::Cache::builder().max_capacity(200).time_to_live(Duration::from_secs(3)).build();
        Self { sync, cache }
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

    /// What is drawn on a picture in the scope, with names; marked when Diffgram does not answer.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn drawn(&self, scope: &Scope, project: &ProjectId, file: &FileSummary) -> Result<Drawn, index::Error> {
        if file.kind != FileKind::Image {
            return Ok(Drawn::default());
        }
        match self.of(project, file.id).await {
            Ok(read) => Ok(Drawn {
                runs: scope.runs(&runs(&read.set.annotations)).await?,
                set: read.set.clone(),
                labels: read.labels.clone(),
                unavailable: false,
            }),
            Err(error) => {
                tracing::warn!(error = &*error as &dyn std::error::Error, "annotations.unread");
                Ok(Drawn { unavailable: true, ..Drawn::default() })
            }
        }
    }
}
