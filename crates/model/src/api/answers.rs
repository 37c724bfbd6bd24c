//! What people answered to the questions of a schema, in words. Diffgram keeps the answers with the annotations
//! (`attribute_groups`, `diffgram-api.md` §6.1) and the words in the schema.

use serde::{Deserialize, Serialize};

use crate::id::{AnnotationId, AttributeId, OptionId};

/// One thing that was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AnswerValue {
    /// A text, a number, a day or a time, as it was given. Untrusted text.
    Said(String),
    /// An option of the schema; in a tree with those above it, joined by " › ". Untrusted text.
    Option(String),
    /// An option that is not in the schema any more.
    Gone {
        /// Its id.
        id: OptionId,
        /// What it was called when it was chosen, where Diffgram kept that. Untrusted text.
        name: Option<String>,
    },
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answer {
    /// Which question.
    pub attribute: AttributeId,
    /// Its words. Untrusted text; `None` when it is not in a schema any more, or the schemas cannot be read.
    pub question: Option<String>,
    /// What was answered; several where several can be chosen.
    pub values: Vec<AnswerValue>,
}

/// The answers on one annotation, or on the whole file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answers {
    /// Which annotation; `None` for the file as a whole (Diffgram: the instance of type `global`).
    pub annotation: Option<AnnotationId>,
    /// In the order of the schema.
    pub answers: Vec<Answer>,
}
