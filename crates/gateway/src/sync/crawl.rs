//! The full reading: every page of full rows, in order, until the count is right. It goes on where it ended after a restart.

use std::sync::Arc;

use portal_diffgram::types::{TaskFilter, TaskPage};
use portal_model::id::ProjectId;

use super::{
    Error, Project, Sync, issues, jobs,
    progress::{Progress, rate},
};
use crate::{
    events::Happening,
    index::{Reading, SyncState},
};

/// A reading whose count is wrong (tasks came or went meanwhile) is repeated this often before it is taken as it is.
const TRIES: u32 = 3;

/// Reads members, model runs, jobs and the project's name.
pub(super) async fn small_things(sync: &Sync, id: &ProjectId) -> Result<(), Error> {
    let Some(project) = sync.project(id) else { return Ok(()) };
    let read = async {
        let _turn = project.turns.wait().await;
        let view = project.client.view().await?;
        let members = project.client.members().await?;
        // A Viewer's key may not read these: predictions then go without the name of their run.
        let runs = match project.client.model_runs().await {
            Err(portal_diffgram::Error::Forbidden { .. }) => Vec::new(),
            runs => runs?,
        };
        Ok::<_, portal_diffgram::Error>((view, members, runs))
    }
    .await;
    sync.heard(id, read.as_ref().err());
    let (view, members, runs) = read?;
    let moved = sync.index.put_members(id, &members).await?;
    if !moved.is_empty() {
        sync.events.tell(Happening::Members(Arc::new(moved)));
    }
    sync.index.put_runs(id, &runs).await?;
    issues::read(sync, id).await?;
    let before = sync.stored(id);
    if before.name != view.name || !before.members_read {
        sync.put_state(id, SyncState { name: view.name, members_read: true, ..before }).await?;
    }
    jobs::read(sync, id).await
}

async fn read_page<'a>(
    sync: &'a Sync,
    id: &ProjectId,
    project: &Project,
    page: u32,
) -> Result<(Reading<'a>, TaskPage), Error> {
    let _turn = project.turns.wait().await;
    let reading = sync.index.reading();
    let read = project.client.tasks(&TaskFilter::default(), page, sync.periods.page).await;
    sync.heard(id, read.as_ref().err());
    Ok((reading, read?))
}

/// Reads all tasks. After the first time this only runs again when the index is suspected to be wrong.
pub(super) async fn all_tasks(sync: &Sync, id: &ProjectId) -> Result<(), Error> {
    let Some(project) = sync.project(id) else { return Ok(()) };
    let started = std::time::Instant::now();
    let mut progress = Progress::new("tasks");
    for _ in 0..TRIES {
        let mut steady = true;
        let (mut reading, mut page) = read_page(sync, id, project, sync.stored(id).next_page).await?;
        loop {
            let state = sync.stored(id);
            if page.unreadable > 0 {
                tracing::warn!(project = %id, rows = page.unreadable, "sync.unreadable_rows");
            }
            steady &= state.next_page == 0 || page.total == state.total;
            let next_page = state.next_page + 1;
            let read_of = |page: u32| u32::try_from(u64::from(page) * u64::from(sync.periods.page)).unwrap_or(u32::MAX);
            let over = read_of(next_page) >= page.total;
            progress.from(read_of(state.next_page));
            // The next page is under way while this one is stored.
            let ahead = async { if over { Ok(None) } else { read_page(sync, id, project, next_page).await.map(Some) } };
            let (stored, next) = tokio::join!(reading.put_tasks(id, &page.tasks, Some(state.pass)), ahead);
            sync.events.tell_changes(stored?);
            // Read again, because the small things may have been stored meanwhile.
            let state = SyncState { next_page, total: page.total, ..sync.stored(id) };
            sync.put_state(id, state).await?;
            sync.events.tell(Happening::Freshness);
            if progress.is_due() {
                progress.say(id, read_of(next_page).min(page.total), page.total);
            }
            match next? {
                Some(next) => (reading, page) = next,
                None => break,
            }
        }
        let state = sync.stored(id);
        let seen = sync.index.seen_by(id, state.pass).await?;
        let good = steady && seen == state.total;
        if good {
            let gone = sync.index.end_pass(id, state.pass).await?;
            sync.events.tell_changes(gone);
        }
        sync.put_state(
            id,
            SyncState { pass: state.pass + 1, next_page: 0, complete: state.complete || good, ..state.clone() },
        )
        .await?;
        if good {
            sync.true_now(id).await?;
            sync.events.tell(Happening::Freshness);
            let seconds = started.elapsed().as_secs_f64();
            tracing::info!(project = %id, tasks = seen, seconds, rows_per_second = rate(seen, started.elapsed()), "sync.read");
            return Ok(());
        }
        tracing::info!(project = %id, seen, total = state.total, "sync.count_differs");
    }
    // A busy project never stands still: what was read is true row by row, and the sweeps find the rest.
    let state = sync.stored(id);
    sync.put_state(id, SyncState { complete: true, ..state }).await?;
    sync.true_now(id).await?;
    sync.events.tell(Happening::Freshness);
    Ok(())
}
