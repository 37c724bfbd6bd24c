//! Keeping up: a cheap sweep over what changed today, a rolling page of full rows, the small things, an hourly full sweep.

use std::{collections::BTreeSet, time::Duration};

use jiff::SignedDuration;
use portal_diffgram::types::{Day, TaskFilter, TaskMark};
use portal_model::id::{ProjectId, TaskId};
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

use super::{
    Error, Sync,
    crawl::{all_tasks, small_things},
    turn::MAX_REST,
};
use crate::index::SyncState;

/// Cheap readings of a page.
const MARKS_A_PAGE: u32 = 1000;
/// More changed tasks than this are read as pages of full rows, fewer one by one.
const FEW: usize = 20;
/// How often everything is compared.
const FULL_SWEEP: Duration = Duration::from_secs(3600);
/// The longest pause after failures.
const MAX_PAUSE: Duration = MAX_REST;

/// Reads a project for ever.
pub(super) async fn run(sync: Sync, id: ProjectId) {
    match sync.index.sync_state(&id).await {
        Ok(stored) => {
            if let Some(project) = sync.project(&id) {
                project.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).stored = stored;
            }
        }
        Err(error) => tracing::error!(project = %id, error = &error as &dyn std::error::Error, "sync.state_unreadable"),
    }
    until_done(&sync, &id, "sync.small_things", small_things).await;
    if sync.stored(&id).complete {
        // After a restart: what happened meanwhile.
        until_done(&sync, &id, "sync.full_sweep", full_sweep).await;
    } else {
        until_done(&sync, &id, "sync.all_tasks", all_tasks).await;
    }
    print_bounds(&sync, &id);

    let every = |period: Duration| {
        let mut ticks = interval_at(Instant::now() + period, period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks
    };
    let mut sweeps = interval(sync.periods.sweep);
    sweeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut rolls = every(sync.periods.rolling);
    let mut smalls = every(sync.periods.small_things);
    let mut fulls = every(FULL_SWEEP);
    let mut rolling_page = 0;
    loop {
        // One call after the other: the portal must never be the reason that Diffgram is slow.
        let (what, result) = tokio::select! {
            _ = sweeps.tick() => ("sync.sweep", sweep(&sync, &id).await),
            _ = rolls.tick() => ("sync.rolling", rolling(&sync, &id, &mut rolling_page).await),
            _ = smalls.tick() => ("sync.small_things", small_things(&sync, &id).await),
            _ = fulls.tick() => ("sync.full_sweep", full_sweep(&sync, &id).await),
        };
        if let Err(error) = result {
            pause_after(&id, what, &error, 1).await;
        }
    }
}

/// Says how stale what can get: the numbers an operator asks for.
fn print_bounds(sync: &Sync, id: &ProjectId) {
    let total = sync.stored(id).total;
    let pages = total.div_ceil(sync.periods.page).max(1);
    let sweep_seconds = sync.periods.sweep.as_secs();
    let rolling_seconds = u64::from(pages) * sync.periods.rolling.as_secs();
    tracing::info!(
        project = %id,
        tasks = total,
        "sync.bounds: a change whose webhook is lost shows within {sweep_seconds} s, an unassignment within {rolling_seconds} s (at once when the task is opened)"
    );
}

async fn until_done(
    sync: &Sync,
    id: &ProjectId,
    what: &'static str,
    step: impl AsyncFn(&Sync, &ProjectId) -> Result<(), Error>,
) {
    let mut failures = 0;
    while let Err(error) = step(sync, id).await {
        failures += 1;
        pause_after(id, what, &error, failures).await;
    }
}

/// Waits after a failure: as long as Diffgram asks for, else longer each time, with jitter so that projects do not march in step.
pub(super) async fn pause_after(id: &ProjectId, what: &'static str, error: &Error, failures: u32) {
    let asked = match error {
        Error::Diffgram(error) => error.retry_after(),
        Error::Index(_) => None,
    };
    tracing::warn!(project = %id, step = what, failures, error = error as &dyn std::error::Error, "sync.failed");
    let backoff = Duration::from_millis(500) * 2_u32.saturating_pow(failures.min(10));
    let pause = asked.unwrap_or(backoff).min(MAX_PAUSE);
    tokio::time::sleep(pause.mul_f64(rand::random_range(0.8..1.2))).await;
}

/// Days that a task changed lately can carry: today, and for the first hour yesterday, in Diffgram's UTC.
fn since(sync: &Sync) -> Day {
    let now = sync.clock.now().checked_sub(SignedDuration::from_hours(1)).unwrap_or_else(|_| sync.clock.now());
    Day(format!("{now:.0}").chars().take(10).collect())
}

/// What changed today: status, claims, first assignments, archives.
async fn sweep(sync: &Sync, id: &ProjectId) -> Result<(), Error> {
    let filter = TaskFilter { changed_since: Some(since(sync)), archived: false };
    let (marks, whole) = marks(sync, id, &filter).await?;
    read_what_differs(sync, id, &filter, &marks).await?;
    archives(sync, id, Some(since(sync))).await?;
    // A list that moved while it was read is no ground for saying that all is true.
    if whole {
        sync.true_now(id).await?;
    }
    Ok(())
}

