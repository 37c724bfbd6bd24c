//! What became of an annotation: its id changes with every edit, its root stays (`diffgram-api.md` §6.2).

use portal_model::id::{AnnotationId, AnnotationRoot, FileId};
use serde::Deserialize;
use serde_json::json;

use crate::{Error, ProjectClient, transport::Call, types::Version, wire::Tolerant};

#[derive(Deserialize)]
struct Wire {
    instance_history: Tolerant<WireVersion>,
}

#[derive(Deserialize)]
struct WireVersion {
    id: i64,
    file_id: i64,
    #[serde(default)]
    root_id: Option<i64>,
    #[serde(default)]
    soft_delete: Option<bool>,
}

impl ProjectClient {
    /// `POST /api/v1/project/{p}/instance/{id}/history`: every version of an annotation, by any of their ids (§6.3).
    ///
    /// # Errors
    /// Any [`Error`]; one of another project is [`Error::Refused`], an unknown one [`Error::Server`].
    pub async fn versions(&self, id: AnnotationId) -> Result<Vec<Version>, Error> {
        let path = format!("/api/v1/project/{}/instance/{id}/history", self.id);
        let wire: Wire = self.call(Call::read("versions", path, json!({}))).await?;
        let version = |wire: WireVersion| Version {
            id: AnnotationId(wire.id),
            root: wire.root_id.map(AnnotationRoot),
            file: FileId(wire.file_id),
            deleted: wire.soft_delete == Some(true),
        };
        Ok(wire.instance_history.good.into_iter().map(version).collect())
    }
}
