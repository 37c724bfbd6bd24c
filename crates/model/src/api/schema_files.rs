//! Schemas as files, and the options of an attribute as a table: where they are, [`super::schemas::path`] says. A posted file is
//! answered with the draft that it means, and the version of the schema that it is over as `ETag`.

use serde::{Deserialize, Serialize};

use crate::schema::file::FileFault;

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
