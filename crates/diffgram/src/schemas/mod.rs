//! Schemas: listed, read, made, named, archived.

mod attributes;
mod labels;
mod options;
mod order;

use portal_model::{annotation::Label, id::SchemaId};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Error, ProjectClient,
    transport::Call,
    types::Schema,
    wire::{Tolerant, WireLabel, text},
};

pub use attributes::{AttributeFields, AttributeState, Attributes};

/// `diffgram-api.md` §7.1.
#[derive(Deserialize)]
struct WireSchema {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    name: String,
    #[serde(default)]
    archived: Value,
    #[serde(default)]
    is_default: Value,
}

impl WireSchema {
    fn schema(self) -> Schema {
        Schema {
            id: SchemaId(self.id),
            name: self.name,
            is_default: self.is_default == Value::Bool(true),
            archived: self.archived == Value::Bool(true),
        }
    }
}

impl ProjectClient {
    /// `GET /api/v1/project/{p}/labels-schema`: the schemas that are not archived (`diffgram-api.md` §7.1; Diffgram's
    /// `label_schema.py`, `list`).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn schemas(&self) -> Result<Vec<Schema>, Error> {
        let path = format!("/api/v1/project/{}/labels-schema", self.id);
        let wire: Tolerant<WireSchema> = self.call(Call::get("schemas", path)).await?;
        Ok(wire.good.into_iter().map(WireSchema::schema).collect())
    }

    /// `GET /api/project/{p}/labels`: a schema with its labels, also an archived one, which no list shows
    /// (`diffgram-api.md` §7.2).
    ///
    /// # Errors
    /// Any [`Error`]; a schema of another project is [`Error::Refused`].
    pub async fn schema(&self, id: SchemaId) -> Result<(Schema, Vec<Label>), Error> {
        #[derive(Deserialize)]
        struct Wire {
            labels_out: Vec<WireLabel>,
            log: WireLog,
        }
        #[derive(Deserialize)]
        struct WireLog {
            info: WireInfo,
        }
        #[derive(Deserialize)]
        struct WireInfo {
            schema: WireSchema,
        }
        // Read whole or not at all: a label left out would be made a second time.
        let call = Call::get("schema", format!("/api/project/{}/labels", self.id)).query("schema_id", id.0);
        let wire: Wire = self.call(call).await?;
        Ok((wire.log.info.schema.schema(), wire.labels_out.iter().map(WireLabel::label).collect()))
    }

    /// `POST /api/v1/project/{p}/labels-schema/new` (`diffgram-api.md` §7.1).
    ///
    /// # Errors
    /// Any [`Error`]; a name that a schema of the project has, or had before it was archived, is [`Error::Refused`].
    pub async fn new_schema(&self, name: &str) -> Result<Schema, Error> {
        let path = format!("/api/v1/project/{}/labels-schema/new", self.id);
        let wire: WireSchema = self.call(Call::write("new schema", path, json!({"name": name}))).await?;
        Ok(wire.schema())
    }

    /// `PATCH /api/v1/project/{p}/labels-schema/{id}/update`: both fields, always (`diffgram-api.md` §7.1).
    ///
    /// # Errors
    /// Any [`Error`]; after a [`Error::Timeout`] it may have been written all the same.
    pub async fn write_schema(&self, id: SchemaId, name: &str, archived: bool) -> Result<(), Error> {
        let path = format!("/api/v1/project/{}/labels-schema/{id}/update", self.id);
        let body = json!({"name": name, "archived": archived});
        self.call::<WireSchema>(Call::patch("schema update", path, body)).await.map(drop)
    }
}
