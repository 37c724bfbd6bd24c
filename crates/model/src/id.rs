//! Ids. Each kind is its own type, so that a file id cannot be passed where a task id is due.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Text that is not an id. Ids are written in decimal digits without sign, blank or leading zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id: use decimal digits, for example 12")
    }
}

impl std::error::Error for NotAnId {}

/// Reads an id as people write it in addresses: `1e3`, `0x10`, `01`, `-1`, ` 1`, `１` and anything above `i64::MAX` are refused.
fn parse(text: &str) -> Result<i64, NotAnId> {
    if text.is_empty() || text.starts_with('0') || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotAnId);
    }
    text.parse().map_err(|_| NotAnId)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A task. Unique per Diffgram install.
    TaskId;
    /// A job. Diffgram also says *task template*.
    JobId;
    /// A dataset. Diffgram: *directory*, *working_dir*.
    DatasetId;
    /// A file of any kind.
    FileId;
    /// A label, by its **label file** id (`label_file_id`): the number annotations carry (`diffgram-api.md` §7.2).
    LabelId;
    /// One version of an annotation: it changes with every edit, so it is no key (`diffgram-api.md` §6.2).
    AnnotationId;
    /// What stays of an annotation over its edits. Diffgram: `root_id`.
    AnnotationRoot;
    /// A run of a model.
    ModelRunId;
    /// A person as tasks know them: Diffgram's *user id*, not the member id (`diffgram-api.md` §1.3).
    UserId;
    /// A person or key as jobs know them: Diffgram's *member id*.
    MemberId;
    /// A schema. Diffgram: *label schema*.
    SchemaId;
    /// An attribute. Diffgram: *attribute template group*.
    AttributeId;
    /// An option of an attribute. Diffgram: *attribute template*.
    OptionId;
    /// An issue. Diffgram: *discussion*.
    IssueId;
    /// A report. Diffgram: *report template*.
    ReportId;
    /// A workflow: what Diffgram does when something happens. Diffgram: *action flow*.
    WorkflowId;
}

/// A Diffgram project, by its text id (`project_string_id`: `^[a-zA-Z0-9_-]{4,30}$`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ProjectId(pub String);

impl ProjectId {
    /// Whether Diffgram would accept this text as a project id.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        (4..=30).contains(&self.0.len()) && self.0.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    }
}

impl fmt::Display for ProjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aut_05_only_plain_decimal_ids_are_read() {
        assert_eq!("12".parse(), Ok(TaskId(12)));
        assert_eq!("9223372036854775807".parse(), Ok(TaskId(i64::MAX)));
        for bad in
            ["", "0", "01", "-1", "+1", "1e3", "0x10", "1.0", " 1", "1 ", "１", "9223372036854775808", "12/", "1\u{0}"]
        {
            assert_eq!(bad.parse::<TaskId>(), Err(NotAnId), "{bad:?}");
        }
    }

    #[test]
    fn project_ids_follow_diffgrams_rule() {
        assert!(ProjectId("acme-labels_2".into()).is_valid());
        for bad in ["abc", "with blank", "../..", "", "0123456789012345678901234567890"] {
            assert!(!ProjectId(bad.into()).is_valid(), "{bad:?}");
        }
    }
}
