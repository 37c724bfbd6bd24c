//! Links of the portal: `/go/…`, which land exactly (`design.md` §8), and the pages that the gateway leads on to. Written and read
//! here, so that page and gateway agree.

use std::fmt::Write as _;

use crate::{
    api::explorer::ViewLook,
    id::{AnnotationId, AttributeId, FileId, IssueId, JobId, SchemaId, TaskId},
    query::{Condition, Expr, Query},
};

/// What every portal link begins with.
pub const GO: &str = "/go/";
/// The page that leads to a link into Diffgram which needs another page first.
pub const OPEN: &str = "/open";

/// A link of the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Go {
    /// A task.
    Task(TaskId),
    /// A frame of a video task, from 0.
    Frame(TaskId, u32),
    /// An annotation: its root, where that is known, so that it survives edits.
    Annotation(AnnotationId),
    /// An annotation on a frame of a clip. Frames are files of their own to Diffgram, so the clip is told.
    InClip(AnnotationId, FileId, u32),
    /// A file.
    File(FileId),
    /// A frame of a video, from 0.
    FileFrame(FileId, u32),
    /// An issue.
    Issue(IssueId),
    /// A question; with the task it is asked on.
    Attribute(AttributeId, Option<TaskId>),
    /// The next task, of a job or of all.
    Next(Option<JobId>),
    /// A dataset, job or file by the host app's own key.
    Key(String),
    /// A saved view.
    View(String),
}

impl Go {
    /// Its address, from `/`.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Task(id) => format!("{GO}task/{id}"),
            Self::Frame(id, frame) => format!("{GO}task/{id}/frame/{frame}"),
            Self::Annotation(id) => format!("{GO}annotation/{id}"),
            Self::InClip(id, file, frame) => format!("{GO}annotation/{id}?file={file}&frame={frame}"),
            Self::File(id) => format!("{GO}file/{id}"),
            Self::FileFrame(id, frame) => format!("{GO}file/{id}?frame={frame}"),
            Self::Issue(id) => format!("{GO}issue/{id}"),
            Self::Attribute(id, None) => format!("{GO}attribute/{id}"),
            Self::Attribute(id, Some(task)) => format!("{GO}attribute/{id}?task={task}"),
            Self::Next(None) => format!("{GO}next"),
            Self::Next(Some(job)) => format!("{GO}next?job={job}"),
            Self::Key(key) => format!("{GO}key/{}", encode(key)),
            Self::View(id) => format!("{GO}view/{}", encode(id)),
        }
    }
}

/// What of a task or a file is in focus; lives in the address of its page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// The frame of a clip, from 0.
    pub frame: Option<u32>,
    /// An annotation, by its id or its root.
    pub annotation: Option<AnnotationId>,
    /// A question.
    pub attribute: Option<AttributeId>,
    /// An issue.
    pub issue: Option<IssueId>,
}

impl Focus {
    /// From the parameters of an address; what makes no sense is not in focus.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            frame: parameter("frame").and_then(|text| frame(&text)),
            annotation: parameter("annotation").and_then(|text| text.parse().ok()),
            attribute: parameter("attribute").and_then(|text| text.parse().ok()),
            issue: parameter("issue").and_then(|text| text.parse().ok()),
        }
    }

    /// As the query of an address, with its `?`; empty when nothing is in focus.
    fn query(self) -> String {
        let mut query = String::new();
        let numbers = [
            ("frame", self.frame.map(i64::from)),
            ("annotation", self.annotation.map(|id| id.0)),
            ("attribute", self.attribute.map(|id| id.0)),
            ("issue", self.issue.map(|id| id.0)),
        ];
        for (name, number) in numbers {
            if let Some(number) = number {
                let separator = if query.is_empty() { '?' } else { '&' };
                // Writing to a String cannot fail.
                let _ = write!(query, "{separator}{name}={number}");
            }
        }
        query
    }
}

/// A frame number as people write it in addresses: decimal digits, no sign, no leading zero.
#[must_use]
pub fn frame(text: &str) -> Option<u32> {
    let plain = text == "0" || !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// A page of the portal that the gateway leads to. Nothing else of this origin is ever redirected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    /// A task's page.
    Task(TaskId, Focus),
    /// A file's page.
    File(FileId, Focus),
    /// The editor of a question.
    Attribute(SchemaId, AttributeId),
    /// The next task.
    Next(Option<JobId>),
    /// All my tasks that match these words.
    Tasks(String),
    /// The files of a query, as text.
    Files(String),
    /// The same, shown in this way.
    View(String, ViewLook),
    /// On to a link into Diffgram, by another page first if need be. Both were made by [`crate::permalink`].
    Open {
        /// Where to.
        to: String,
        /// What must come first, so that Diffgram knows the project.
        first: Option<String>,
    },
}

