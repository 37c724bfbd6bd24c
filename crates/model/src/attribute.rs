//! Attributes: the questions a schema asks, their options, and what changes from one state to the next.

use serde::{Deserialize, Serialize};

use crate::id::{AttributeId, LabelId, OptionId};

/// What kind of answer a question takes (`diffgram-api.md` §7.3). Diffgram does not check the word.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(from = "String", into = "String")]
pub enum AttributeKind {
    /// One option, from a drop-down list.
    Select,
    /// Several options.
    MultipleSelect,
    /// One option, from buttons.
    Radio,
    /// Free text.
    Text,
    /// A whole number between two bounds.
    Slider,
    /// A time of day.
    Time,
    /// A day.
    Date,
    /// Options that hold options.
    Tree,
    /// A kind this version does not know; its Diffgram word. Shown, never edited, never dropped (UPS-13).
    Other(String),
}

impl AttributeKind {
    /// The kinds that can be edited here.
    pub const KNOWN: [Self; 8] =
        [Self::Select, Self::MultipleSelect, Self::Radio, Self::Text, Self::Slider, Self::Time, Self::Date, Self::Tree];

    /// Diffgram's word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Select => "select",
            Self::MultipleSelect => "multiple_select",
            Self::Radio => "radio",
            Self::Text => "text",
            Self::Slider => "slider",
            Self::Time => "time",
            Self::Date => "date",
            Self::Tree => "tree",
            Self::Other(word) => word,
        }
    }

    /// Whether answers are chosen from options.
    #[must_use]
    pub fn has_options(&self) -> bool {
        matches!(self, Self::Select | Self::MultipleSelect | Self::Radio | Self::Tree)
    }
}

impl From<String> for AttributeKind {
    fn from(word: String) -> Self {
        Self::KNOWN.into_iter().find(|kind| kind.as_str() == word).unwrap_or(Self::Other(word))
    }
}

impl From<AttributeKind> for String {
    fn from(kind: AttributeKind) -> Self {
        kind.as_str().to_owned()
    }
}

/// One answer of an attribute. Diffgram: *attribute template* (`diffgram-api.md` §7.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttributeOption {
    /// Its id.
    pub id: OptionId,
    /// What annotators read. Untrusted text.
    pub name: String,
    /// The option it stands under, in a tree.
    pub parent: Option<OptionId>,
    /// Archived options keep old answers and cannot be chosen, or brought back.
    pub archived: bool,
}

/// What an attribute is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttributeScope {
    /// Each annotation with one of its labels.
    Labels,
    /// A whole file. Diffgram: `is_global` with `global_type: file`.
    File,
    /// A whole compound file. Diffgram: `is_global` with `global_type: compound_file`.
    CompoundFile,
}

/// One question of a schema. Diffgram calls it an *attribute template group* (`diffgram-api.md` §7.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attribute {
    /// Its id.
    pub id: AttributeId,
    /// What annotators read. Untrusted text. Diffgram: `prompt`.
    pub question: String,
    /// What queries call it. Diffgram: `name`.
    pub name: String,
    /// What answers it takes.
    pub kind: AttributeKind,
    /// What it is asked about.
    pub scope: AttributeScope,
    /// The labels it belongs to, when its scope is labels.
    pub labels: Vec<LabelId>,
    /// Sliders: the smallest answer.
    pub min: Option<i64>,
    /// Sliders: the largest answer.
    pub max: Option<i64>,
    /// The answer it starts with, for kinds without options. Sliders: a number as text.
    pub default_value: Option<String>,
    /// The option it starts with.
    pub default_option: Option<OptionId>,
    /// Annotators see it and cannot change it.
    pub read_only: bool,
    /// Its place among the questions. Diffgram: `ordinal`.
    pub position: i64,
    /// Its options, parents before children, else by age: Diffgram keeps no order.
    pub options: Vec<AttributeOption>,
}

/// An option in a draft: an existing one by id, or a new one by a name of the draft's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DraftOption {
    /// Names the option within the draft: `12` for an existing one, `new-…` for one to be made.
    pub key: String,
    /// What annotators read.
    pub name: String,
    /// The `key` of the option it stands under, in a tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

impl DraftOption {
    /// The existing option this is, if it is one.
    #[must_use]
    pub fn existing(&self) -> Option<OptionId> {
        self.key.parse().ok()
    }
}

/// What an attribute shall become. Kind, scope and labels stay as they are. Options that are left out are archived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// See [`Attribute::question`].
    pub question: String,
    /// See [`Attribute::name`].
    pub name: String,
    /// See [`Attribute::min`].
    #[serde(default)]
    pub min: Option<i64>,
    /// See [`Attribute::max`].
    #[serde(default)]
    pub max: Option<i64>,
    /// See [`Attribute::default_value`].
    #[serde(default)]
    pub default_value: Option<String>,
    /// The key of the option it starts with.
    #[serde(default)]
    pub default_option: Option<String>,
    /// See [`Attribute::read_only`].
    #[serde(default)]
    pub read_only: bool,
    /// The live options, parents before children.
    #[serde(default)]
    pub options: Vec<DraftOption>,
}

