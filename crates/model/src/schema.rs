//! Whole schemas: what can be labeled and what is asked about it, as it is, as it shall become, and what lies between.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    annotation::Label,
    attribute::{Attribute, AttributeKind, AttributeScope, Change, Draft, Fault, Step},
    id::{AttributeId, LabelId, OptionId, SchemaId},
};

/// A schema as it was read, without what is archived in it. Diffgram: *label schema* (`diffgram-api.md` §7.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Schema {
    /// Its id.
    pub id: SchemaId,
    /// Its name. Untrusted text.
    pub name: String,
    /// Archived schemas are not offered for new jobs. Unlike anything inside them, they can be brought back.
    pub archived: bool,
    /// What can be labeled.
    pub labels: Vec<Label>,
    /// What is asked, by place.
    pub attributes: Vec<Attribute>,
}

/// A label in a draft: an existing one by id, or a new one by a name of the draft's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DraftLabel {
    /// `12` for an existing one, `new-…` for one to be made.
    pub key: String,
    /// What annotators read.
    pub name: String,
    /// `#rrggbb`; Diffgram picks one where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

/// An attribute in a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DraftAttribute {
    /// `12` for an existing one, `new-…` for one to be made.
    pub key: String,
    /// See [`Attribute::kind`].
    pub kind: AttributeKind,
    /// See [`Attribute::scope`].
    pub scope: AttributeScope,
    /// The keys of its labels, when its scope is labels.
    #[serde(default)]
    pub labels: Vec<String>,
    /// See [`Attribute::position`].
    #[serde(default)]
    pub position: i64,
    /// All the rest.
    pub fields: Draft,
}

/// What a schema shall become. Attributes and options that are left out are archived; labels cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SchemaDraft {
    /// See [`Schema::name`].
    pub name: String,
    /// See [`Schema::archived`].
    #[serde(default)]
    pub archived: bool,
    /// All labels, those that exist unchanged.
    #[serde(default)]
    pub labels: Vec<DraftLabel>,
    /// The live attributes, by place.
    #[serde(default)]
    pub attributes: Vec<DraftAttribute>,
}

/// Where in a draft something is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "place", rename_all = "snake_case")]
pub enum Place {
    /// The schema itself.
    Schema,
    /// One of its labels.
    Label {
        /// Which.
        key: String,
    },
    /// One of its attributes.
    Attribute {
        /// Which.
        key: String,
    },
}

/// A fault in the draft of a schema, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SchemaFault {
    /// Where.
    pub at: Place,
    /// What.
    pub what: Fault,
}

/// One difference between two states of a schema, as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum SchemaChange {
    /// The schema is called differently.
    Renamed {
        /// Before.
        from: String,
        /// After.
        to: String,
    },
    /// The schema is archived, or brought back.
    Archived {
        /// After.
        to: bool,
    },
    /// A label is new. Diffgram never lets go of it again.
    LabelAdded {
        /// Its key in the draft.
        key: String,
        /// Its name.
        name: String,
    },
    /// An attribute is new.
    AttributeAdded {
        /// Its key in the draft.
        key: String,
        /// Its question.
        question: String,
        /// What answers it takes.
        kind: AttributeKind,
        /// How many options it has.
        options: u32,
    },
    /// An attribute is another.
    AttributeChanged {
        /// Which.
        id: AttributeId,
        /// Its question, before.
        question: String,
        /// How.
        changes: Vec<Change>,
    },
    /// An attribute is archived: its labels are taken off, old answers stay, and nothing brings it back.
    AttributeArchived {
        /// Which.
        id: AttributeId,
        /// Its question.
        question: String,
    },
}

