//! What is wrong with a file, and where in it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A fault in a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileFault {
    /// The way to it through the file, as people read it: `attributes › colour › options › warm / red`.
    pub at: String,
    /// What.
    pub what: FileProblem,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum FileProblem {
    /// The schema has no attribute, or the attribute no live option, of this id.
    UnknownId {
        /// Which.
        id: i64,
    },
    /// An id, or a name where names must be its own, stands twice.
    Twice,
    /// Several that are there are called so: only an id says which is meant.
    Ambiguous,
    /// There is no such label in the file or, where it names none, in the schema.
    UnknownLabel {
        /// Its name.
        name: String,
    },
    /// The schema has a label that the file does not name: Diffgram lets go of none.
    LabelMissing {
        /// Its name.
        name: String,
    },
    /// There is no such kind.
    UnknownKind {
        /// The word.
        word: String,
    },
    /// The attribute is of a kind that this version does not know: it stays as it was exported, or goes.
    FixedKind,
    /// No option has this path, or several have it.
    UnknownOption {
        /// The path.
        path: String,
    },
    /// Options stand deeper than files can say.
    TooDeep,
    /// An id is not a number.
    BadId {
        /// What was written.
        id: String,
    },
    /// An option stands under one that is not in the table, or under itself.
    UnknownParent {
        /// What was written.
        parent: String,
    },
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownId { id } => {
                write!(f, "nothing that is live has the id {id}; leave the id out to make it anew")
            }
            Self::Twice => f.write_str("stands twice in the file"),
            Self::Ambiguous => f.write_str("several are called so; say which one with id"),
            Self::UnknownLabel { name } => write!(f, "there is no label \"{name}\"; add it to labels"),
            Self::LabelMissing { name } => write!(
                f,
                "the schema has a label \"{name}\", and Diffgram lets go of none; add it here, or leave labels out"
            ),
            Self::UnknownKind { word } => write!(
                f,
                "there is no kind \"{word}\"; write select, multiple_select, radio, text, slider, time, date or tree"
            ),
            Self::FixedKind => f.write_str(
                "this kind cannot be edited here; leave the attribute as it was exported, or take it out to archive it",
            ),
            Self::UnknownOption { path } => {
                write!(f, "no option, or more than one, has the path \"{path}\"; write the path, or id")
            }
            Self::TooDeep => f.write_str("options stand deeper than 40 levels; edit those on the page"),
            Self::BadId { id } => write!(f, "the id \"{id}\" is not a number; leave it empty for a new option"),
            Self::UnknownParent { parent } => {
                write!(
                    f,
                    "the parent \"{parent}\" is no row of the table, or stands under this one; write its id or path"
                )
            }
        }
    }
}
