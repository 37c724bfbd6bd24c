//! Writing what was read of videos: their frames, in stretches.

use std::collections::BTreeMap;

use portal_diffgram::types::Frames;
use portal_model::{
    id::{FileId, ProjectId},
    time::Timestamp,
};
use sqlx::Row as _;

use super::{
    Error, Index,
    differ::{self, Pair},
    files::{Drawn, put_annotations, put_labels, put_pairs, rows_of},
};

/// Places on a frame: `annotation.n` is the frame times this, and the place.
const PLACES: i64 = 1_000_000;

/// A video whose frames are to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DueVideo {
    pub(crate) file: FileId,
    /// How many frames it has, when that is known.
    pub(crate) frames: Option<u32>,
    /// Where the reading goes on.
    pub(crate) next: u32,
}

/// How a stretch of frames ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stretch<'a> {
    /// There is more from this frame on.
    GoesOn(u32),
    /// The video is at its end, at this time.
    Ends(&'a Timestamp),
}

impl Index {
    /// The next video to be read: one that never was, that may have changed, or that was read before then. Those that somebody
    /// has a task on come first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn due_video(&self, project: &ProjectId, before: &Timestamp) -> Result<Option<DueVideo>, Error> {
        let row = sqlx::query(
            "SELECT id, frame_count, next_frame FROM file WHERE project = ? AND kind = 'video' AND drawn IS NOT NULL AND NOT refused
               AND (frames_due OR frames_read IS NULL OR frames_read < ?) ORDER BY wanted DESC, id DESC LIMIT 1",
        )
        .bind(&project.0)
        .bind(&before.0)
        .fetch_optional(self.pool())
        .await?;
        Ok(row.map(|row| DueVideo { file: FileId(row.get(0)), frames: row.get(1), next: row.get(2) }))
    }

    /// The videos among these files may have changed.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn frames_are_due(&self, files: &[FileId]) -> Result<(), Error> {
        if files.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "UPDATE file SET frames_due = 1 WHERE id IN (SELECT value FROM json_each(?)) AND kind = 'video' AND NOT frames_due",
        )
        .bind(serde_json::to_string(files).unwrap_or_default())
        .execute(self.pool())
        .await?;
        Ok(())
    }

    /// Diffgram does not give out a video's frames: they are not asked for again before it changes.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn frames_are_refused(&self, video: FileId) -> Result<(), Error> {
        sqlx::query("UPDATE file SET refused = 1, next_frame = 0, frames_due = 0, frames_read = coalesce(frames_read, '') WHERE id = ?")
            .bind(video.0)
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// Stores what is drawn on the frames from where a video's reading was. Answers how many annotations it has by then.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_frames(
        &self,
        project: &ProjectId,
        video: DueVideo,
        read: &Frames,
        stretch: Stretch<'_>,
    ) -> Result<u32, Error> {
        let mut pairs: BTreeMap<(i64, i64), Pair> = BTreeMap::new();
        for pair in read.frames.iter().flat_map(|frame| differ::pairs(&frame.set.annotations)) {
            let sum = pairs.entry(pair.sides).or_insert(Pair { matched: 0, drawn: 0, ..pair });
            sum.matched = sum.matched.saturating_add(pair.matched);
            sum.drawn = sum.drawn.saturating_add(pair.drawn);
        }
        let first = i64::from(video.next) * PLACES;
        let end = match stretch {
            Stretch::GoesOn(to) => i64::from(to) * PLACES,
            Stretch::Ends(_) => i64::MAX,
        };
        let mut tx = self.begin().await?;
        put_labels(&mut tx, project, read.labels.iter()).await?;
        for table in ["annotation", "answer"] {
            let sql = format!("DELETE FROM {table} WHERE file = ? AND n >= ? AND n < ?");
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(video.file.0).bind(first).bind(end).execute(&mut *tx).await?;
        }
        if video.next == 0 {
            sqlx::query("DELETE FROM disagreement WHERE file = ?").bind(video.file.0).execute(&mut *tx).await?;
        }
        let rows: Vec<Drawn<'_>> = read
            .frames
            .iter()
            .flat_map(|frame| {
                let first = i64::from(frame.frame) * PLACES;
                rows_of(video.file, first, Some(frame.frame), &frame.set.annotations, &read.answers)
            })
            .collect();
        put_annotations(&mut tx, &rows).await?;
        put_pairs(&mut tx, &[(video.file, pairs.into_values().collect())]).await?;
        // Should it have changed meanwhile, it begins anew.
        let (next, ended) = match stretch {
            Stretch::GoesOn(to) => (to, None),
            Stretch::Ends(at) => (0, Some(&at.0)),
        };
        sqlx::query(
            "UPDATE file SET next_frame = ?1, frames_read = coalesce(?2, frames_read), frames_due = iif(?2 IS NULL, frames_due, 0)
             WHERE id = ?3 AND next_frame = ?4",
        )
        .bind(next)
        .bind(ended)
        .bind(video.file.0)
        .bind(video.next)
        .execute(&mut *tx)
        .await?;
        let all = sqlx::query_scalar("SELECT count(*) FROM annotation WHERE file = ?")
            .bind(video.file.0)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(all)
    }
}
