//! The scope as a predicate of SQL. Only `policy` can make one.

use portal_diffgram::types::Task;
use portal_model::{
    id::{ProjectId, UserId},
    task::Part,
};

use crate::index::part_of;

/// Which tasks somebody may see: those with one of these users on them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ScopeFilter {
    pairs: Vec<(ProjectId, UserId)>,
}

impl ScopeFilter {
    pub(super) fn of(pairs: impl Iterator<Item = (ProjectId, UserId)>) -> Self {
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort();
        pairs.dedup();
        Self { pairs }
    }

    /// The predicate over a table with `project` and `user`, with a `?` for each half of each of [`Self::pairs`].
    pub(crate) fn predicate(&self, table: &'static str) -> String {
        match self.pairs.len() {
            0 => "0".to_owned(),
            n => {
                let one = format!("({table}.project = ? AND {table}.user = ?)");
                format!("({})", vec![one; n].join(" OR "))
            }
        }
    }

    /// Who the person is in each of their projects.
    pub(crate) fn pairs(&self) -> &[(ProjectId, UserId)] {
        &self.pairs
    }

    /// Whether they are a member of that project.
    pub(crate) fn has_project(&self, project: &ProjectId) -> bool {
        self.pairs.iter().any(|(p, _)| p == project)
    }

    /// The same rule for a task at hand: what they have to do with it, if anything.
    pub(crate) fn part(&self, project: &ProjectId, task: &Task) -> Option<Part> {
        self.pairs.iter().filter(|(p, _)| p == project).find_map(|(_, user)| part_of(task, *user))
    }
}
