//! What admins, and keys in their place, may do: in which projects.

use portal_model::{api::schemas::Use, id::ProjectId, person::Role};

use super::Policy;
use crate::{
    index::{Error, FilesRead, Touched},
    keys,
    problem::Reply,
    session::caller::Caller,
};

/// The projects whose schemas and audit somebody may see or change. Only this module makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminScope {
    projects: Vec<ProjectId>,
}

impl AdminScope {
    /// The projects, in order.
    #[must_use]
    pub fn projects(&self) -> &[ProjectId] {
        &self.projects
    }
}

impl Policy {
    /// Where this person is an admin, or where this key may do what the scope says.
    ///
    /// # Errors
    /// 403: nowhere. Nothing is told of what is there.
    pub fn admin(&self, caller: &Caller, needed: keys::Scope) -> Result<AdminScope, Reply> {
        let projects: Vec<ProjectId> = match caller {
            Caller::Person(person) => person
                .memberships
                .iter()
                .filter(|membership| membership.role == Role::Admin)
                .map(|membership| membership.project.clone())
                .collect(),
            Caller::Key(key) => {
                key.need(needed)?;
                vec![key.project.clone()]
            }
        };
        if projects.is_empty() {
            return Err(Reply::forbidden("This is for admins of a project."));
        }
        Ok(AdminScope { projects })
    }

    /// How far the files of these projects have been read, in their order.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn files_read(&self, scope: &AdminScope) -> Result<Vec<(ProjectId, FilesRead)>, Error> {
        let mut read = Vec::with_capacity(scope.projects.len());
        for project in &scope.projects {
            read.push((project.clone(), self.index.files_read(project).await?));
        }
        Ok(read)
    }

    /// How much questions of one of these projects and options of them are used, and whether all annotations there have been read.
    pub(crate) async fn uses(
        &self,
        scope: &AdminScope,
        project: &ProjectId,
        touched: Vec<Touched>,
    ) -> Result<(Vec<Use>, bool), Error> {
        if !scope.projects.contains(project) {
            return Ok((Vec::new(), false));
        }
        self.index.uses(&scope.projects, project, touched).await
    }

    /// The projects with their names for people.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn admin_projects(&self, scope: &AdminScope) -> Result<Vec<(ProjectId, String)>, Error> {
        let mut named = Vec::with_capacity(scope.projects.len());
        for project in &scope.projects {
            named.push((project.clone(), self.index.sync_state(project).await?.name));
        }
        Ok(named)
    }
}
