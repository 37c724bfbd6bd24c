//! Who may see what. The only way to the index: [`Policy::scope`] gives a handle that sees what the person may see and nothing
//! else, so nothing can be forgotten, and unknown and hidden look alike (`design.md` §3, ADR 3).
//!
//! A person sees the tasks that are assigned to them or that they review, the files of those tasks, and the files of datasets
//! that a grant opens to them. They may take tasks that nobody has from active jobs that hold them as an assignee or that a grant
//! opens ([`next`]). Admins see every task of their projects, with its file: by its id, and in everyone's list when they ask for
//! that. Reviewers see no more than users; they may give the tasks that they review to people.

mod act;
mod admin;
mod bounds;
pub mod frames;
mod grants;
mod next;

use jiff::Timestamp;
use portal_model::{
    annotation::Label,
    api::{
        Freshness, ModelRun, Moment, Someone, TabCounts,
        compare::{CellFiles, Compared},
        explorer::{ExplainedDataset, ExplainedPart, FileFacets, FileNames, FileTile},
        issues::Issue,
        tasks::TaskFacets,
    },
    file::FileSummary,
    id::{AnnotationId, FileId, IssueId, LabelId, ModelRunId, ProjectId, TaskId, UserId},
    person::Role,
    query::{Query, diffgram::Known},
    task::TaskRow,
};

use crate::{
    config::{Grant, GrantTo},
    index::{Cell, Change, Error, FileInSight, Index, IssuePlace, Named, Question, TasksAsked},
    session::person::{Membership, Person},
};

pub use admin::AdminScope;
pub(crate) use bounds::OnlyIds;
pub use bounds::{MAX_IDS, Only};
pub use grants::GrantGuide;
use grants::Opened;

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
    opened: Opened,
    admin: Vec<ProjectId>,
    reviewer: Vec<ProjectId>,
    /// In a frame whose token says so: of all that only these.
    only: Option<OnlyIds>,
}

impl ScopeFilter {
    /// The person in each of their projects.
    pub(crate) fn pairs(&self) -> &[(ProjectId, UserId)] {
        &self.pairs
    }

    /// What grants open to them: projects, and patterns of datasets' names for `GLOB`.
    pub(crate) fn datasets(&self) -> &[(ProjectId, String)] {
        &self.opened.datasets
    }

    /// The same of jobs from which they may take tasks.
    pub(crate) fn jobs(&self) -> &[(ProjectId, String)] {
        &self.opened.jobs
    }

    /// The projects whose tasks they see all of, because they are an admin there.
    pub(crate) fn admin(&self) -> &[ProjectId] {
        &self.admin
    }

    /// In a frame whose token says so: of all that only these tasks with their files, and these files.
    pub(crate) fn only(&self) -> Option<&OnlyIds> {
        self.only.as_ref()
    }

    /// What they would see without such a token.
    pub(crate) fn without_only(&self) -> Self {
        Self { only: None, ..self.clone() }
    }

    /// What they would see if they were an admin nowhere.
    fn without_admin(&self) -> Self {
        Self { admin: Vec::new(), ..self.clone() }
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
        let opened = grants::opened(&self.grants, person);
        let at_least = |role| {
            let there = person.memberships.iter().filter(move |membership| membership.role >= role);
            there.map(|membership| membership.project.clone()).collect()
        };
        let filter = ScopeFilter {
            pairs,
            opened,
            admin: at_least(Role::Admin),
            reviewer: at_least(Role::Reviewer),
            only: person.only.ids(),
        };
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

    /// Whether the person is among those to whom something is opened.
    #[must_use]
    pub fn opens(to: &GrantTo, person: &Person) -> bool {
        grants::opens(to, person)
    }

    /// Whether the person has one of these roles, in this project or in any. Without roles it is for everybody.
    #[must_use]
    pub fn is_of(roles: &[Role], project: Option<&ProjectId>, person: &Person) -> bool {
        roles.is_empty()
            || person.memberships.iter().any(|membership| {
                project.is_none_or(|project| membership.project == *project) && roles.contains(&membership.role)
            })
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
    /// How many tasks each tab holds by a question's search and filters, and ids of the tasks of the question, in its order.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn task_list(&self, asked: &TasksAsked) -> Result<(TabCounts, Vec<i64>), Error> {
        self.index.task_list(&self.filter, asked).await
    }

    /// How many tasks each tab holds, by the same search and filters.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn task_counts(&self, asked: &TasksAsked) -> Result<TabCounts, Error> {
        self.index.task_counts(&self.filter, asked).await
    }

    /// What the tasks of a question are, counted.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn task_facets(&self, asked: &TasksAsked) -> Result<TaskFacets, Error> {
        self.index.task_facets(&self.filter, asked).await
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

