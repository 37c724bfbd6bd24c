//! Schemas and their attributes, for admins: `/api/schemas`, and `/api/attributes/{id}/options` for host apps.

use serde::{Deserialize, Serialize};

use crate::{
    annotation::Label,
    attribute::{Attribute, Change, Fault},
    id::{OptionId, ProjectId, SchemaId},
};

/// Where things are.
pub mod path {
    use crate::id::{AttributeId, SchemaId};

    /// `GET` → [`super::SchemaList`].
    pub const SCHEMAS: &str = "/api/schemas";

    /// `GET` → [`super::SchemaDetail`].
    #[must_use]
    pub fn schema(id: SchemaId) -> String {
        format!("{SCHEMAS}/{id}")
    }

    /// `GET` → [`super::AttributeState`] with its version as `ETag`; `PUT` [`crate::attribute::Draft`] with `If-Match` →
    /// [`super::Applied`].
    #[must_use]
    pub fn attribute(schema: SchemaId, attribute: AttributeId) -> String {
        format!("{SCHEMAS}/{schema}/attributes/{attribute}")
    }

    /// `PATCH` [`super::OptionEdits`] → [`super::Applied`].
    #[must_use]
    pub fn options(attribute: AttributeId) -> String {
        format!("/api/attributes/{attribute}/options")
    }
}

/// The schemas of the projects in which the person is an admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SchemaList {
    /// By project, then name.
    pub schemas: Vec<SchemaRow>,
}

/// A schema: what can be labeled, and what is asked about it. Diffgram: *label schema* (`diffgram-api.md` §7.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SchemaRow {
    /// Its id.
    pub id: SchemaId,
    /// Its name. Untrusted text.
    pub name: String,
    /// Whether jobs without a schema use it.
    pub is_default: bool,
    /// The project it is in.
    pub project: ProjectId,
    /// The project's name for people. Untrusted text.
    pub project_name: String,
}

/// One schema with all its questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SchemaDetail {
    /// The schema.
    pub schema: SchemaRow,
    /// What can be labeled.
    pub labels: Vec<Label>,
    /// What is asked, by place.
    pub attributes: Vec<AttributeState>,
    /// How many attributes there are besides whose shape makes no sense.
    pub unreadable: u32,
}

/// An attribute as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttributeState {
    /// The attribute.
    pub attribute: Attribute,
    /// Names this state of it: to be sent back as `If-Match`.
    pub version: String,
}

/// A change is made and was read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Applied {
    /// The attribute as it is now.
    pub state: AttributeState,
    /// What was changed, in words' order.
    pub changes: Vec<Change>,
    /// The line of the audit that says so.
    pub audit: i64,
}

/// Extends the problem of a refused or broken write (`type`: `conflict`, `invalid-draft`, `incomplete`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EditProblem {
    /// What is wrong with the draft (`invalid-draft`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// The attribute as it is now (`conflict`, `incomplete`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Box<AttributeState>>,
    /// What was done before it broke (`incomplete`), and what the state still lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Change>,
}

/// Names an option of the attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum OptionName {
    /// By id.
    Id(OptionId),
    /// By its name, exactly; refused when two live options have it.
    Name(String),
}

/// An option to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OptionToAdd {
    /// What annotators read.
    pub name: String,
    /// The option it stands under, in a tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<OptionName>,
}

/// An option to be renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OptionToRename {
    /// Which.
    pub option: OptionName,
    /// What annotators will read.
    pub to: String,
}

/// Edits of an attribute's options, as a host app sends them. Sending the same again changes nothing: what is there is not
/// added twice, what is renamed or archived stays so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct OptionEdits {
    /// To be added, unless a live option under the same parent has the name.
    pub add: Vec<OptionToAdd>,
    /// To be renamed.
    pub rename: Vec<OptionToRename>,
    /// To be archived.
    pub archive: Vec<OptionName>,
}

impl OptionEdits {
    /// More than this at once are refused.
    pub const MOST: usize = 1000;
}
