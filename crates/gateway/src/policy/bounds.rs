//! What a session in a frame is bound to by its token: views, and tasks, files and schemas by id. It never opens anything: of what
//! the person sees, and the host shows, it leaves less.

use std::{collections::BTreeSet, sync::Arc};

use axum::http::Method;
use portal_model::{
    embed::View,
    id::{FileId, SchemaId, TaskId},
};
use serde::{Deserialize, Serialize};

use super::{Scope, frames};

/// Longer lists of ids are not taken.
pub const MAX_IDS: usize = 500;

/// What a session is bound to. Empty lists bind nothing; at top level all are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Only {
    /// Only these views.
    pub views: Vec<View>,
    /// Only these tasks, with their files, and [`Self::files`]; bound when one of both is not empty.
    pub tasks: Vec<TaskId>,
    /// Only these files.
    pub files: Vec<FileId>,
    /// Only these schemas.
    pub schemas: Vec<SchemaId>,
    /// The store holds something that is no such thing: then nothing is open.
    #[serde(skip)]
    nothing: bool,
}

impl Only {
    /// Bound to these.
    #[must_use]
    pub fn to(views: Vec<View>, tasks: Vec<TaskId>, files: Vec<FileId>, schemas: Vec<SchemaId>) -> Self {
        Self { views, tasks, files, schemas, nothing: false }
    }

    /// As the store keeps it.
    #[must_use]
    pub fn kept(&self) -> Option<String> {
        (*self != Self::default()).then(|| serde_json::to_string(self).unwrap_or_default())
    }

    /// From the store. What cannot be read opens nothing.
    #[must_use]
    pub fn read(kept: Option<&str>) -> Self {
        kept.map_or_else(Self::default, |kept| {
            serde_json::from_str(kept).unwrap_or_else(|_| Self { nothing: true, ..Self::default() })
        })
    }

    /// Whether it leaves an operation open, by its path below the frame's place.
    #[must_use]
    pub fn opens(&self, method: &Method, path: &str) -> bool {
        if *self == Self::default() {
            return true;
        }
        let needs = frames::needs(method, path);
        let by_views = match needs {
            frames::Needs::Nothing => return !self.nothing,
            frames::Needs::Outside => false,
            frames::Needs::OneOf(views) => views.iter().any(|view| self.shows(*view)),
        };
        let by_tasks = self.ids().is_none() || !frames::reaches_beyond_ids(path);
        let by_schemas =
            self.schemas.is_empty() || frames::schema_of(method, path).is_none_or(|of| of.is_among(&self.schemas));
        !self.nothing && by_views && by_tasks && by_schemas
    }

    /// Whether it leaves a view.
    #[must_use]
    pub fn shows(&self, view: View) -> bool {
        !self.nothing && (self.views.is_empty() || self.views.contains(&view))
    }

    /// Whether a schema is in what it leaves.
    #[must_use]
    pub fn has_schema(&self, schema: SchemaId) -> bool {
        !self.nothing && (self.schemas.is_empty() || self.schemas.contains(&schema))
    }

    /// Tasks and files, when it is bound to some.
    pub(super) fn ids(&self) -> Option<OnlyIds> {
        (self.nothing || !self.tasks.is_empty() || !self.files.is_empty()).then(|| {
            OnlyIds(Arc::new((
                self.tasks.iter().map(|task| task.0).collect(),
                self.files.iter().map(|file| file.0).collect(),
            )))
        })
    }
}

impl Scope {
    /// Whether only some tasks and files are left of what the person sees.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        self.filter.only.is_some()
    }

    /// All that the person sees: for asking Diffgram whether something is still theirs, never for an answer.
    pub(crate) fn without_only(&self) -> Self {
        Self { index: self.index.clone(), filter: self.filter.without_only() }
    }
}

/// Tasks and files by their ids. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct OnlyIds(Arc<(BTreeSet<i64>, BTreeSet<i64>)>);

impl OnlyIds {
    /// Whether a task is among them.
    pub(crate) fn has_task(&self, task: TaskId) -> bool {
        self.0.0.contains(&task.0)
    }

    /// The tasks.
    pub(crate) fn tasks(&self) -> &BTreeSet<i64> {
        &self.0.0
    }

    /// The files, besides those of the tasks.
    pub(crate) fn files(&self) -> &BTreeSet<i64> {
        &self.0.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emb_10_what_cannot_be_read_opens_nothing() {
        for kept in ["", "{", "{\"views\":[\"admin\"]}", "{\"more\":1}", "null"] {
            let only = Only::read(Some(kept));
            assert!(!only.opens(&Method::GET, "/api/tasks") && !only.opens(&Method::GET, "/api/session"), "{kept}");
            assert!(only.ids().is_some_and(|ids| ids.tasks().is_empty()) && !only.has_schema(SchemaId(1)), "{kept}");
        }
        let only = Only::to(vec![View::Task], vec![TaskId(1)], Vec::new(), Vec::new());
        assert_eq!(Only::read(only.kept().as_deref()), only);
        assert_eq!(Only::default().kept(), None);
    }

    #[test]
    fn emb_10_views_open_their_operations_and_no_others() {
        let only = |views: &[View]| Only::to(views.to_vec(), Vec::new(), Vec::new(), Vec::new());
        let (get, post) = (Method::GET, Method::POST);
        let task = only(&[View::Task]);
        assert!(task.opens(&get, "/api/tasks/12") && task.opens(&get, "/api/files/3/media/full"));
        assert!(task.opens(&get, "/api/session") && task.opens(&post, "/api/frame-reports"));
        assert!(
            !task.opens(&get, "/api/files") && !task.opens(&post, "/api/claims") && !task.opens(&get, "/api/schemas")
        );
        let file = only(&[View::File]);
        assert!(file.opens(&get, "/api/files/3") && file.opens(&get, "/api/files/key/a.jpg"));
        assert!(
            !file.opens(&get, "/api/tasks/12")
                && !file.opens(&get, "/api/tasks")
                && !file.opens(&get, "/api/files/export")
        );
        for never in
            ["/api/audit", "/api/hosts", "/api/reading", "/api/jobs", "/api/signin", "/api/nothing-yet", "/api"]
        {
            assert!(!only(&View::ALL).opens(&get, never), "{never}");
        }
    }

    #[test]
    fn emb_10_bound_to_a_schema_the_others_are_not_there() {
        let only = Only::to(vec![View::Schema], Vec::new(), Vec::new(), vec![SchemaId(7)]);
        let (get, post) = (Method::GET, Method::POST);
        assert!(only.opens(&get, "/api/schemas") && only.opens(&get, "/api/schemas/7/versions/2"));
        for (method, path) in [
            (&get, "/api/schemas/8"),
            (&get, "/api/schemas/8/file"),
            (&get, "/api/schemas/07"),
            (&get, "/api/schemas/x"),
            (&post, "/api/schemas"),
            (&Method::PATCH, "/api/attributes/1/options"),
        ] {
            assert!(!only.opens(method, path), "{method} {path}");
        }
    }
}
