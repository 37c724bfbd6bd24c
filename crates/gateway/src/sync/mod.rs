//! Reads Diffgram into the index and keeps up with it (`sync-evidence.md` §7). Reading is truth; a webhook is only a hint.

mod assign;
mod crawl;
mod files;
mod hints;
mod issues;
mod jobs;
mod keep_up;
mod progress;
mod turn;

pub(crate) use assign::Attempt;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use portal_diffgram::{Error as DiffgramError, ProjectClient, types::Task};
use portal_model::{
    api::{Freshness, reading::Share},
    id::{DatasetId, FileId, ProjectId, TaskId},
    time::Timestamp,
};

use crate::{
    clock::{SharedClock, wire},
    config::Periods,
    events::{Events, Happening},
    index::{Error as IndexError, Index, SyncState},
};

/// A fresh reading at the door serves this long.
const DOOR_LIFE: Duration = Duration::from_secs(3);
/// Nobody waits longer at the door.
const DOOR_PATIENCE: Duration = Duration::from_secs(2);

/// Why a reading did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Diffgram did not answer, or not sensibly.
    #[error("Diffgram could not be read")]
    Diffgram(#[from] DiffgramError),
    /// The store did not answer.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// Diffgram answers, but does not let us read a task before it is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Diffgram does not let us read this task")]
pub struct Shut;

/// One project, as `sync` knows it.
#[derive(Debug)]
pub(crate) struct Project {
    client: ProjectClient,
    state: Mutex<Live>,
    /// A task changed: its file may have, too.
    touched: tokio::sync::Notify,
    /// Those files: read before all others.
    pressing: Mutex<BTreeSet<FileId>>,
    /// Readings that nobody waits for take turns.
    turns: turn::Turns,
    /// With which job the next reading of their people begins.
    job_turn: Mutex<usize>,
}

#[derive(Debug, Default)]
struct Live {
    stored: SyncState,
    /// Whether Diffgram answered last time.
    up: bool,
}

/// How far the tasks of a project have been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TasksRead {
    /// The project's name for people.
    pub name: String,
    /// Whether Diffgram answered last time.
    pub up: bool,
    /// When all was known to be true.
    pub as_of: Option<Timestamp>,
    /// How many were read, of how many Diffgram says there are.
    pub tasks: Share,
}

/// Everything that reads Diffgram. Cheap to clone.
#[derive(Clone)]
pub struct Sync {
    index: Index,
    events: Events,
    clock: SharedClock,
    periods: Periods,
    projects: Arc<BTreeMap<ProjectId, Project>>,
    pending: Arc<Mutex<hints::Pending>>,
    /// When the end of each task list was last read because of a hint.
    newest: Arc<Mutex<BTreeMap<ProjectId, std::time::Instant>>>,
    /// Readings at the door, coalesced: whether to let through.
    door: moka::future::Cache<(ProjectId, FileId), bool>,
    /// The same for a file in a dataset.
    dataset_door: moka::future::Cache<(ProjectId, FileId, DatasetId), bool>,
    /// Issues of a task, and parts of a compound file: that they were read.
    issues_door: moka::future::Cache<(ProjectId, TaskId), ()>,
    parts_door: moka::future::Cache<(ProjectId, FileId), ()>,
}

impl std::fmt::Debug for Sync {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sync").field("projects", &self.projects.keys()).finish_non_exhaustive()
    }
}

impl Sync {
    /// Over the index; nothing is read before [`Sync::start`].
    #[must_use]
    pub fn new(
        index: Index,
        events: Events,
        clock: SharedClock,
        periods: Periods,
        clients: Vec<ProjectClient>,
    ) -> Self {
        let projects = clients
            .into_iter()
            .map(|client| {
                let stored = SyncState { name: client.id().0.clone(), pass: 1, ..SyncState::default() };
                let state = Mutex::new(Live { stored, up: true });
                let project = Project {
                    client,
                    state,
                    touched: tokio::sync::Notify::new(),
                    pressing: Mutex::default(),
                    turns: turn::Turns::default(),
                    job_turn: Mutex::default(),
                };
                (project.client.id().clone(), project)
            })
            .collect();
        let door = moka::future::Cache::builder().max_capacity(10_000).time_to_live(DOOR_LIFE).build();
        let dataset_door = moka::future::Cache::builder().max_capacity(10_000).time_to_live(DOOR_LIFE).build();
        let issues_door = moka::future::Cache::builder().max_capacity(10_000).time_to_live(DOOR_LIFE).build();
        let parts_door = moka::future::Cache::builder().max_capacity(10_000).time_to_live(DOOR_LIFE).build();
        Self {
            index,
            events,
            clock,
            periods,
            projects: Arc::new(projects),
            pending: Arc::default(),
            newest: Arc::default(),
            door,
            dataset_door,
            issues_door,
            parts_door,
        }
    }

