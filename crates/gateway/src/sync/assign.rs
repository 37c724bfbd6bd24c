//! Taking a task for somebody and giving it back, at Diffgram: read, write, read again. Diffgram knows no locks: what somebody does
//! there at the same time shows in the last reading.

use portal_diffgram::{Relation, types::Task};
use portal_model::id::{FileId, ProjectId, TaskId, UserId};

use super::{Error, Sync};
use crate::index::can_be_taken;

/// How an attempt to take a task ended.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// It is theirs.
    Taken(Box<Task>),
    /// Somebody else was first, or it cannot be taken any more.
    Lost,
}

impl Sync {
    /// Gives a task that nobody has to this person, and makes sure that it is theirs. Where somebody else took it at the same time
    /// in Diffgram's own page, whoever was first keeps it: if that is not this person, they are taken off again.
    pub(crate) async fn take(
        &self,
        project: &ProjectId,
        (task, file): (TaskId, FileId),
        user: UserId,
        given_back: bool,
    ) -> Result<Attempt, Error> {
        let Some(client) = self.client(project) else { return Ok(Attempt::Lost) };
        let Some(now) = self.read_task(project, file, task).await? else { return Ok(Attempt::Lost) };
        if now.assignees == [user] {
            // Of an earlier attempt whose answer was lost.
            return Ok(Attempt::Taken(Box::new(now)));
        }
        if !now.assignees.is_empty() || !can_be_taken(&now.status, given_back) {
            return Ok(Attempt::Lost);
        }
        client.assign(task, &[user], Relation::Assignee).await?;
        match self.read_task(project, file, task).await? {
            Some(now) if now.first == Some(user) => Ok(Attempt::Taken(Box::new(now))),
            Some(now) if now.assignees.contains(&user) => {
                client.unassign(task, &[user], Relation::Assignee).await?;
                self.refresh(project, file).await?;
                Ok(Attempt::Lost)
            }
            _ => Ok(Attempt::Lost),
        }
    }

    /// Takes this person off a task, and reads it again.
    pub(crate) async fn give_back(
        &self,
        project: &ProjectId,
        (task, file): (TaskId, FileId),
        user: UserId,
    ) -> Result<(), Error> {
        let Some(client) = self.client(project) else { return Ok(()) };
        client.unassign(task, &[user], Relation::Assignee).await?;
        self.refresh(project, file).await
    }

    /// A task as it is at Diffgram now; stored, too.
    pub(crate) async fn read_task(
        &self,
        project: &ProjectId,
        file: FileId,
        task: TaskId,
    ) -> Result<Option<Task>, Error> {
        Ok(self.read_again(project, file).await?.into_iter().find(|row| row.id == task))
    }
}
