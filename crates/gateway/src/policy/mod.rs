//! Who may see what. The only way to the index: [`Policy::scope`] gives a handle that sees what the person may see and nothing
//! else, so nothing can be forgotten, and unknown and hidden look alike (`design.md` §3, ADR 3).
//!
//! A person sees the tasks that are assigned to them or that they review, the files of those tasks, and the files of datasets
//! that a grant opens to them. Admins see every task of their projects, with its file: by its id, and in everyone's list when they
//! ask for that. Reviewers see no more than users; they may give the tasks that they review to people.

mod act;
mod admin;
mod grants;

use portal_model::{
    annotation::Label,
    api::{
        ModelRun, Someone, TabCounts, TaskQuery,
        explorer::{FileFacets, FileNames, FileTile},
    },
    id::{FileId, LabelId, ModelRunId, ProjectId, TaskId, UserId},
    person::Role,
    query::Query,
    task::TaskRow,
};

use crate::{
    config::Grant,
    index::{Change, Error, FileInSight, Index},
    session::person::{Membership, Person},
};

pub use admin::AdminScope;

/// Decides who may see what.
#[derive(Clone, Debug)]
pub struct Policy {
    index: Index,
    projects: Vec<ProjectId>,
    grants: std::sync::Arc<[Grant]>,
}

/// What a person may see, as a predicate. Only this module makes one.
#[derive(Clone, Debug)]
pub struct ScopeFilter {
    pairs: Vec<(ProjectId, UserId)>,
    datasets: Vec<(ProjectId, String)>,
    admin: Vec<ProjectId>,
    reviewer: Vec<ProjectId>,
}

impl ScopeFilter {
    /// The person in each of their projects.
    pub(crate) fn pairs(&self) -> &[(ProjectId, UserId)] {
        &self.pairs
    }

    /// What grants open to them: projects, and patterns of datasets' names for `GLOB`.
    pub(crate) fn datasets(&self) -> &[(ProjectId, String)] {
        &self.datasets
    }

    /// The projects whose tasks they see all of, because they are an admin there.
    pub(crate) fn admin(&self) -> &[ProjectId] {
        &self.admin
    }
}

/// The index as one person sees it.
#[derive(Clone, Debug)]
pub struct Scope {
    index: Index,
    filter: ScopeFilter,
}

/// What a change means for a person.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// They see the task, as it is now.
    Task(Box<TaskRow>),
    /// It left their sight; only its id may be told.
    Gone(TaskId),
    /// It is not theirs, but they are an admin of its project.
    Other(TaskId),
    /// It is not their business, and never was.
    Nothing,
}

impl Policy {
    /// Over the index, for the configured projects.
    #[must_use]
    pub fn new(index: Index, projects: Vec<ProjectId>) -> Self {
        Self { index, projects, grants: [].into() }
    }

    /// With these grants.
    #[must_use]
    pub fn with_grants(self, grants: Vec<Grant>) -> Self {
        Self { grants: grants.into(), ..self }
    }

    /// The index as this person sees it.
    #[must_use]
    pub fn scope(&self, person: &Person) -> Scope {
        let pairs = person.memberships.iter().map(|membership| (membership.project.clone(), membership.user)).collect();
        let datasets = grants::datasets(&self.grants, person);
        let at_least = |role| {
            let there = person.memberships.iter().filter(move |membership| membership.role >= role);
            there.map(|membership| membership.project.clone()).collect()
        };
        let filter = ScopeFilter { pairs, datasets, admin: at_least(Role::Admin), reviewer: at_least(Role::Reviewer) };
        Scope { index: self.index.clone(), filter }
    }

