//! What one person may see, and the ways to look at it.

use std::collections::BTreeSet;

use portal_diffgram::types::Task;
use portal_model::{
    api::{ModelRun, Someone, TabCounts, TaskSort},
    id::{FileId, ModelRunId, ProjectId, TaskId, UserId},
    task::{Part, Tab, TaskRow},
    time::Timestamp,
};

use super::ScopeFilter;
use crate::{
    clock::{SharedClock, wire},
    index::{Error, Index, IndexedTask, Mine, fold::Words},
};

/// The tasks of one person. The only public way to read the index.
#[derive(Clone)]
pub struct Scope {
    filter: ScopeFilter,
    index: Index,
    clock: SharedClock,
}

impl Scope {
    pub(super) fn new(filter: ScopeFilter, index: Index, clock: SharedClock) -> Self {
        Self { filter, index, clock }
    }

    /// The rule itself: equal filters see the same.
    #[must_use]
    pub fn filter(&self) -> &ScopeFilter {
        &self.filter
    }

    /// Their projects.
    pub fn projects(&self) -> impl Iterator<Item = &ProjectId> {
        self.filter.pairs().iter().map(|(project, _)| project)
    }

    /// Now, as this person's rows are dated.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        wire(self.clock.now())
    }

    /// The ids of a tab, in order.
    ///
    /// # Errors
    /// When the store cannot be read; so for all that follow.
    pub async fn list(&self, tab: Tab, words: &Words, sort: TaskSort) -> Result<Vec<TaskId>, Error> {
        Ok(self.index.list(&self.filter, tab, words, sort).await?.ids)
    }

    /// How many there are per tab.
    #[expect(clippy::missing_errors_doc, reason = "said once, at `list`")]
    pub async fn counts(&self, words: &Words) -> Result<TabCounts, Error> {
        self.index.counts(&self.filter, words).await
    }

    /// Those of the tasks that are theirs, in the order given.
    #[expect(clippy::missing_errors_doc, reason = "said once, at `list`")]
    pub async fn rows(&self, ids: &[TaskId]) -> Result<Vec<TaskRow>, Error> {
        let now = self.now();
        Ok(self.index.window(&self.filter, ids).await?.iter().map(|mine| mine.task.row(mine.part, &now)).collect())
    }

    /// One task of theirs, also an archived one.
    #[expect(clippy::missing_errors_doc, reason = "said once, at `list`")]
    pub async fn task(&self, id: TaskId) -> Result<Option<Mine>, Error> {
        self.index.task(&self.filter, id).await
    }

    /// A task of theirs that is about the file; without one the file is not theirs.
    #[expect(clippy::missing_errors_doc, reason = "said once, at `list`")]
    pub async fn task_of_file(&self, file: FileId) -> Result<Option<Mine>, Error> {
        self.index.task_of_file(&self.filter, file).await
    }

    /// What they have to do with a task at hand; `None`: it is not theirs.
    #[must_use]
    pub fn part(&self, project: &ProjectId, task: &Task) -> Option<Part> {
        self.filter.part(project, task)
    }

    /// The row as they see it; `None` when it is not theirs or archived.
    #[must_use]
    pub fn row(&self, task: &IndexedTask) -> Option<TaskRow> {
        let part = self.filter.part(&task.project, &task.task)?;
        Tab::of(&task.task.status, part)?;
        Some(task.row(part, &self.now()))
    }

    /// The people of a task of theirs, by name.
    #[expect(clippy::missing_errors_doc, reason = "said once, at `list`")]
    pub async fn people(&self, project: &ProjectId, users: &[UserId]) -> Result<Vec<Someone>, Error> {
        let names = self.index.names(&self.filter, project, users).await?;
        let me = |user: &UserId| self.filter.pairs().contains(&(project.clone(), *user));
        Ok(users.iter().zip(names).map(|(user, name)| Someone { name, me: me(user) }).collect())
    }

    /// Model runs by name.
    #[expect(clippy::missing_errors_doc, reason = "said once, at `list`")]
    pub async fn model_runs(&self, project: &ProjectId, runs: &BTreeSet<ModelRunId>) -> Result<Vec<ModelRun>, Error> {
        self.index.model_runs(&self.filter, project, runs).await
    }
}
