//! The questions of schemas: people ask for answers by their words.

use std::time::{Duration, Instant};

use portal_diffgram::Error as DiffgramError;
use portal_model::{attribute::Attribute, id::ProjectId};

use super::{Error, Sync};

/// They change seldom, and may have tens of thousands of options.
const PERIOD: Duration = Duration::from_secs(600);
/// Should one be missing that was answered, they are read sooner.
const SOONEST: Duration = Duration::from_secs(30);

/// When they were read last.
#[derive(Debug, Default)]
pub(super) struct Questions {
    read: Option<Instant>,
    are_missing: bool,
}

impl Questions {
    /// Something was answered to a question that is not known.
    pub(super) fn are_missing(&mut self) {
        self.are_missing = true;
    }

    /// Reads them when they are due.
    pub(super) async fn read(&mut self, sync: &Sync, id: &ProjectId) -> Result<(), Error> {
        let period = if self.are_missing { SOONEST } else { PERIOD };
        if self.read.is_some_and(|at| at.elapsed() < period) {
            return Ok(());
        }
        let Some(project) = sync.project(id) else { return Ok(()) };
        let turn = project.turns.wait().await;
        let read = async {
            let mut all: Vec<Attribute> = Vec::new();
            for schema in project.client.schemas().await? {
                let attributes = project.client.attributes(schema.id).await?;
                all.extend(attributes.list.into_iter().map(|state| state.attribute));
            }
            Ok::<_, DiffgramError>(all)
        }
        .await;
        drop(turn);
        sync.heard(id, read.as_ref().err());
        match read {
            Ok(all) => sync.index.put_questions(id, &all).await?,
            Err(error) if error.is_outage() => return Err(error.into()),
            // A key that may not read them: answers are then not found by name.
            Err(error) => {
                tracing::warn!(project = %id, error = &error as &dyn std::error::Error, "questions.unread");
            }
        }
        *self = Self { read: Some(Instant::now()), are_missing: false };
        Ok(())
    }
}
