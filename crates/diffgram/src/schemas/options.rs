//! Options of attributes, one a call.

use portal_model::{
    attribute::AttributeOption,
    id::{AttributeId, OptionId},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Error, ProjectClient, transport::Call, wire::text};

/// `diffgram-api.md` §7.4.
#[derive(Deserialize)]
pub(super) struct WireOption {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    name: String,
    parent_id: Option<i64>,
    #[serde(default)]
    archived: Value,
}

impl WireOption {
    pub(super) fn option(self) -> AttributeOption {
        AttributeOption {
            id: OptionId(self.id),
            name: self.name,
            parent: self.parent_id.map(OptionId),
            archived: self.archived == Value::Bool(true),
        }
    }
}

impl ProjectClient {
    /// `POST /api/v1/project/{p}/attribute`, mode NEW: makes an option (`diffgram-api.md` §7.4).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn add_option(
        &self,
        attribute: AttributeId,
        name: &str,
        parent: Option<OptionId>,
    ) -> Result<OptionId, Error> {
        #[derive(Deserialize)]
        struct Wire {
            attribute_template: WireOption,
        }
        let option = json!({"group_id": attribute, "name": name, "parent_id": parent});
        let wire: Wire = self.option("NEW", option).await?;
        Ok(OptionId(wire.attribute_template.id))
    }

    /// Mode UPDATE: names an option and says where it stands; both are always written, because a parent left out is lost.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn write_option(
        &self,
        attribute: AttributeId,
        id: OptionId,
        name: &str,
        parent: Option<OptionId>,
    ) -> Result<(), Error> {
        let option = json!({"group_id": attribute, "id": id, "name": name, "parent_id": parent});
        self.option::<Value>("UPDATE", option).await.map(drop)
    }

    /// Mode ARCHIVE: for good; answers that chose it keep it.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn archive_option(&self, attribute: AttributeId, id: OptionId) -> Result<(), Error> {
        self.option::<Value>("ARCHIVE", json!({"group_id": attribute, "id": id})).await.map(drop)
    }

    async fn option<T: serde::de::DeserializeOwned>(&self, mode: &str, option: Value) -> Result<T, Error> {
        let path = format!("/api/v1/project/{}/attribute", self.id);
        self.call(Call::write("attribute option", path, json!({"mode": mode, "attribute": option}))).await
    }
}
