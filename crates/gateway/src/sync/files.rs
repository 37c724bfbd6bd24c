//! Datasets, their files, and what is drawn on them (`sync-evidence.md` §4, §5, §7). Runs beside the tasks and begins when those
//! have been read. Goes on where it ended after a restart: each file says whether it was read since it changed.
//!
//! What is drawn on videos comes after all else, a stretch of frames at a time ([`frames`]).

mod frames;
mod questions;

use std::{
    collections::BTreeSet,
    sync::PoisonError,
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use portal_diffgram::Error as DiffgramError;
use portal_model::{
    file::FileKind,
    id::{DatasetId, FileId, ModelRunId, ProjectId},
};

use tokio::sync::mpsc;

use self::questions::Questions;
use super::{Error, Project, Sync, keep_up::pause_after, progress::Progress, turn::AT_ONCE};
use crate::{
    clock::wire,
    index::{Found, Undrawn},
};

/// Files of a page of a listing.
const PAGE: u32 = 1000;
/// A listing whose count is wrong (files came or went meanwhile) is read so often before it waits for the next round.
const TRIES: u32 = 3;
/// Files read whole before it is looked again what else is due.
const BATCH: u32 = 60;
/// Files stored in one transaction at the most: a short one, since people's own writes wait for it.
const STORED_AT_ONCE: usize = 32;

/// Reads a project's files for ever, unless that is switched off.
pub(super) async fn run(sync: Sync, id: ProjectId) {
    let Some(period) = sync.periods.files else { return };
    while !sync.stored(&id).complete {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    if let Err(error) = sync.index.fold_file_names(&id).await {
        tracing::error!(project = %id, error = &error as &dyn std::error::Error, "files.unfolded");
    }
    let (mut listed, mut failures, mut reading) = (None::<Instant>, 0, None);
    let mut questions = Questions::default();
    loop {
        let due = listed.map_or(Duration::ZERO, |at| period.saturating_sub(at.elapsed()));
        let step = async {
            if due.is_zero() {
                list_all(&sync, &id, listed.is_none()).await?;
                listed = Some(Instant::now());
            }
            questions.read(&sync, &id).await?;
            let more = read_some(&sync, &id, &mut reading, &mut questions).await?;
            // Videos wait while there are pictures to be read.
            Ok(more || frames::read_some(&sync, &id).await?)
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
async fn list_all(sync: &Sync, id: &ProjectId, is_first: bool) -> Result<(), Error> {
    let Some(project) = sync.project(id) else { return Ok(()) };
    let turn = project.turns.wait().await;
    let read = project.client.datasets().await;
    drop(turn);
    sync.heard(id, read.as_ref().err());
    let datasets = read?;
    // Every project has one: an empty list is no ground for taking all away.
    if datasets.is_empty() {
        return Ok(());
    }
    sync.index.put_datasets(id, &datasets).await?;
    let begun = Instant::now();
    let mut entries = 0;
    for dataset in &datasets {
        match list(sync, id, dataset.id).await {
            // It went meanwhile, or cannot be listed: the others can.
            Err(Error::Diffgram(error)) if !error.is_outage() => {
                tracing::warn!(project = %id, dataset = %dataset.id, error = &error as &dyn std::error::Error, "files.unlisted");
            }
            other => entries += other?,
        }
    }
    if is_first {
        let seconds = begun.elapsed().as_secs_f64();
        tracing::info!(project = %id, datasets = datasets.len(), files = entries, seconds, "files.listed");
    }
    sync.index.listed(id, &wire(sync.clock.now())).await?;
    Ok(())
}

/// Lists a dataset. What is not in a listing that counts right has left it. Answers how many files are in it.
async fn list(sync: &Sync, id: &ProjectId, dataset: DatasetId) -> Result<usize, Error> {
    let Some(project) = sync.project(id) else { return Ok(0) };
    let mut seen = 0;
    for _ in 0..TRIES {
        let (mut ids, mut totals, mut unreadable) = (BTreeSet::new(), BTreeSet::new(), 0);
        for page in 1.. {
            let turn = project.turns.wait().await;
            let reading = sync.index.reading();
            let read = project.client.dataset_files(dataset, page, PAGE).await;
            drop(turn);
            sync.heard(id, read.as_ref().err());
            let files = read?;
            reading.put_listing(id, dataset, &files.files).await?;
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
        seen = ids.len();
        if whole {
            let ids: Vec<FileId> = ids.into_iter().collect();
            sync.index.end_listing(dataset, &ids).await?;
            return Ok(seen);
        }
        tracing::info!(project = %id, %dataset, seen, unreadable, "files.count_differs");
    }
    Ok(seen)
}

/// Reads some files whole. Answers whether more are waiting.
async fn read_some(
    sync: &Sync,
    id: &ProjectId,
    reading: &mut Option<Reading>,
    questions: &mut Questions,
) -> Result<bool, Error> {
    let Some(project) = sync.project(id) else { return Ok(false) };
    let pressing = std::mem::take(&mut *project.pressing.lock().unwrap_or_else(PoisonError::into_inner));
    let pressing: Vec<FileId> = pressing.into_iter().collect();
    let mut batch = sync.index.undrawn_among(id, &pressing).await?;
    sync.index.frames_are_due(&pressing).await?;
    let pressing: BTreeSet<FileId> = batch.iter().map(|file| file.file).collect();
    let others = sync.index.undrawn(id, BATCH).await?;
    let more = others.len() >= BATCH as usize;
    batch.extend(others.into_iter().filter(|file| !pressing.contains(&file.file)));
    if more {
        say(sync, id, reading).await?;
    }
    let (mut files, mut annotations) = (0, 0);
    // What has been read waits for what is being stored, and is then stored together.
    let (found, mut waiting) = mpsc::channel(STORED_AT_ONCE);
    let taking = async move {
        let readings = stream::iter(batch).map(|file| read_one(sync, id, project, file)).buffer_unordered(AT_ONCE);
        let mut readings = std::pin::pin!(readings);
        while let Some(read) = readings.next().await {
            if found.send(read?).await.is_err() {
                break;
            }
        }
        Ok(())
    };
    let storing = async {
        let (mut runs, mut answered) = (BTreeSet::new(), BTreeSet::new());
        let mut some = Vec::new();
        while waiting.recv_many(&mut some, STORED_AT_ONCE).await > 0 {
            sync.index.put_found(id, &some).await?;
            files += some.len();
            for (_, found) in some.drain(..) {
                let Found::Drawn(found) = found else { continue };
                annotations += found.set.annotations.len();
                answered
                    .extend(found.answers.into_iter().flat_map(|given| given.answers).map(|(question, _)| question.0));
                runs.extend(found.set.annotations.into_iter().filter_map(|annotation| annotation.prediction?.run));
            }
        }
        Ok::<_, Error>((runs, answered))
    };
    // What was read before something failed is stored all the same.
    let (read, stored) = tokio::join!(taking, storing);
    let (runs, answered): (BTreeSet<ModelRunId>, BTreeSet<i64>) = stored?;
    if let Some(reading) = reading {
        reading.files += files;
        reading.annotations += annotations;
    }
    if !more
        && read.is_ok()
        && let Some(done) = reading.take()
    {
        done.ended(id);
    }
    // A run that began since the small things were read: people ask by its name at once.
    if sync.index.has_unknown_runs(id, &runs.into_iter().collect::<Vec<_>>()).await? {
        match project.client.model_runs().await {
            // A Viewer's key may not read these.
            Err(DiffgramError::Forbidden { .. }) => {}
            read => sync.index.put_runs(id, &read?).await?,
        }
    }
    let answered: Vec<i64> = answered.into_iter().collect();
    if sync.index.has_unknown_questions(id, &answered).await? {
        questions.are_missing();
    }
    read.map(|()| more)
}

/// A long reading of files under way.
struct Reading {
    progress: Progress,
    begun: Instant,
    files: usize,
    annotations: usize,
}

impl Reading {
    fn ended(&self, id: &ProjectId) {
        let seconds = self.begun.elapsed().as_secs_f64();
        tracing::info!(project = %id, files = self.files, annotations = self.annotations, seconds, "files.read");
    }
}

/// Says now and then how far the reading has come, while there is much to read.
async fn say(sync: &Sync, id: &ProjectId, reading: &mut Option<Reading>) -> Result<(), Error> {
    let is_new = reading.is_none();
    let reading = reading.get_or_insert_with(|| Reading {
        progress: Progress::new("files"),
        begun: Instant::now(),
        files: 0,
        annotations: 0,
    });
    if is_new || reading.progress.is_due() {
        let (undrawn, all) = sync.index.undrawn_of_all(id).await?;
        let read = all.saturating_sub(undrawn);
        reading.progress.from(read);
        if !is_new {
            reading.progress.say(id, read, all);
        }
    }
    Ok(())
}

/// Reads a file whole.
async fn read_one(sync: &Sync, id: &ProjectId, project: &Project, file: Undrawn) -> Result<(Undrawn, Found), Error> {
    let turn = project.turns.wait().await;
    let read = if matches!(file.kind, FileKind::Video | FileKind::Compound) {
        project.client.file(file.file).await.map(Found::Seen)
    } else {
        project.client.annotations(file.file).await.map(Found::Drawn)
    };
    drop(turn);
    sync.heard(id, read.as_ref().err());
    match read {
        Ok(found) => Ok((file, found)),
        Err(error) if error.is_outage() => Err(error.into()),
        Err(error) => {
            tracing::warn!(project = %id, file = %file.file, error = &error as &dyn std::error::Error, "files.unread");
            Ok((file, Found::Refused))
        }
    }
}
