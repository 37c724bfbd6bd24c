//! The full reading: every page of full rows, in order, until the count is right. It goes on where it ended after a restart.

use std::sync::Arc;

use portal_diffgram::types::TaskFilter;
use portal_model::id::ProjectId;

use super::{Error, Sync};
use crate::{events::Happening, index::SyncState};

/// A reading whose count is wrong (tasks came or went meanwhile) is repeated this often before it is taken as it is.
const TRIES: u32 = 3;

/// Reads members, model runs and the project's name.
pub(super) async fn small_things(sync: &Sync, id: &ProjectId) -> Result<(), Error> {
    let Some(project) = sync.project(id) else { return Ok(()) };
    let read = async {
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
    let before = sync.stored(id);
    if before.name != view.name || !before.members_read {
        sync.put_state(id, SyncState { name: view.name, members_read: true, ..before }).await?;
    }
    Ok(())
}

/// Reads all tasks. After the first time this only runs again when the index is suspected to be wrong.
pub(super) async fn all_tasks(sync: &Sync, id: &ProjectId) -> Result<(), Error> {
    let Some(project) = sync.project(id) else { return Ok(()) };
    let started = std::time::Instant::now();
    for _ in 0..TRIES {
        let mut steady = true;
        loop {
            let state = sync.stored(id);
            let read = project.client.tasks(&TaskFilter::default(), state.next_page, sync.periods.page).await;
            sync.heard(id, read.as_ref().err());
            let page = read?;
            if page.unreadable > 0 {
                tracing::warn!(project = %id, rows = page.unreadable, "sync.unreadable_rows");
            }
            steady &= state.next_page == 0 || page.total == state.total;
            let changes = sync.index.put_tasks(id, &page.tasks, Some(state.pass)).await?;
            sync.events.tell_changes(changes);
            let next_page = state.next_page + 1;
            let over = u64::from(next_page) * u64::from(sync.periods.page) >= u64::from(page.total);
            sync.put_state(id, SyncState { next_page, total: page.total, ..state }).await?;
            sync.events.tell(Happening::Freshness);
            if over {
                break;
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
            tracing::info!(project = %id, tasks = seen, seconds, rows_per_second = f64::from(seen) / seconds.max(0.001), "sync.read");
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
