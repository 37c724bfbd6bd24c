//! Schemas and their attributes, for admins: `/api/schemas`, and `/api/attributes/{id}/options` for host apps.

use serde::{Deserialize, Serialize};

use crate::{
    annotation::Label,
    attribute::{Attribute, Change, Fault},
    id::{AttributeId, OptionId, ProjectId, SchemaId},
    schema::{Schema, SchemaChange, SchemaDraft, SchemaFault},
    time::Timestamp,
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

    /// `POST` [`super::Wish`] → [`super::Review`]: what a draft would change; nothing is changed.
    #[must_use]
    pub fn plan(id: SchemaId) -> String {
        format!("{SCHEMAS}/{id}/plan")
    }

    /// `POST` [`super::Wish`] with `If-Match` → 202 [`super::Run`].
    #[must_use]
    pub fn apply(id: SchemaId) -> String {
        format!("{SCHEMAS}/{id}/apply")
    }

    /// `GET` → [`super::Run`]; with `/resume` or `/stop` behind it, `POST` → [`super::Run`].
    #[must_use]
    pub fn run(id: SchemaId, run: i64) -> String {
        format!("{SCHEMAS}/{id}/runs/{run}")
    }

    /// `GET` → [`super::History`].
    #[must_use]
    pub fn versions(id: SchemaId) -> String {
        format!("{SCHEMAS}/{id}/versions")
    }

    /// `GET` → [`super::VersionDetail`]; with `?against=` another number, its changes are those between the two.
    #[must_use]
    pub fn version(id: SchemaId, number: u32) -> String {
        format!("{SCHEMAS}/{id}/versions/{number}")
    }

    /// `GET` → the schema as a file, `?format=yaml` or `json`; `POST` such a file, or with `?attribute=` options as CSV →
    /// [`crate::schema::SchemaDraft`]: what the file would make of the schema as it is now; nothing is changed.
    #[must_use]
    pub fn file(id: SchemaId) -> String {
        format!("{SCHEMAS}/{id}/file")
    }

    /// `GET` → the options of an attribute as CSV.
    #[must_use]
    pub fn options_csv(schema: SchemaId, attribute: AttributeId) -> String {
        format!("{SCHEMAS}/{schema}/attributes/{attribute}/options.csv")
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
    /// Their runs that are not over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<Run>,
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
    /// Whether it is archived.
    pub archived: bool,
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
    /// Names this state of it, with all its attributes: to be sent back as `If-Match`.
    pub version: String,
    /// The run that is not over, if there is one.
    pub run: Option<Run>,
}

/// A schema to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSchema {
    /// The project it is made in.
    pub project: ProjectId,
    /// Its name, which no other of the project has, nor had.
    pub name: String,
}

/// What a schema shall become, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// The whole of it.
    pub draft: SchemaDraft,
    /// Why, in a few words, for the history.
    #[serde(default)]
    pub why: String,
}

/// What a draft would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Review {
    /// The state it was looked at over: to be sent back as `If-Match`.
    pub version: String,
    /// What differs.
    pub changes: Vec<SchemaChange>,
    /// How many calls to Diffgram it takes.
    pub calls: u32,
    /// What Diffgram cannot take back, and what may not go through today.
    pub warnings: Vec<Warning>,
    /// How much each touched attribute and option is used. Those that are not used are not named.
    pub uses: Vec<Use>,
    /// Whether all annotations have been read; until then uses are lower bounds.
    pub uses_complete: bool,
}

/// Something to be known before a draft is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// Options that are archived do not come back.
    OptionsArchived {
        /// Of which attribute.
        attribute: AttributeId,
        /// How many.
        count: u32,
    },
    /// An attribute that is archived does not come back.
    AttributeArchived {
        /// Which.
        attribute: AttributeId,
    },
    /// Old answers of another kind stay as they were given.
    KindChanged {
        /// Which.
        attribute: AttributeId,
    },
    /// Annotations with these labels are not asked any more; what was answered stays.
    LabelsTakenOff {
        /// Which.
        attribute: AttributeId,
        /// The labels' names.
        labels: Vec<String>,
    },
    /// Queries with the old name find nothing any more.
    NameChanged {
        /// Which.
        attribute: AttributeId,
    },
    /// Diffgram makes ten attributes a day for one address (`diffgram-api.md` §7.3); what is over that goes on tomorrow.
    NewAttributes {
        /// How many are new.
        count: u32,
        /// How many the portal can still make today, as far as it knows.
        left: u32,
    },
    /// Diffgram lets go of no label.
    LabelsStay {
        /// How many are new.
        count: u32,
    },
}

