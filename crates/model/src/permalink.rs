//! Links into Diffgram: the only place that builds them (`diffgram-api.md` §3, §3.5).
//!
//! Only links that were seen to land are made; for the others [`Target::lands`] says what happens, and the page says it on.

use std::fmt::{self, Write as _};

use crate::id::TaskId;

/// Where Diffgram's pages are: scheme, host and port, no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffgramOrigin(String);

/// The text is not the origin of an http or https server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnOrigin(pub String);

impl fmt::Display for NotAnOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not an origin: write scheme and host, for example https://diffgram.your_domain.com", self.0)
    }
}

impl std::error::Error for NotAnOrigin {}

impl DiffgramOrigin {
    /// Reads `https://diffgram.your_domain.com`, with or without a final slash.
    ///
    /// # Errors
    /// [`NotAnOrigin`] for anything with a path, query, user name, blank or other scheme.
    pub fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        let bare = text.strip_suffix('/').unwrap_or(text);
        let host = bare
            .strip_prefix("https://")
            .or_else(|| bare.strip_prefix("http://"))
            .ok_or_else(|| NotAnOrigin(text.into()))?;
        let ok = !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']'));
        if ok { Ok(Self(bare.into())) } else { Err(NotAnOrigin(text.into())) }
    }

    /// As text, without a final slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a task is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskLink {
    /// Look without drawing. Diffgram's page honours it; its server does not enforce it.
    pub read_only: bool,
    /// Video only: the frame to show, counted from 0. Above the last frame Diffgram shows an empty canvas, so clamp first.
    pub frame: Option<u32>,
}

/// `https://diffgram.your_domain.com/task/{id}`, with what Diffgram honours and nothing else.
#[must_use]
pub fn task(origin: &DiffgramOrigin, id: TaskId, how: TaskLink) -> String {
    let mut link = format!("{}/task/{id}", origin.as_str());
    let mut separator = '?';
    if how.read_only {
        link.push_str("?view_only=true");
        separator = '&';
    }
    if let Some(frame) = how.frame {
        // Writing to a String cannot fail.
        let _ = write!(link, "{separator}frame={frame}");
    }
    link
}

/// The task that a link made by [`task`] opens.
#[must_use]
pub fn task_of(origin: &DiffgramOrigin, link: &str) -> Option<TaskId> {
    let id = link.strip_prefix(origin.as_str())?.strip_prefix("/task/")?;
    id.split(['?', '#']).next()?.parse().ok()
}

/// Places in a task that people ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The task.
    Task,
    /// The task, without drawing.
    ReadOnly,
    /// A frame of a video task.
    Frame,
    /// One annotation.
    Annotation,
    /// One attribute.
    Attribute,
    /// One issue.
    Issue,
}

/// What Diffgram does with a link to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lands {
    /// On the spot.
    There,
    /// On the task; the place itself is not selected.
    OnTheTask,
}

impl Target {
    /// What was seen in a browser (`diffgram-api.md` §3.5).
    #[must_use]
    pub fn lands(self) -> Lands {
        match self {
            Self::Task | Self::ReadOnly | Self::Frame => Lands::There,
            Self::Annotation | Self::Attribute | Self::Issue => Lands::OnTheTask,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn origin() -> DiffgramOrigin {
        DiffgramOrigin::parse("https://diffgram.example.com/").expect("an origin")
    }

    #[test]
    fn a_link_says_which_task_it_opens() {
        let how = TaskLink { read_only: true, frame: Some(3) };
        assert_eq!(task_of(&origin(), &task(&origin(), TaskId(12), how)), Some(TaskId(12)));
        assert_eq!(task_of(&origin(), "https://diffgram.example.com/task/x"), None);
        assert_eq!(task_of(&origin(), "https://evil.example/task/12"), None);
    }

    #[test]
    fn the_links_that_land() {
        let link = |how| task(&origin(), TaskId(12), how);
        assert_eq!(link(TaskLink::default()), "https://diffgram.example.com/task/12");
        assert_eq!(
            link(TaskLink { read_only: true, frame: None }),
            "https://diffgram.example.com/task/12?view_only=true"
        );
        assert_eq!(link(TaskLink { read_only: false, frame: Some(0) }), "https://diffgram.example.com/task/12?frame=0");
        assert_eq!(
            link(TaskLink { read_only: true, frame: Some(5) }),
            "https://diffgram.example.com/task/12?view_only=true&frame=5"
        );
    }

    #[test]
    fn origins_have_no_path_user_or_other_scheme() {
        for bad in [
            "diffgram.example.com",
            "javascript:alert(1)",
            "https://",
            "https://a/b",
            "https://a@b",
            "https://a?b",
            "https://a#b",
            "https://a b",
            "//a",
        ] {
            assert!(DiffgramOrigin::parse(bad).is_err(), "{bad}");
        }
        assert!(DiffgramOrigin::parse("http://127.0.0.1:8461").is_ok());
    }

    proptest! {
        #[test]
        fn links_never_leave_the_host(id in 1..i64::MAX, read_only: bool, frame in proptest::option::of(any::<u32>())) {
            let link = task(&origin(), TaskId(id), TaskLink { read_only, frame });
            let prefix = format!("https://diffgram.example.com/task/{id}");
            prop_assert!(link.starts_with(&prefix), "{link}");
        }
    }
}