    /// Issues on a task, newest first; none for a task that is not in scope.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn issues(&self, id: TaskId) -> Result<Vec<Issue>, Error> {
        self.index.issues(&self.filter, id).await
    }

    /// What became of a task while the portal watched, oldest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn history(&self, id: TaskId) -> Result<Vec<Moment>, Error> {
        self.index.history(&self.filter, id).await
    }

    /// The files that a compound file is made of, in their order: who sees the whole sees its parts.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn children(&self, id: FileId) -> Result<Vec<FileSummary>, Error> {
        self.index.children(&self.filter, id).await
    }

    /// A file, with what brings it into scope: itself, or the compound file it is a part of.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn file(&self, id: FileId) -> Result<Option<FileInSight>, Error> {
        self.index.file_or_part(&self.filter, id).await
    }

    /// Ids of the files that are called exactly so, the newest first, `limit` at the most.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn files_named(&self, name: &str, limit: u32) -> Result<Vec<i64>, Error> {
        self.index.files_named(&self.filter, name, limit).await
    }

    /// Ids of the files of a query, in its order. `now` is what times before now are counted from.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn file_ids(&self, query: &Query, now: Timestamp) -> Result<Vec<i64>, Error> {
        self.index.file_ids(&self.filter, query, now.as_second()).await
    }

    /// The files of these ids, in their order; those not in scope are left out.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tiles(&self, ids: &[i64]) -> Result<Vec<FileTile>, Error> {
        self.index.tiles(&self.filter, ids, FileTile::DRAWN).await
    }

    /// The same with all that is drawn on them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn files_with_all(&self, ids: &[i64]) -> Result<Vec<FileTile>, Error> {
        self.index.tiles(&self.filter, ids, usize::MAX).await
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
    pub async fn facets(&self, query: &Query, now: Timestamp) -> Result<FileFacets, Error> {
        self.index.facets(&self.filter, query, now.as_second()).await
    }

    /// What each part of a query leaves, how many files the whole finds, and the datasets it names that a grant opens.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn explain(
        &self,
        query: &Query,
        now: Timestamp,
    ) -> Result<(Vec<ExplainedPart>, u32, Vec<ExplainedDataset>), Error> {
        self.index.explain(&self.filter, query, now.as_second()).await
    }

    /// Labels and datasets by their names, as Diffgram's own language is told them: what is not in scope is not told.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn diffgram_words(&self, query: &Query) -> Result<Known, Error> {
        self.index.diffgram_words(&self.filter, query).await
    }

    /// How a model run does over the files of a query; `None` when a run occurs nowhere in scope.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn compare(
        &self,
        query: &Query,
        question: &Question,
        freshness: Freshness,
    ) -> Result<Option<Compared>, Error> {
        self.index.compare(&self.filter, query, question, freshness).await
    }

    /// The files behind one number of that; `None` when a run occurs nowhere in scope.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn compare_cell(
        &self,
        query: &Query,
        question: &Question,
        cell: &Cell,
    ) -> Result<Option<CellFiles>, Error> {
        self.index.compare_cell(&self.filter, query, question, cell).await
    }

    /// What the files in scope can be asked by.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn file_names(&self) -> Result<FileNames, Error> {
        self.index.file_names(&self.filter).await
    }

    /// How many of the files in scope have been read with their annotations, in percent: 100 when all have, and all datasets
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
        if self.filter.only.as_ref().is_some_and(|only| !only.has_task(change.task)) {
            return Ok(Seen::Nothing);
        }
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

    /// Whether a task was one of theirs, and is not any more.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn had_task(&self, id: TaskId) -> Result<bool, Error> {
        self.index.had_task(&self.filter, id).await
    }

    /// Whether they had a task on a file, and have it not any more.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn had_file(&self, id: FileId) -> Result<bool, Error> {
        self.index.had_file(&self.filter, id).await
    }

    /// The file of an annotation by its root (`AnnotationRoot`, as a number), the id it has now, and the frame of a video it is
    /// on.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn annotation_by_root(&self, root: i64) -> Result<Option<(FileId, AnnotationId, Option<u32>)>, Error> {
        self.index.annotation_by_root(&self.filter, root).await
    }

    /// The projects in which they see a file: only there may Diffgram be asked something for them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn projects_with_files(&self) -> Result<Vec<ProjectId>, Error> {
        self.index.projects_with_files(&self.filter).await
    }

    /// Where an issue stands, on something they see.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn issue_place(&self, id: IssueId) -> Result<Option<IssuePlace>, Error> {
        self.index.issue_place(&self.filter, id).await
    }

    /// What they see that is called exactly so. By name links lead to lists, and lists show admins their own unless they ask for
    /// everyone's: so what is theirs as admins alone does not count.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn named_so(&self, name: &str) -> Result<Named, Error> {
        self.index.named_so(&self.filter.without_admin(), name).await
    }

    /// The projects in scope.
    pub fn projects(&self) -> impl Iterator<Item = &ProjectId> {
        self.filter.pairs.iter().map(|(project, _)| project)
    }
}
