//! What somebody may take: tasks that nobody has, of active jobs that hold them as an assignee or that a grant opens, but for those
//! that they declined. Of what others have they learn that it is, never how much or whose.

use portal_model::{
    api::next::{Guide, How, JobRow, JobSetting, Nothing},
    id::{JobId, ProjectId, TaskId, UserId},
    task::TaskRow,
    time::Timestamp,
};

use super::{AdminScope, Policy, Scope};
use crate::index::{Error, Free, OpenJob, Set, Standing};

impl Scope {
    /// How they stand, by job; days begin at this second since 1970.
    pub(crate) async fn standing(&self, today: i64) -> Result<Standing, Error> {
        self.index.standing(&self.filter, today).await
    }

    /// Why there is nothing for them to do.
    pub(crate) async fn nothing(&self, job: Option<JobId>) -> Result<Nothing, Error> {
        self.index.nothing(&self.filter, job).await
    }

    /// The first of their own tasks whose turn it is.
    pub(crate) async fn own_next(&self, job: Option<JobId>) -> Result<Vec<(How, TaskId)>, Error> {
        self.index.own_next(&self.filter, job).await
    }

    /// The first task that they may take and that can be kept for them.
    pub(crate) async fn first_free(
        &self,
        job: Option<JobId>,
        keep: impl Fn(TaskId) -> bool,
    ) -> Result<Option<Free>, Error> {
        self.index.first_free(&self.filter, job, keep).await
    }

    /// This task, if they may take it.
    pub(crate) async fn free(&self, task: TaskId) -> Result<Option<Free>, Error> {
        self.index.free(&self.filter, task).await
    }

    /// The job, if they may take tasks from it now.
    pub(crate) async fn takes_from(&self, job: JobId) -> Result<Option<OpenJob>, Error> {
        self.index.takes_from(&self.filter, job).await
    }

    /// How a task of theirs is done, in words of admins.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn guides(&self, task: &TaskRow) -> Result<Vec<Guide>, Error> {
        self.index.guides(task, &self.filter.opened.guides).await
    }

    /// Who they are in a project.
    #[must_use]
    pub fn user_in(&self, project: &ProjectId) -> Option<UserId> {
        self.filter.pairs.iter().find(|(known, _)| known == project).map(|(_, user)| *user)
    }
}

impl Policy {
    /// The jobs of an admin's projects, or one of them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn jobs(&self, scope: &AdminScope, job: Option<JobId>) -> Result<Vec<JobRow>, Error> {
        self.index.all_jobs(scope.projects(), job).await
    }

    /// Changes what admins say of a job, if it is as they know it. `ends`: when what is taken goes back, counted from now.
    pub(crate) async fn set_job(
        &self,
        scope: &AdminScope,
        job: JobId,
        (wanted, ends): (&JobSetting, Option<&Timestamp>),
        known: &str,
    ) -> Result<Option<Set>, Error> {
        self.index.set_job(scope.projects(), job, (wanted, ends), known).await
    }
}
