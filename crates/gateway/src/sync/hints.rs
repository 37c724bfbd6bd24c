//! Hints: a webhook says that something may have changed. Diffgram sends it twice, and before its commit, so the task is read
//! after a quarter of a second and again after five (`sync-evidence.md` §2).

use std::{
    collections::HashMap,
    sync::PoisonError,
    time::{Duration, Instant},
};

use portal_diffgram::types::TaskFilter;
use portal_model::id::{ProjectId, TaskId};

use super::{Error, Sync};

/// First reading after a hint.
const SOON: Duration = Duration::from_millis(250);
/// Last reading after the first hint.
const LATER: Duration = Duration::from_secs(5);
/// More tasks than this are not followed one by one: the sweep finds them.
const MAX_PENDING: usize = 1_000;
/// The end of the list is not read more often than this because of hints.
const NEWEST_EVERY: Duration = Duration::from_secs(1);
/// Rows looked at for a task that is not known yet.
const LAST_PAGE: u32 = 50;

/// Tasks under way, and whether another hint came meanwhile.
pub(super) type Pending = HashMap<(ProjectId, TaskId), bool>;

impl Sync {
    /// Something may have happened to a task. Never trusted, coalesced per task, capped.
    pub fn hint(&self, project: &ProjectId, task: TaskId) {
        let key = (project.clone(), task);
        {
            let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(again) = pending.get_mut(&key) {
                *again = true;
                return;
            }
            if pending.len() >= MAX_PENDING {
                return;
            }
            pending.insert(key.clone(), false);
        }
        let sync = self.clone();
        tokio::spawn(async move {
            sync.follow(&key).await;
            sync.pending.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        });
    }

    async fn follow(&self, key: &(ProjectId, TaskId)) {
        let begun = Instant::now();
        tokio::time::sleep(SOON).await;
        self.read_hinted(key).await;
        // Another hint meanwhile is answered as soon as the first one was, the last reading comes in any case.
        while begun.elapsed() + SOON < LATER {
            tokio::time::sleep(SOON).await;
            let again =
                self.pending.lock().unwrap_or_else(PoisonError::into_inner).get_mut(key).is_some_and(std::mem::take);
            if again {
                self.read_hinted(key).await;
            }
        }
        tokio::time::sleep(LATER.saturating_sub(begun.elapsed())).await;
        self.read_hinted(key).await;
    }

    async fn read_hinted(&self, (project, task): &(ProjectId, TaskId)) {
        let result = async {
            match self.index.file_of(project, *task).await? {
                Some(file) => self.refresh(project, file).await,
                None => self.read_newest(project).await,
            }
        }
        .await;
        if let Err(error) = result {
            tracing::warn!(project = %project, error = &error as &dyn std::error::Error, "hint.unread");
        }
    }

    /// The last page of the task list, where new tasks are. A launch hints at hundreds of unknown tasks at once: one reading a
    /// second serves them all.
    async fn read_newest(&self, id: &ProjectId) -> Result<(), Error> {
        {
            let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
            if newest.get(id).is_some_and(|at| at.elapsed() < NEWEST_EVERY) {
                return Ok(());
            }
            newest.insert(id.clone(), Instant::now());
        }
        let Some(client) = self.client(id) else { return Ok(()) };
        let filter = TaskFilter::default();
        let total = client.marks(&filter, 0, 1).await?.total;
        let last = total.saturating_sub(1) / LAST_PAGE;
        // A few may have spilled over onto the last page just now.
        for page in last.saturating_sub(1)..=last {
            let reading = self.index.reading();
            let rows = client.tasks(&filter, page, LAST_PAGE).await?;
            let changes = reading.put_tasks(id, &rows.tasks, None).await?;
            self.events.tell_changes(changes);
        }
        Ok(())
    }
}