/// One call to Diffgram. Calls run in this order, and each can be told by reading from whether it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
pub enum SchemaStep {
    /// Write the schema's name and whether it is archived: always both (`diffgram-api.md` §7.1).
    Schema {
        /// Its name.
        name: String,
        /// Whether it is archived.
        archived: bool,
    },
    /// Make a label.
    Label {
        /// Its key in the draft.
        key: String,
        /// Its name.
        name: String,
        /// Its colour.
        color: Option<String>,
    },
    /// Make an empty attribute: nobody is asked it before it is written.
    NewAttribute {
        /// Its key in the draft.
        key: String,
    },
    /// A step of one attribute, by its key.
    Of {
        /// Which.
        attribute: String,
        /// What.
        step: Step,
    },
    /// Archive an attribute.
    ArchiveAttribute {
        /// Which.
        id: AttributeId,
    },
}

/// The ids of what a draft's keys were made into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// Labels.
    pub labels: HashMap<String, LabelId>,
    /// Attributes.
    pub attributes: HashMap<String, AttributeId>,
    /// Options, by the key of their attribute and their own.
    pub options: HashMap<(String, String), OptionId>,
}

impl DraftLabel {
    /// The existing label this is, if it is one.
    #[must_use]
    pub fn existing(&self) -> Option<LabelId> {
        self.key.parse().ok()
    }
}

impl DraftAttribute {
    /// The existing attribute this is, if it is one.
    #[must_use]
    pub fn existing(&self) -> Option<AttributeId> {
        self.key.parse().ok()
    }
}

impl From<&Attribute> for DraftAttribute {
    fn from(attribute: &Attribute) -> Self {
        Self {
            key: attribute.id.to_string(),
            kind: attribute.kind.clone(),
            scope: attribute.scope,
            labels: attribute.labels.iter().map(ToString::to_string).collect(),
            position: attribute.position,
            fields: Draft::from(attribute),
        }
    }
}

impl From<&Schema> for SchemaDraft {
    fn from(schema: &Schema) -> Self {
        let label = |label: &Label| DraftLabel {
            key: label.id.to_string(),
            name: label.name.clone(),
            color: Some(label.color.clone()),
        };
        Self {
            name: schema.name.clone(),
            archived: schema.archived,
            labels: schema.labels.iter().map(label).collect(),
            attributes: schema.attributes.iter().map(DraftAttribute::from).collect(),
        }
    }
}

impl SchemaDraft {
    /// The draft with the ids of what was made by now.
    #[must_use]
    pub fn resolved(&self, made: &Made) -> Self {
        let label = |key: &String| made.labels.get(key).map_or_else(|| key.clone(), ToString::to_string);
        let mut draft = self.clone();
        for one in &mut draft.labels {
            one.key = label(&one.key);
        }
        for attribute in &mut draft.attributes {
            let of = attribute.key.clone();
            let option = |key: &String| {
                made.options.get(&(of.clone(), key.clone())).map_or_else(|| key.clone(), ToString::to_string)
            };
            for one in &mut attribute.fields.options {
                one.key = option(&one.key);
                one.parent = one.parent.as_ref().map(option);
            }
            attribute.fields.default_option = attribute.fields.default_option.as_ref().map(option);
            attribute.labels = attribute.labels.iter().map(label).collect();
            if let Some(id) = made.attributes.get(&attribute.key) {
                attribute.key = id.to_string();
            }
        }
        draft
    }

    /// Gives the attributes places in the order in which they stand, changing as few as that needs. Those of a kind that this
    /// version does not know keep theirs.
    pub fn place(&mut self) {
        let mut last: Option<i64> = None;
        for attribute in &mut self.attributes {
            if let Some(last) = last.filter(|last| attribute.position <= *last)
                && !matches!(attribute.kind, AttributeKind::Other(_))
            {
                attribute.position = last.saturating_add(1);
            }
            last = last.max(Some(attribute.position));
        }
    }
}

mod check;
mod diff;
pub mod file;
mod restore;
mod warnings;

pub use warnings::{NEW_ATTRIBUTES_A_DAY, warnings};

#[cfg(test)]
mod tests;
