//! What reviewers and admins may do with tasks, and through whose eyes admins may look.

use portal_model::{
    api::acting::{Member, News},
    id::{ProjectId, UserId},
    person::Role,
    task::{Part, TaskRow},
};

use super::{Policy, Scope};
use crate::{index::Error, session::person::Membership};

impl Policy {
    /// What an admin would see through the eyes of a member of one of their projects: of that person's memberships, those in
    /// projects where the admin is one. Empty when that is nothing, also when there is no such member.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn through(
        &self,
        admin: &[Membership],
        project: &ProjectId,
        user: UserId,
    ) -> Result<Option<(Member, String, Vec<(ProjectId, UserId)>)>, Error> {
        let is_admin = |project: &ProjectId| admin.iter().any(|m| m.project == *project && m.role == Role::Admin);
        if !is_admin(project) {
            return Ok(None);
        }
        let Some((member, email)) = self.index.member(project, user).await? else { return Ok(None) };
        // Somebody without a usable address could not sign in either: what is seen is what they have in this project.
        let mut theirs = if email.is_empty() { Vec::new() } else { self.members(&email).await? };
        if !theirs.contains(&(project.clone(), user)) {
            theirs = vec![(project.clone(), user)];
        }
        theirs.retain(|(project, _)| is_admin(project));
        Ok(Some((member, email, theirs)))
    }
}

impl Scope {
    /// Whether they may ask for everyone's tasks somewhere.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        !self.filter.admin.is_empty()
    }

    /// Whether they may give tasks to people somewhere.
    #[must_use]
    pub fn may_assign_somewhere(&self) -> bool {
        !self.filter.reviewer.is_empty()
    }

    /// Whether they may give tasks of this project to people, of those that they may: for putting back what they did themselves,
    /// also where they do not see the task any more.
    #[must_use]
    pub fn may_assign_in(&self, project: &ProjectId) -> bool {
        self.filter.reviewer.contains(project)
    }

    /// Whether they may give this task to people: as an admin of its project, or as a reviewer who reviews it.
    #[must_use]
    pub fn may_assign(&self, row: &TaskRow) -> bool {
        self.filter.admin.contains(&row.project)
            || (self.filter.reviewer.contains(&row.project) && matches!(row.part, Part::Reviewer | Part::Both))
    }

    /// The members of the projects where they may give tasks to people, by name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn members(&self) -> Result<Vec<Member>, Error> {
        self.index.members_of(&self.filter.reviewer).await
    }

    /// What happened to this person's tasks.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn news(&self, after: Option<i64>) -> Result<News, Error> {
        self.index.news(&self.filter, after).await
    }
}
