//! What is drawn on the frames of videos: nothing but reading them tells it, and nothing tells that it changed
//! (`sync-evidence.md` §4). So each is read in stretches when nothing else is waiting, at once when a task on it changed, and again
//! after an hour. A stretch is stored as it was read, so a restart goes on there.

use jiff::SignedDuration;
use portal_diffgram::types::Frames;
use portal_model::id::ProjectId;

use super::{Error, Sync};
use crate::{
    clock::wire,
    index::{DueVideo, Stretch},
};

/// A video is read again after so long.
const AGE: SignedDuration = SignedDuration::from_hours(1);
/// Frames of one call: Diffgram gives a thousand at the most, and counts one before the first (`diffgram-api.md` §6.3).
const STRETCH: u32 = 500;
/// No more frames of a video are read: an hour and more at 25 a second.
const MOST_FRAMES: u32 = 100_000;
/// With more annotations a video's reading ends: memory holds them all.
const MOST_ANNOTATIONS: u32 = 200_000;

/// Reads a stretch of the next video. Answers whether more is waiting.
pub(super) async fn read_some(sync: &Sync, id: &ProjectId) -> Result<bool, Error> {
    let Some(project) = sync.project(id) else { return Ok(false) };
    let now = sync.clock.now();
    let before = wire(now.checked_sub(AGE).unwrap_or(now));
    let Some(video) = sync.index.due_video(id, &before).await? else { return Ok(false) };
    let last = video.frames.unwrap_or(0).min(MOST_FRAMES);
    let to = last.min(video.next.saturating_add(STRETCH));
    // One without frames was not made ready yet, or never will be.
    let read = if to > video.next {
        let turn = project.turns.wait().await;
        let read = project.client.frame_annotations(video.file, video.next, to).await;
        drop(turn);
        sync.heard(id, read.as_ref().err());
        match read {
            Ok(read) => read,
            Err(error) if error.is_outage() => return Err(error.into()),
            Err(error) => {
                tracing::warn!(project = %id, file = %video.file, error = &error as &dyn std::error::Error, "frames.unread");
                sync.index.frames_are_refused(video.file).await?;
                return Ok(true);
            }
        }
    } else {
        Frames::default()
    };
    if to >= last {
        return end(sync, id, video, &read).await;
    }
    let annotations = sync.index.put_frames(id, video, &read, Stretch::GoesOn(to)).await?;
    if annotations > MOST_ANNOTATIONS {
        tracing::warn!(project = %id, file = %video.file, frame = to, annotations, "frames.too_many");
        return end(sync, id, DueVideo { next: to, ..video }, &Frames::default()).await;
    }
    Ok(true)
}

async fn end(sync: &Sync, id: &ProjectId, video: DueVideo, read: &Frames) -> Result<bool, Error> {
    sync.index.put_frames(id, video, read, Stretch::Ends(&wire(sync.clock.now()))).await?;
    Ok(true)
}