/// How much an attribute, or an option of it, is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Use {
    /// The attribute.
    pub attribute: AttributeId,
    /// The option; none for all answers of the attribute.
    pub option: Option<OptionId>,
    /// Answers: on annotations, or on files where it is asked about files.
    pub answers: u32,
    /// Files they are on.
    pub files: u32,
    /// Tasks on those files that are not complete.
    pub open_tasks: u32,
    /// The explorer's query that shows them; none where its language cannot name the attribute or option.
    pub query: Option<String>,
}

/// How far a draft is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Calls are being made.
    Running,
    /// A call failed, or the schema is not as it was expected: somebody must say how to go on.
    Paused,
    /// Diffgram makes no more attributes now; it goes on by itself.
    Waiting,
    /// All calls were made, and reading back shows what was wanted.
    Done,
    /// Somebody ended it before its end; what was made by then stays.
    Stopped,
}

/// A draft on its way: its calls are stored before the first one is made, and it goes on after an outage or a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Run {
    /// Names it.
    pub id: i64,
    /// Of which schema.
    pub schema: SchemaId,
    /// The version that it makes.
    pub number: u32,
    /// How far it is.
    pub state: RunState,
    /// Calls that were made.
    pub done: u32,
    /// Calls in all.
    pub calls: u32,
    /// Why it is paused or waits, as a sentence.
    pub reason: Option<String>,
    /// When it goes on by itself, if it waits.
    pub until: Option<Timestamp>,
    /// Who applies it. Untrusted text.
    pub by: String,
    /// When it began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// What it still has to change, once it is not running any more and not done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<SchemaChange>,
    /// The line of the audit that says so.
    pub audit: i64,
}

/// What a schema was, from the newest version to the oldest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    /// The versions.
    pub versions: Vec<Version>,
    /// The run that is not over, if there is one.
    pub run: Option<Run>,
}

/// Where a version came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VersionSource {
    /// As the portal met it first.
    Found,
    /// Somebody changed it by the portal.
    Applied,
    /// Somebody changed it in Diffgram itself; the portal noticed at `at`.
    Elsewhere,
}

/// One version of a schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Version {
    /// Counts up from 1.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// Where it came from.
    pub source: VersionSource,
    /// Who. Untrusted text; nobody the portal knows where it changed elsewhere.
    pub by: Option<String>,
    /// Why. Untrusted text.
    pub why: String,
    /// How many changes it took.
    pub changes: u32,
}

/// A version with all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionDetail {
    /// The version.
    pub version: Version,
    /// The schema as it was.
    pub schema: Schema,
    /// What differs from the version before it, or from the one that was asked for.
    pub changes: Vec<SchemaChange>,
    /// A draft over the schema as it is now that makes it this version again.
    pub restore: SchemaDraft,
}

/// Extends the problem of a refused draft of a schema (`type`: `conflict`, `invalid-draft`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SchemaProblem {
    /// What is wrong with the draft (`invalid-draft`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<SchemaFault>,
    /// The schema as it is now (`conflict`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Box<SchemaDetail>>,
    /// The run that is not over (`conflict`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
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

impl SchemaDetail {
    /// The schema without what names its states.
    #[must_use]
    pub fn plain(&self) -> Schema {
        Schema {
            id: self.schema.id,
            name: self.schema.name.clone(),
            archived: self.schema.archived,
            labels: self.labels.clone(),
            attributes: self.attributes.iter().map(|state| state.attribute.clone()).collect(),
        }
    }
}

impl OptionEdits {
    /// More than this at once are refused.
    pub const MOST: usize = 1000;
}