impl Landing {
    /// The files of a dataset, by its name.
    #[must_use]
    pub fn dataset(name: &str) -> Self {
        let filter = Some(Expr::Is(Condition::Dataset(name.to_owned())));
        Self::Files(Query { filter, ..Query::default() }.to_string())
    }

    /// Its address, from `/`.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Task(id, focus) => format!("/tasks/{id}{}", focus.query()),
            Self::File(id, focus) => format!("/files/{id}{}", focus.query()),
            Self::Attribute(schema, id) => format!("/schemas/{schema}/attributes/{id}"),
            Self::Next(None) => "/next".to_owned(),
            Self::Next(Some(job)) => format!("/next?job={job}"),
            Self::Tasks(q) => format!("/?tab=all&q={}", encode(q)),
            Self::Files(q) => format!("/explorer?q={}", encode(q)),
            Self::View(q, look) => format!("/explorer?q={}{}", encode(q), look.parameters()),
            Self::Open { to, first: None } => format!("{OPEN}?to={}", encode(to)),
            Self::Open { to, first: Some(first) } => format!("{OPEN}?to={}&first={}", encode(to), encode(first)),
        }
    }
}

/// Percent-encodes a query value or a part of a path (RFC 3986 §2.3: unreserved characters stay).
#[must_use]
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query;

    #[test]
    fn portal_links_as_people_see_them() {
        for (go, path) in [
            (Go::Task(TaskId(12)), "/go/task/12"),
            (Go::Frame(TaskId(12), 0), "/go/task/12/frame/0"),
            (Go::Annotation(AnnotationId(77)), "/go/annotation/77"),
            (Go::InClip(AnnotationId(77), FileId(3), 9), "/go/annotation/77?file=3&frame=9"),
            (Go::File(FileId(3)), "/go/file/3"),
            (Go::FileFrame(FileId(3), 9), "/go/file/3?frame=9"),
            (Go::Issue(IssueId(5)), "/go/issue/5"),
            (Go::Attribute(AttributeId(9), None), "/go/attribute/9"),
            (Go::Attribute(AttributeId(9), Some(TaskId(12))), "/go/attribute/9?task=12"),
            (Go::Next(None), "/go/next"),
            (Go::Next(Some(JobId(5))), "/go/next?job=5"),
            (Go::Key("a/b ?#é".into()), "/go/key/a%2Fb%20%3F%23%C3%A9"),
            (Go::View("shared-1".into()), "/go/view/shared-1"),
        ] {
            assert_eq!(go.path(), path);
        }
    }

    #[test]
    fn focus_reads_back_and_nonsense_is_no_focus() {
        let focus = Focus {
            frame: Some(3),
            annotation: Some(AnnotationId(77)),
            attribute: Some(AttributeId(9)),
            issue: Some(IssueId(5)),
        };
        let path = Landing::Task(TaskId(12), focus).path();
        assert_eq!(path, "/tasks/12?frame=3&annotation=77&attribute=9&issue=5");
        let query = path.split_once('?').expect("a query").1.to_owned();
        let parameter = |name: &str| {
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
        };
        assert_eq!(Focus::read(parameter), focus);
        for odd in ["01", "-1", "+1", "1e3", "0x1", " 1", "１", "", "99999999999999999999"] {
            assert_eq!(Focus::read(|_| Some(odd.to_owned())), Focus::default(), "AUT-05 {odd:?}");
        }
    }

    #[test]
    fn a_dataset_of_any_name_is_asked_for_by_it() {
        for name in ["portraits-2026", "cup and \"spoon\"", "a\\b", "or", "#1 & <b>"] {
            let Landing::Files(q) = Landing::dataset(name) else { panic!("files") };
            let read = query::parse(&q).expect("a query");
            assert_eq!(read.filter, Some(Expr::Is(Condition::Dataset(name.into()))), "{q}");
        }
    }

    proptest! {
        #[test]
        fn what_people_type_stays_a_value(text in "\\PC{0,60}") {
            for path in [
                Go::Key(text.clone()).path(),
                Go::View(text.clone()).path(),
                Landing::Tasks(text.clone()).path(),
                Landing::Files(text.clone()).path(),
                Landing::dataset(&text).path(),
                Landing::Open { to: text.clone(), first: Some(text.clone()) }.path(),
            ] {
                prop_assert!(path.starts_with('/') && !path.starts_with("//"), "{path}");
                prop_assert!(path.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~/?&=%".contains(&b)), "{path}");
            }
        }
    }
}
