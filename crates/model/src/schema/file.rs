//! Schemas as files that people write and keep in git: names instead of ids, options inside options, the order as the place.
//!
//! A file says the whole of a schema: attributes and options that it does not name are archived. What it names by `id` may be
//! called differently; what it names by name alone is found by its name, options by their place in the tree.

mod fault;
mod over;
mod read;
mod table;
mod write;

use serde::{Deserialize, Serialize};

use crate::{
    attribute::AttributeKind,
    id::{AttributeId, OptionId},
};

pub use fault::{FileFault, FileProblem};
pub use table::OptionLine;

/// Stands between the names of a path through a tree.
pub const PATH: &str = " / ";

/// A whole schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SchemaFile {
    /// Its name.
    pub schema: String,
    /// Whether it is archived: not offered for new jobs.
    #[serde(default, skip_serializing_if = "is_false")]
    pub archived: bool,
    /// All that can be labeled. Left out, the labels are as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<LabelInFile>>,
    /// All that is asked, in order.
    #[serde(default)]
    pub attributes: Vec<AttributeInFile>,
}

/// A label: its name, or more than that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum LabelInFile {
    /// Its name.
    Name(String),
    /// All of it.
    Whole(WholeLabel),
}

/// A label with its colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WholeLabel {
    /// Its name.
    pub name: String,
    /// `#rrggbb`; Diffgram picks one for a new label where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AttributeInFile {
    /// Which one it is, where the name does not say that or changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AttributeId>,
    /// What queries call it: letters, digits and `_`.
    pub name: String,
    /// What annotators read.
    pub question: String,
    /// What answers it takes: `select`, `multiple_select`, `radio`, `text`, `slider`, `time`, `date` or `tree`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub kind: AttributeKind,
    /// What it is asked about: `file`, `compound_file`, or a list of labels by their names.
    pub about: About,
    /// Sliders: the smallest answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Sliders: the largest answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// The answer it starts with: an option by its path (`warm / red`) or its id, a text, or a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_with: Option<StartsWith>,
    /// Annotators see it and cannot change it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// Its options.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionInFile>,
}

/// What an attribute is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum About {
    /// Whole files.
    Files(AboutFiles),
    /// Annotations with these labels, by their names.
    Labels(Vec<String>),
}

/// Which whole files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AboutFiles {
    /// Each file.
    File,
    /// Each compound file.
    CompoundFile,
}

/// The answer that an attribute starts with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum StartsWith {
    /// A number.
    Number(i64),
    /// A text, or an option by its path.
    Text(String),
    /// An option by its id, where its path does not say which.
    Option(OptionById),
}

/// An option by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OptionById {
    /// Its id.
    pub id: OptionId,
}

/// An option: its name, or more than that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum OptionInFile {
    /// Its name.
    Name(String),
    /// All of it.
    Whole(WholeOption),
}

/// An option with what stands under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WholeOption {
    /// Which one it is, where the path does not say that, or to rename or move it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<OptionId>,
    /// What annotators read.
    pub name: String,
    /// What stands under it, in a tree.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub options: Vec<OptionInFile>,
}

impl LabelInFile {
    fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Whole(label) => &label.name,
        }
    }

    fn color(&self) -> Option<&str> {
        match self {
            Self::Name(_) => None,
            Self::Whole(label) => label.color.as_deref(),
        }
    }
}

impl OptionInFile {
    fn new(id: Option<OptionId>, name: String, options: Vec<Self>) -> Self {
        if id.is_none() && options.is_empty() {
            return Self::Name(name);
        }
        Self::Whole(WholeOption { id, name, options })
    }

    fn parts(&self) -> (Option<OptionId>, &str, &[Self]) {
        match self {
            Self::Name(name) => (None, name, &[]),
            Self::Whole(option) => (option.id, &option.name, &option.options),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

#[cfg(test)]
mod tests;
