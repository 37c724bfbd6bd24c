//! Schemas as files: `/api/schemas/{id}/file`, and the options of an attribute as a table.

use serde::{Deserialize, Serialize};

use crate::schema::file::FileFault;

/// Where things are.
pub mod path {
    use crate::{
        api::schemas::path::SCHEMAS,
        id::{AttributeId, SchemaId},
    };

    /// `GET` → a [`crate::schema::file::SchemaFile`], as YAML or JSON by `Accept` or `?format=`, with all ids for `?ids=true`.
    /// `POST` such a file → the [`crate::schema::SchemaDraft`] that it means over the schema as it is now, whose version is the
    /// `ETag`; nothing is changed.
    #[must_use]
    pub fn file(id: SchemaId) -> String {
        format!("{SCHEMAS}/{id}/file")
    }

    /// `POST` a table of options as CSV → the same as for a file: only the options of this attribute differ.
    #[must_use]
    pub fn table(id: SchemaId, attribute: AttributeId) -> String {
        format!("{}?attribute={attribute}", file(id))
    }

    /// `GET` → the options of an attribute as CSV.
    #[must_use]
    pub fn options(id: SchemaId, attribute: AttributeId) -> String {
        format!("{SCHEMAS}/{id}/attributes/{attribute}/options.csv")
    }
}

/// Media types of files.
pub mod media {
    /// RFC 9512.
    pub const YAML: &str = "application/yaml";
    /// RFC 8259.
    pub const JSON: &str = "application/json";
    /// RFC 4180.
    pub const CSV: &str = "text/csv";
}

/// Extends the problem of a refused file (`type`: `invalid-request`, status 422).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileRefused {
    /// What keeps it from saying clearly what is meant.
    pub faults: Vec<FileFault>,
}