    /// Reads into memory what lists and the explorer are asked by, so that nobody waits for that later.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn warm(&self) -> Result<(), Error> {
        self.index.warm().await
    }

    /// The configured projects whose member has this folded, verified address.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn members(&self, email: &str) -> Result<Vec<(ProjectId, UserId)>, Error> {
        let found = self.index.members(email).await?;
        Ok(found.into_iter().filter(|(project, _)| self.projects.contains(project)).collect())
    }

    /// What a member is called.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn member_name(&self, project: &ProjectId, user: UserId) -> Result<Option<String>, Error> {
        self.index.member_name(project, user).await
    }

    /// Whether the members of every project have been read, so that "unknown" can be said.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn members_are_read(&self) -> Result<bool, Error> {
        for project in &self.projects {
            if !self.index.sync_state(project).await?.members_read {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The name of a project, for its member.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn project_name(&self, membership: &Membership) -> Result<String, Error> {
        Ok(self.index.sync_state(&membership.project).await?.name)
    }
}

impl Scope {
    /// How many tasks each tab holds by a query's search, and ids of the tasks of the query, in its order.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn task_list(&self, query: &TaskQuery) -> Result<(TabCounts, Vec<i64>), Error> {
        self.index.task_list(&self.filter, query).await
    }

    /// How many tasks each tab holds, by the same search.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn task_counts(&self, query: &TaskQuery) -> Result<TabCounts, Error> {
        self.index.task_counts(&self.filter, query).await
    }

    /// The rows of these ids, in their order; those not in scope are left out.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn task_rows(&self, ids: &[i64]) -> Result<Vec<TaskRow>, Error> {
        self.index.task_rows(&self.filter, ids).await
    }

    /// One task.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn task(&self, id: TaskId) -> Result<Option<TaskRow>, Error> {
        Ok(self.task_rows(&[id.0]).await?.pop())
    }

    /// Assignees and reviewers of a task, by name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn people(&self, id: TaskId) -> Result<(Vec<Someone>, Vec<Someone>), Error> {
        self.index.people(&self.filter, id).await
    }

    /// A file, with what brings it into scope.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn file(&self, id: FileId) -> Result<Option<FileInSight>, Error> {
        self.index.file(&self.filter, id).await
    }

    /// Ids of the files of a query, in its order.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn file_ids(&self, query: &Query) -> Result<Vec<i64>, Error> {
        self.index.file_ids(&self.filter, query).await
    }

    /// The files of these ids, in their order; those not in scope are left out.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tiles(&self, ids: &[i64]) -> Result<Vec<FileTile>, Error> {
        self.index.tiles(&self.filter, ids).await
    }

    /// Labels by id.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn labels(&self, ids: &[LabelId]) -> Result<Vec<Label>, Error> {
        self.index.labels(&self.filter, ids).await
    }

    /// What the files of a query are, counted.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn facets(&self, query: &Query) -> Result<FileFacets, Error> {
        self.index.facets(&self.filter, query).await
    }

    /// What the files in scope can be asked by.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn file_names(&self) -> Result<FileNames, Error> {
        self.index.file_names(&self.filter).await
    }

    /// How many of the pictures in scope have been read with their annotations, in percent: 100 when all have, and all datasets
    /// have been listed.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn annotations_percent(&self) -> Result<u8, Error> {
        self.index.annotations_percent(&self.filter).await
    }

    /// Names of model runs.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn runs(&self, ids: &[ModelRunId]) -> Result<Vec<ModelRun>, Error> {
        self.index.runs(&self.filter, ids).await
    }

    /// What a change means for this person.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sees(&self, change: &Change) -> Result<Seen, Error> {
        let Some((_, me)) = self.filter.pairs.iter().find(|(project, _)| *project == change.project) else {
            return Ok(Seen::Nothing);
        };
        if change.after.contains(me)
            && let Some(row) = self.task(change.task).await?
        {
            return Ok(Seen::Task(Box::new(row)));
        }
        Ok(if change.before.contains(me) || change.after.contains(me) {
            Seen::Gone(change.task)
        } else if self.filter.admin.contains(&change.project) {
            Seen::Other(change.task)
        } else {
            Seen::Nothing
        })
    }

    /// The projects in scope.
    pub fn projects(&self) -> impl Iterator<Item = &ProjectId> {
        self.filter.pairs.iter().map(|(project, _)| project)
    }
}
