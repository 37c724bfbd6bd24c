//! Who may see what. "Where is the rule that hides other people's tasks": here.
//!
//! Policy is a scope, not a check: [`Policy::scope`] yields the only handle through which tasks can be read, and its predicate
//! is in every statement, so that lists, counts and searches know nothing else. Unknown and hidden look alike.

mod filter;
mod scope;

use portal_model::id::ProjectId;

pub use filter::ScopeFilter;
pub use scope::Scope;

use crate::{
    clock::SharedClock,
    index::{Error, Index, KnownMember},
    session::person::Person,
};

/// The rule. Cheap to clone.
#[derive(Clone)]
pub struct Policy {
    index: Index,
    clock: SharedClock,
}

impl Policy {
    /// The rule over an index.
    #[must_use]
    pub fn new(index: Index, clock: SharedClock) -> Self {
        Self { index, clock }
    }

    /// What a person may see: the tasks that are assigned to them or reviewed by them, in the projects whose members they are.
    #[must_use]
    pub fn scope(&self, person: &Person) -> Scope {
        let filter = ScopeFilter::of(person.memberships.iter().map(|m| (m.project.clone(), m.user)));
        Scope::new(filter, self.index.clone(), self.clock.clone())
    }

    /// The projects whose members have this **verified** e-mail address. Upper and lower case of ASCII letters do not matter,
    /// nothing else is forgiven. Whoever calls this answers for the address being verified.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn memberships(&self, email: &str) -> Result<Vec<KnownMember>, Error> {
        self.index.members_with_email(email).await
    }

    /// Whether the members of all these projects have been read at least once; until then nobody can say "unknown".
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn members_read(&self, projects: &[ProjectId]) -> Result<bool, Error> {
        let read = self.index.projects_with_members().await?;
        Ok(projects.iter().all(|p| read.contains(p)))
    }
}