    /// Reads every project from now on, until the token is cancelled.
    pub fn start(&self, stop: &tokio_util::sync::CancellationToken) {
        for id in self.projects.keys() {
            let (sync, id, stop) = (self.clone(), id.clone(), stop.clone());
            tokio::spawn(async move {
                stop.run_until_cancelled(async {
                    tokio::join!(Box::pin(keep_up::run(sync.clone(), id.clone())), Box::pin(files::run(sync, id)))
                })
                .await;
            });
        }
    }

    /// The client of a project.
    #[must_use]
    pub fn client(&self, project: &ProjectId) -> Option<&ProjectClient> {
        self.projects.get(project).map(|project| &project.client)
    }

    fn project(&self, id: &ProjectId) -> Option<&Project> {
        self.projects.get(id)
    }

    /// Reads the tasks of a file again and stores them, unless that was done a moment ago: before a task's page, media or link
    /// is served, because no cheap reading shows an unassignment. Afterwards the scope decides, as everywhere. While Diffgram is
    /// away, or slow, what was known before must do, and the freshness says so.
    ///
    /// # Errors
    /// [`Shut`] when Diffgram answers but does not let us read: better shut than wrong.
    pub async fn at_the_door(&self, project: &ProjectId, file: FileId) -> Result<(), Shut> {
        if !self.is_up(project) {
            return Ok(());
        }
        let key = (project.clone(), file);
        patiently(self.door.get_with(key, async { lets_through(&self.refresh(project, file).await) })).await
    }

