//! What admins, and keys in their place, may do: in which projects.

use portal_model::{
    api::schemas::Use,
    id::{ProjectId, SchemaId},
    person::Role,
};

use super::{Only, Policy};
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
    /// In a frame: what the session is bound to.
    only: Only,
}

impl AdminScope {
    /// The projects, in order.
    #[must_use]
    pub fn projects(&self) -> &[ProjectId] {
        &self.projects
    }

    /// Whether a schema of these is left by what the session is bound to.
    #[must_use]
    pub fn has(&self, schema: SchemaId) -> bool {
        self.only.has_schema(schema)
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
        let only = match caller {
            Caller::Person(person) => person.only.clone(),
            Caller::Key(_) => Only::default(),
        };
        Ok(AdminScope { projects, only })
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
