//! Jobs and who is on them: from them come the tasks that somebody may take. Read with the small things.

use portal_diffgram::{Error as DiffgramError, types::Job};
use portal_model::id::ProjectId;

use super::{Error, Project, Sync};
use crate::index::{ACTIVE, DRAFT};

/// Pages of a project's jobs at the most: five thousand jobs.
const PAGES: u32 = 100;
/// Jobs whose people are read in one round at the most, one call each. The next round goes on with those after them.
const JOBS_A_ROUND: usize = 60;

/// Lists the jobs, and reads who is on those that hand out tasks or are about to.
pub(super) async fn read(sync: &Sync, id: &ProjectId) -> Result<(), Error> {
    let Some(project) = sync.project(id) else { return Ok(()) };
    let (jobs, all) = match list(sync, id, project).await {
        // A key that may not list jobs has none to hand out; a fault of this one request must not stop the rest.
        Err(Error::Diffgram(error)) if !error.is_outage() => {
            tracing::warn!(project = %id, error = &error as &dyn std::error::Error, "jobs.unlisted");
            return Ok(());
        }
        listed => listed?,
    };
    sync.index.put_jobs(id, &jobs, all).await?;
    let asked: Vec<&Job> = jobs.iter().filter(|job| job.status == ACTIVE || job.status == DRAFT).collect();
    let begin = {
        let mut at = project.job_turn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let begin = if *at < asked.len() { *at } else { 0 };
        *at = begin + JOBS_A_ROUND;
        begin
    };
    for job in asked.iter().skip(begin).take(JOBS_A_ROUND) {
        let turn = project.turns.wait().await;
        let read = project.client.job_people(job.id).await;
        drop(turn);
        sync.heard(id, read.as_ref().err());
        match read {
            Ok(people) => sync.index.put_job_people(job.id, &people).await?,
            Err(error) if error.is_outage() => return Err(error.into()),
            // Who was on it stays on it.
            Err(error) => {
                tracing::warn!(project = %id, job = %job.id, error = &error as &dyn std::error::Error, "job.unread");
            }
        }
    }
    Ok(())
}

/// All jobs, newest first, and whether these are all.
async fn list(sync: &Sync, id: &ProjectId, project: &Project) -> Result<(Vec<Job>, bool), Error> {
    let (mut jobs, mut unreadable): (Vec<Job>, u32) = (Vec::new(), 0);
    for page in 1..=PAGES {
        let turn = project.turns.wait().await;
        let read: Result<_, DiffgramError> = project.client.jobs(page).await;
        drop(turn);
        sync.heard(id, read.as_ref().err());
        let read = read?;
        unreadable += read.unreadable;
        jobs.extend(read.jobs);
        if !read.more {
            return Ok((jobs, unreadable == 0));
        }
    }
    Ok((jobs, false))
}