/// Everything compared: finds whatever the sweeps lost. Gone is what two of these did not see.
async fn full_sweep(sync: &Sync, id: &ProjectId) -> Result<(), Error> {
    let filter = TaskFilter::default();
    let (marks, whole) = marks(sync, id, &filter).await?;
    read_what_differs(sync, id, &filter, &marks).await?;
    archives(sync, id, None).await?;
    if !whole {
        // Nothing is gone because a page skipped it.
        return Ok(());
    }
    let state = sync.stored(id);
    let ids: Vec<TaskId> = marks.iter().map(|mark| mark.id).collect();
    sync.index.see(id, &ids, state.pass).await?;
    let gone = sync.index.end_pass(id, state.pass).await?;
    sync.events.tell_changes(gone);
    let total = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    sync.put_state(id, SyncState { pass: state.pass + 1, total, ..state }).await?;
    sync.true_now(id).await?;
    Ok(())
}

/// One page of full rows: finds what no cheap reading shows, such as an unassignment.
async fn rolling(sync: &Sync, id: &ProjectId, page: &mut u32) -> Result<(), Error> {
    let Some(project) = sync.project(id) else { return Ok(()) };
    let turn = project.turns.wait().await;
    let reading = sync.index.reading();
    let read = project.client.tasks(&TaskFilter::default(), *page, sync.periods.page).await;
    drop(turn);
    sync.heard(id, read.as_ref().err());
    let rows = read?;
    let changes = reading.put_tasks(id, &rows.tasks, None).await?;
    sync.events.tell_changes(changes);
    let over = u64::from(*page + 1) * u64::from(sync.periods.page) >= u64::from(rows.total);
    *page = if over { 0 } else { *page + 1 };
    Ok(())
}

/// All cheap readings of a filter, and whether they are all: pages skip rows when tasks come or go meanwhile, so the total must
/// be the same on each and equal to the number of different tasks (`sync-evidence.md` §3).
async fn marks(sync: &Sync, id: &ProjectId, filter: &TaskFilter) -> Result<(Vec<TaskMark>, bool), Error> {
    let mut all = Vec::new();
    let mut totals = BTreeSet::new();
    let Some(project) = sync.project(id) else { return Ok((all, false)) };
    for page in 0.. {
        let turn = project.turns.wait().await;
        let read = project.client.marks(filter, page, MARKS_A_PAGE).await;
        drop(turn);
        sync.heard(id, read.as_ref().err());
        let marks = read?;
        let over = marks.marks.is_empty() || u64::from(page + 1) * u64::from(MARKS_A_PAGE) >= u64::from(marks.total);
        totals.insert(marks.total);
        all.extend(marks.marks);
        if over {
            break;
        }
    }
    let different: BTreeSet<TaskId> = all.iter().map(|mark| mark.id).collect();
    let whole = totals.len() == 1 && totals.first().is_some_and(|total| *total as usize == different.len());
    Ok((all, whole))
}

async fn read_what_differs(sync: &Sync, id: &ProjectId, filter: &TaskFilter, marks: &[TaskMark]) -> Result<(), Error> {
    let ids: Vec<TaskId> = marks.iter().map(|mark| mark.id).collect();
    let known = sync.index.known(id, &ids).await?;
    // A mark's time has seconds only, a row's has microseconds: compare what both have.
    let same = |mark: &TaskMark| {
        known.get(&mark.id).is_some_and(|(status, updated, _)| {
            *status == mark.status.as_str() && updated.get(..19) == mark.updated.0.get(..19)
        })
    };
    let differing: Vec<&TaskMark> = marks.iter().filter(|mark| !same(mark)).collect();
    if differing.is_empty() {
        return Ok(());
    }
    let files: Option<Vec<_>> =
        differing.iter().map(|mark| known.get(&mark.id).map(|(_, _, file)| (mark.id, *file))).collect();
    match files.filter(|files| files.len() <= FEW) {
        Some(files) => {
            for (_, file) in files {
                match sync.refresh(id, file).await {
                    // One row that makes no sense must not stop the others; the door stays shut for it.
                    Err(Error::Diffgram(error @ portal_diffgram::Error::Shape { .. })) => {
                        tracing::warn!(project = %id, error = &error as &dyn std::error::Error, "sync.unreadable_task");
                    }
                    other => other?,
                }
            }
        }
        None => full_rows(sync, id, filter).await?,
    }
    Ok(())
}

async fn full_rows(sync: &Sync, id: &ProjectId, filter: &TaskFilter) -> Result<(), Error> {
    let Some(project) = sync.project(id) else { return Ok(()) };
    for page in 0.. {
        let turn = project.turns.wait().await;
        let reading = sync.index.reading();
        let read = project.client.tasks(filter, page, sync.periods.page).await;
        drop(turn);
        sync.heard(id, read.as_ref().err());
        let rows = read?;
        let changes = reading.put_tasks(id, &rows.tasks, None).await?;
        sync.events.tell_changes(changes);
        if rows.tasks.is_empty() || u64::from(page + 1) * u64::from(sync.periods.page) >= u64::from(rows.total) {
            break;
        }
    }
    Ok(())
}

/// Tasks that were archived leave the lists.
async fn archives(sync: &Sync, id: &ProjectId, changed_since: Option<Day>) -> Result<(), Error> {
    let reading = sync.index.reading();
    let (marks, _) = marks(sync, id, &TaskFilter { changed_since, archived: true }).await?;
    let ids: Vec<TaskId> = marks.into_iter().map(|mark| mark.id).collect();
    let known = sync.index.known(id, &ids).await?;
    let gone: Vec<TaskId> = known.into_keys().collect();
    if !gone.is_empty() {
        let changes = reading.remove_tasks(id, &gone).await?;
        sync.events.tell_changes(changes);
    }
    Ok(())
}
