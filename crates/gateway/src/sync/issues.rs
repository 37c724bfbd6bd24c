//! Issues: all of a project with the small things, those of a task at its door. The list does not say what they are attached to,
//! so each new or changed one is one more call, and those are bounded.

use portal_diffgram::types::{Issue, IssuePlace};
use portal_model::id::{FileId, ProjectId, TaskId};

use super::{Error, Project, Sync};
use crate::index::Gone;

/// New and changed issues that are looked into in one round; the others come in the next ones.
const A_ROUND: usize = 200;
/// The same while somebody waits.
const AT_THE_DOOR: usize = 10;

/// Reads all issues of a project.
pub(super) async fn read(sync: &Sync, id: &ProjectId) -> Result<(), Error> {
    let Some(project) = sync.project(id) else { return Ok(()) };
    let turn = project.turns.wait().await;
    let read = project.client.issues(None).await;
    drop(turn);
    sync.heard(id, read.as_ref().err());
    let all = match read {
        Ok(all) => all,
        Err(error) if error.is_outage() => return Err(error.into()),
        // A Viewer's key may not read them. Whatever else it is: members and runs must not wait for it.
        Err(error) => {
            tracing::warn!(project = %id, error = &error as &dyn std::error::Error, "issues.unread");
            return Ok(());
        }
    };
    let new = sync.index.new_issues(id, &all).await?;
    if new.len() > A_ROUND {
        tracing::info!(project = %id, new = new.len(), "issues.many");
    }
    let mut read = Vec::new();
    for issue in new.into_iter().rev().take(A_ROUND) {
        let turn = project.turns.wait().await;
        let places = places(sync, id, project, issue).await;
        drop(turn);
        read.extend(places?.map(|places| (issue, places)));
    }
    let changes = sync.index.put_issues(id, &read, Gone::AllBut(&all)).await?;
    sync.events.tell_changes(changes);
    Ok(())
}

impl Sync {
    /// Reads the issues on a task and its file.
    pub(super) async fn read_issues_of(&self, id: &ProjectId, task: TaskId, file: FileId) -> Result<(), Error> {
        let Some(project) = self.project(id) else { return Ok(()) };
        let read = project.client.issues(Some((task, file))).await;
        self.heard(id, read.as_ref().err());
        let here = read?;
        let new = self.index.new_issues(id, &here).await?;
        // Mostly nothing is new: then nothing is written.
        if new.is_empty() && !self.index.has_other_issues(id, task, file, &here).await? {
            return Ok(());
        }
        let mut read = Vec::new();
        for issue in new.into_iter().rev().take(AT_THE_DOOR) {
            read.extend(places(self, id, project, issue).await?.map(|places| (issue, places)));
        }
        let changes = self.index.put_issues(id, &read, Gone::On(task, file, &here)).await?;
        self.events.tell_changes(changes);
        Ok(())
    }
}

/// What an issue is attached to; `None` when that cannot be read, which is tried again in the next round.
async fn places(
    sync: &Sync,
    id: &ProjectId,
    project: &Project,
    issue: &Issue,
) -> Result<Option<Vec<IssuePlace>>, Error> {
    let read = project.client.issue_places(issue.id).await;
    sync.heard(id, read.as_ref().err());
    match read {
        Ok(places) => Ok(Some(places)),
        Err(error) if error.is_outage() => Err(error.into()),
        Err(error) => {
            tracing::warn!(project = %id, issue = %issue.id, error = &error as &dyn std::error::Error, "issue.unread");
            Ok(None)
        }
    }
}
