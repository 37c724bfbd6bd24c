//! Datasets, their files, and what is drawn on them (`sync-evidence.md` §4, §5, §7). Runs beside the tasks and begins when those
//! have been read. Goes on where it ended after a restart: each file says whether it was read since it changed.
//!
//! Videos are listed but not looked into: what is drawn on their frames is read when somebody opens them.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use futures::{StreamExt, TryStreamExt, stream};
use portal_diffgram::Error as DiffgramError;
use portal_model::{
    file::FileKind,
    id::{DatasetId, FileId, ModelRunId, ProjectId},
};

use super::{Error, Sync, keep_up::pause_after};
use crate::{clock::wire, index::Undrawn};

/// Files of a page of a listing.
const PAGE: u32 = 1000;
/// A listing whose count is wrong (files came or went meanwhile) is read so often before it waits for the next round.
const TRIES: u32 = 3;
/// Files read whole before it is looked again what else is due.
const BATCH: u32 = 60;
/// Readings at once: more buys nothing, and people's own calls wait in the same queue (`sync-evidence.md` §3).
const AT_ONCE: usize = 2;

/// Reads a project's files for ever, unless that is switched off.
pub(super) async fn run(sync: Sync, id: ProjectId) {
    let Some(period) = sync.periods.files else { return };
    while !sync.stored(&id).complete {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    if let Err(error) = sync.index.fold_file_names(&id).await {
        tracing::error!(project = %id, error = &error as &dyn std::error::Error, "files.unfolded");
    }
    let (mut listed, mut failures) = (None::<Instant>, 0);
    loop {
        let due = listed.map_or(Duration::ZERO, |at| period.saturating_sub(at.elapsed()));
        let step = async {
            if due.is_zero() {
                list_all(&sync, &id).await?;
                listed = Some(Instant::now());
            }
            read_some(&sync, &id).await
        };
        match step.await {
            Ok(more) => {
                failures = 0;
                if !more && let Some(project) = sync.project(&id) {
                    let rest = listed.map_or(Duration::ZERO, |at| period.saturating_sub(at.elapsed()));
                    // A file whose task changed is looked at at once.
                    let _ = tokio::time::timeout(rest, project.touched.notified()).await;
                }
            }
            Err(error) => {
                failures += 1;
                pause_after(&id, "sync.files", &error, failures).await;
            }
        }
    }
}

/// Lists the datasets, and the files of each.
async fn list_all(sync: &Sync, id: &ProjectId) -> Result<(), Error> {
    let Some(project) = sync.project(id) else { return Ok(()) };
    let read = project.client.datasets().await;
    sync.heard(id, read.as_ref().err());
    let datasets = read?;
    // Every project has one: an empty list is no ground for taking all away.
    if datasets.is_empty() {
        return Ok(());
    }
    sync.index.put_datasets(id, &datasets).await?;
    for dataset in &datasets {
        match list(sync, id, dataset.id).await {
            // It went meanwhile, or cannot be listed: the others can.
            Err(Error::Diffgram(error)) if !error.is_outage() => {
                tracing::warn!(project = %id, dataset = %dataset.id, error = &error as &dyn std::error::Error, "files.unlisted");
            }
            other => other?,
        }
    }
    sync.index.listed(id, &wire(sync.clock.now())).await?;
    Ok(())
}

/// Lists a dataset. What is not in a listing that counts right has left it.
async fn list(sync: &Sync, id: &ProjectId, dataset: DatasetId) -> Result<(), Error> {
    let Some(project) = sync.project(id) else { return Ok(()) };
    for _ in 0..TRIES {
        let (mut ids, mut totals, mut unreadable) = (BTreeSet::new(), BTreeSet::new(), 0);
        for page in 1.. {
            let read = project.client.dataset_files(dataset, page, PAGE).await;
            sync.heard(id, read.as_ref().err());
            let files = read?;
            sync.index.put_listing(id, dataset, &files.files).await?;
            let empty = files.ids.is_empty();
            ids.extend(files.ids);
            totals.insert(files.total);
            unreadable += files.unreadable;
            if empty || u64::from(page) * u64::from(PAGE) >= u64::from(files.total) {
                break;
            }
        }
        let whole =
            unreadable == 0 && totals.len() == 1 && totals.first().is_some_and(|total| *total as usize == ids.len());
        if whole {
            let ids: Vec<FileId> = ids.into_iter().collect();
            sync.index.end_listing(dataset, &ids).await?;
            return Ok(());
        }
        tracing::info!(project = %id, %dataset, seen = ids.len(), unreadable, "files.count_differs");
    }
    Ok(())
}

/// Reads some files whole. Answers whether more are waiting.
async fn read_some(sync: &Sync, id: &ProjectId) -> Result<bool, Error> {
    let batch = sync.index.undrawn(id, BATCH).await?;
    let more = batch.len() >= BATCH as usize;
    let readings = batch.into_iter().map(|file| {
        let (sync, id) = (sync.clone(), id.clone());
        async move { read_one(&sync, &id, &file).await }
    });
    let runs: Vec<Vec<ModelRunId>> = stream::iter(readings).buffer_unordered(AT_ONCE).try_collect().await?;
    let runs: BTreeSet<ModelRunId> = runs.into_iter().flatten().collect();
    // A run that began since the small things were read: people ask by its name at once.
    if let Some(project) = sync.project(id)
        && sync.index.has_unknown_runs(id, &runs.into_iter().collect::<Vec<_>>()).await?
    {
        match project.client.model_runs().await {
            // A Viewer's key may not read these.
            Err(DiffgramError::Forbidden { .. }) => {}
            read => sync.index.put_runs(id, &read?).await?,
        }
    }
    Ok(more)
}

/// Reads a file whole; answers which runs predicted something on it.
async fn read_one(sync: &Sync, id: &ProjectId, file: &Undrawn) -> Result<Vec<ModelRunId>, Error> {
    let Some(project) = sync.project(id) else { return Ok(Vec::new()) };
    let refused = |error: DiffgramError| {
        tracing::warn!(project = %id, file = %file.file, error = &error as &dyn std::error::Error, "files.unread");
    };
    if file.kind == FileKind::Image {
        let read = project.client.annotations(file.file).await;
        sync.heard(id, read.as_ref().err());
        match read {
            Ok(found) => {
                sync.index.put_drawn(id, file, &found).await?;
                let predictions = found.set.annotations.iter().filter_map(|one| one.prediction.as_ref());
                return Ok(predictions.filter_map(|prediction| prediction.run).collect());
            }
            Err(error) if error.is_outage() => return Err(error.into()),
            Err(error) => {
                refused(error);
                sync.index.put_refused(file).await?;
            }
        }
        return Ok(Vec::new());
    }
    let read = project.client.file(file.file).await;
    sync.heard(id, read.as_ref().err());
    match read {
        Ok(summary) => sync.index.put_seen(file, &summary).await?,
        Err(error) if error.is_outage() => return Err(error.into()),
        Err(error) => {
            refused(error);
            sync.index.put_refused(file).await?;
        }
    }
    Ok(Vec::new())
}