    /// Reads the issues on a task and its file again, unless that was done a moment ago: before a task's page is served. While
    /// Diffgram is away, slow, or does not give them, what was known before must do.
    pub async fn issues_at_the_door(&self, project: &ProjectId, task: TaskId, file: FileId) {
        if !self.is_up(project) {
            return;
        }
        let read = self.issues_door.get_with((project.clone(), task), async {
            if let Err(error) = self.read_issues_of(project, task, file).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "door.issues_unread");
            }
        });
        let _ = tokio::time::timeout(DOOR_PATIENCE, read).await;
    }

    /// Reads the parts of a compound file again, likewise.
    pub async fn parts_at_the_door(&self, project: &ProjectId, file: FileId) {
        if !self.is_up(project) {
            return;
        }
        let read = self.parts_door.get_with((project.clone(), file), async {
            if let Err(error) = self.read_parts_of(project, file).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "door.parts_unread");
            }
        });
        let _ = tokio::time::timeout(DOOR_PATIENCE, read).await;
    }

    async fn read_parts_of(&self, id: &ProjectId, file: FileId) -> Result<(), Error> {
        let Some(project) = self.project(id) else { return Ok(()) };
        let read = project.client.child_files(file).await;
        self.heard(id, read.as_ref().err());
        Ok(self.index.put_children(id, file, &read?).await?)
    }

    /// Asks again whether a file is in a dataset, unless that was done a moment ago: before a file is served that only a grant
    /// shows. As [`Self::at_the_door`].
    ///
    /// # Errors
    /// [`Shut`] when Diffgram answers but does not let us read.
    pub async fn at_the_dataset_door(&self, project: &ProjectId, file: FileId, dataset: DatasetId) -> Result<(), Shut> {
        if !self.is_up(project) {
            return Ok(());
        }
        let key = (project.clone(), file, dataset);
        let look = async { lets_through(&self.look_into(project, file, dataset).await) };
        patiently(self.dataset_door.get_with(key, look)).await
    }

    /// Asks whether a file is still in a dataset, and stores when it is not.
    async fn look_into(&self, id: &ProjectId, file: FileId, dataset: DatasetId) -> Result<(), Error> {
        let Some(project) = self.project(id) else { return Ok(()) };
        let reading = self.index.reading();
        let read = project.client.missing_files(&[file], Some(dataset)).await;
        self.heard(id, read.as_ref().err());
        if read?.contains(&file) {
            reading.left(dataset, file).await?;
        }
        Ok(())
    }

    /// Whether Diffgram answered last time.
    fn is_up(&self, project: &ProjectId) -> bool {
        self.project(project).is_some_and(|p| p.state.lock().unwrap_or_else(PoisonError::into_inner).up)
    }

    /// Reads the tasks of a file again and stores them. Known ones that are not among them any more are archived or gone.
    pub(crate) async fn refresh(&self, id: &ProjectId, file: FileId) -> Result<(), Error> {
        self.read_again(id, file).await.map(drop)
    }

    /// The same; answers what was read: before and after a task is given to people.
    pub(crate) async fn read_again(&self, id: &ProjectId, file: FileId) -> Result<Vec<Task>, Error> {
        let Some(project) = self.project(id) else { return Ok(Vec::new()) };
        let reading = self.index.reading();
        // Looked up first: what another reading adds meanwhile is not gone.
        let known = self.index.tasks_of(id, file).await?;
        let read = project.client.tasks_of_file(file).await;
        self.heard(id, read.as_ref().err());
        let tasks = read?;
        let mut changes = reading.put_tasks(id, &tasks, None).await?;
        project.pressing.lock().unwrap_or_else(PoisonError::into_inner).insert(file);
        project.touched.notify_one();
        let gone: Vec<TaskId> = known.into_iter().filter(|id| tasks.iter().all(|row| row.id != *id)).collect();
        if !gone.is_empty() {
            changes.extend(reading.remove_tasks(id, &gone).await?);
        }
        self.events.tell_changes(changes);
        Ok(tasks)
    }

    /// How far the tasks of a project have been read: its state as it is stored, and whether Diffgram answered last time.
    #[must_use]
    pub fn tasks_read(&self, id: &ProjectId) -> TasksRead {
        let Some(project) = self.projects.get(id) else { return TasksRead::default() };
        let live = project.state.lock().unwrap_or_else(PoisonError::into_inner);
        let stored = &live.stored;
        // Between two whole readings all of them are known.
        let read =
            if stored.complete { stored.total } else { (stored.next_page * self.periods.page).min(stored.total) };
        TasksRead {
            name: stored.name.clone(),
            up: live.up,
            as_of: stored.as_of.clone(),
            tasks: Share { read, total: stored.total },
        }
    }

    /// How true the index is for these projects together.
    #[must_use]
    pub fn freshness<'a>(&self, projects: impl Iterator<Item = &'a ProjectId>) -> Freshness {
        let wanted: BTreeSet<&ProjectId> = projects.collect();
        if wanted.is_empty() {
            // Nothing is shown to them, so nothing can be stale.
            return Freshness { as_of: None, complete: true, percent: 100, diffgram_up: true };
        }
        let (mut read, mut total) = (0_u64, 0_u64);
        let mut whole = Freshness { as_of: None, complete: true, percent: 100, diffgram_up: true };
        let mut oldest = None;
        let mut unknown = false;
        for (_, project) in self.projects.iter().filter(|(id, _)| wanted.contains(id)) {
            let live = project.state.lock().unwrap_or_else(PoisonError::into_inner);
            whole.complete &= live.stored.complete;
            whole.diffgram_up &= live.up;
            match &live.stored.as_of {
                Some(at) if oldest.as_ref().is_none_or(|o| at < o) => oldest = Some(at.clone()),
                Some(_) => {}
                None => unknown = true,
            }
            if !live.stored.complete {
                total += u64::from(live.stored.total.max(1));
                read += u64::from((live.stored.next_page * self.periods.page).min(live.stored.total));
            }
        }
        whole.as_of = oldest.filter(|_| !unknown);
        if !whole.complete {
            whole.percent = u8::try_from((read * 100).checked_div(total).unwrap_or(0)).unwrap_or(99).min(99);
        }
        whole
    }

    /// Notes whether Diffgram answered, and tells the streams when that changes.
    fn heard(&self, id: &ProjectId, error: Option<&DiffgramError>) {
        let Some(project) = self.project(id) else { return };
        let up = !error.is_some_and(DiffgramError::is_outage);
        if let Some(pause) = error.and_then(DiffgramError::retry_after) {
            project.turns.rest(pause);
        }
        let changed = {
            let mut live = project.state.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut live.up, up) != up
        };
        if changed {
            tracing::info!(project = %id, up, "diffgram.reachable");
            self.events.tell(Happening::Freshness);
        }
    }

    fn stored(&self, id: &ProjectId) -> SyncState {
        self.project(id)
            .map(|p| p.state.lock().unwrap_or_else(PoisonError::into_inner).stored.clone())
            .unwrap_or_default()
    }

    /// Stores a project's new state.
    async fn put_state(&self, id: &ProjectId, state: SyncState) -> Result<(), IndexError> {
        self.index.put_sync_state(id, &state, &wire(self.clock.now())).await?;
        if let Some(project) = self.project(id) {
            project.state.lock().unwrap_or_else(PoisonError::into_inner).stored = state;
        }
        Ok(())
    }

    /// All is known to be true now.
    async fn true_now(&self, id: &ProjectId) -> Result<(), IndexError> {
        let state = SyncState { as_of: Some(wire(self.clock.now())), ..self.stored(id) };
        self.put_state(id, state).await
    }
}

/// What a reading at the door means: let through, also while Diffgram is away.
fn lets_through(read: &Result<(), Error>) -> bool {
    let Err(error) = read else { return true };
    tracing::warn!(error = error as &dyn std::error::Error, "door.unread");
    matches!(error, Error::Diffgram(error) if error.is_outage())
}

/// Waits for a reading at the door, but not for long.
async fn patiently(read: impl Future<Output = bool>) -> Result<(), Shut> {
    match tokio::time::timeout(DOOR_PATIENCE, read).await {
        Ok(true) | Err(_) => Ok(()),
        Ok(false) => Err(Shut),
    }
}
