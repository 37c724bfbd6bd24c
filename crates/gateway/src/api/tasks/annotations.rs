//! What is drawn on pictures, read from Diffgram when somebody looks, and kept for seconds.

use std::{sync::Arc, time::Duration};

use portal_diffgram::{Error, types::FileAnnotations};
use portal_model::id::{FileId, ProjectId};

use crate::sync::Sync;

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

    /// Of a file. The caller has checked that the person may see it.
    ///
    /// # Errors
    /// What the client says; shared with everybody who asked at the same time.
    pub async fn of(&self, project: &ProjectId, file: FileId) -> Result<Arc<FileAnnotations>, Arc<Error>> {
        let read = async {
            match self.sync.client(project) {
                Some(client) => client.annotations(file).await.map(Arc::new),
                None => Ok(Arc::default()),
            }
        };
        self.cache.try_get_with((project.clone(), file), read).await
    }
}