impl From<&Attribute> for Draft {
    fn from(attribute: &Attribute) -> Self {
        Self {
            question: attribute.question.clone(),
            name: attribute.name.clone(),
            min: attribute.min,
            max: attribute.max,
            default_value: attribute.default_value.clone(),
            default_option: attribute.default_option.map(|id| id.to_string()),
            read_only: attribute.read_only,
            options: attribute
                .options
                .iter()
                .filter(|option| !option.archived)
                .map(|option| DraftOption {
                    key: option.id.to_string(),
                    name: option.name.clone(),
                    parent: option.parent.map(|id| id.to_string()),
                })
                .collect(),
        }
    }
}

/// A fault in a draft, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// The question is empty.
    EmptyQuestion,
    /// The name is empty.
    EmptyName,
    /// Diffgram's query language cannot address this name: letters, digits and `_` only, not starting with a digit
    /// (`diffgram-api.md` §5.2).
    NameNotQueryable,
    /// A slider's lower bound is not below its upper bound, or one is missing.
    BoundsCrossed,
    /// A slider's default is not a whole number within the bounds.
    DefaultOutside,
    /// The option it starts with is not among the options.
    DefaultMissing,
    /// An option's name is empty.
    EmptyOption {
        /// Which.
        key: String,
    },
    /// Two options under the same parent have the same name, but for case and blanks.
    DuplicateOption {
        /// The later of the two.
        key: String,
    },
    /// Two options have the same key, or a key is neither an existing option nor `new-…`.
    UnknownKey {
        /// Which.
        key: String,
    },
    /// An option stands under one that is missing, comes later, or under itself; or under any in a kind that is no tree.
    BadParent {
        /// Which.
        key: String,
    },
    /// This kind of attribute has no options.
    OptionsNotAllowed,
    /// The kind is unknown to this version: it cannot be edited here.
    UnknownKind,
    /// Two attributes of a schema have the same name, but for case: queries find either.
    DuplicateName,
    /// It is asked about labels, and has none: nobody would ever be asked.
    NoLabel,
    /// It belongs to a label that the schema does not have, or twice to one.
    UnknownLabel {
        /// Which.
        key: String,
    },
    /// A label's name is empty.
    EmptyLabel,
    /// Two labels of a schema have the same name, but for case and blanks. Diffgram would make one of them
    /// (`diffgram-api.md` §7.2).
    DuplicateLabel,
    /// Labels that exist stay as they are: Diffgram lets no key rename, recolour or remove one (`diffgram-api.md` §7.2).
    LabelFixed,
    /// A colour is not `#rrggbb`.
    BadColor,
}

/// One difference, as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The question reads differently.
    Question {
        /// Before.
        from: String,
        /// After.
        to: String,
    },
    /// Queries must use another name.
    Name {
        /// Before.
        from: String,
        /// After.
        to: String,
    },
    /// The bounds of a slider move.
    Bounds {
        /// Before: smallest and largest.
        from: (Option<i64>, Option<i64>),
        /// After.
        to: (Option<i64>, Option<i64>),
    },
    /// Answers are of another kind: old ones stay as they were given.
    Kind {
        /// Before.
        from: AttributeKind,
        /// After.
        to: AttributeKind,
    },
    /// It is asked about something else.
    Scope {
        /// Before.
        from: AttributeScope,
        /// After.
        to: AttributeScope,
    },
    /// It is asked about other labels: their names.
    Labels {
        /// New to it.
        added: Vec<String>,
        /// Not asked about any more.
        removed: Vec<String>,
    },
    /// It stands elsewhere among the questions.
    Position {
        /// Before.
        from: i64,
        /// After.
        to: i64,
    },
    /// It starts with another answer: words, not ids.
    Default {
        /// Before.
        from: Option<String>,
        /// After.
        to: Option<String>,
    },
    /// Annotators may, or may no longer, change the answer.
    ReadOnly {
        /// After.
        to: bool,
    },
    /// An option is new.
    OptionAdded {
        /// Its key in the draft.
        key: String,
        /// Its name.
        name: String,
        /// The name of the option it stands under.
        under: Option<String>,
    },
    /// An option is called differently; answers stay with it.
    OptionRenamed {
        /// Which.
        id: OptionId,
        /// Before.
        from: String,
        /// After.
        to: String,
    },
    /// An option stands elsewhere in the tree.
    OptionMoved {
        /// Which.
        id: OptionId,
        /// Its name.
        name: String,
        /// The name of the option it now stands under.
        under: Option<String>,
    },
    /// An option is archived: old answers stay, it cannot be chosen again, and nothing brings it back.
    OptionArchived {
        /// Which.
        id: OptionId,
        /// Its name.
        name: String,
    },
}

/// One call to Diffgram. Calls run in this order; each can be told apart from its neighbours, so a broken run can resume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Make an option.
    Add {
        /// Its key in the draft; later steps may name it as a parent.
        key: String,
        /// Its name.
        name: String,
        /// The key of its parent.
        parent: Option<String>,
    },
    /// Rename or move an option: name and parent are always both written (`diffgram-api.md` §7.4: a parent left out is lost).
    Write {
        /// Which.
        id: OptionId,
        /// Its name.
        name: String,
        /// The key of its parent.
        parent: Option<String>,
    },
    /// Archive an option.
    Archive {
        /// Which.
        id: OptionId,
    },
    /// Write the attribute itself, whole. Once, last, and only if a field of it changes.
    Attribute,
}

pub(crate) mod check;
mod diff;

#[cfg(test)]
mod tests;
