//! The stage of a video: the clip, frame by frame, with what is drawn on the frame in sight.

use std::collections::{BTreeMap, BTreeSet};

use leptos::{ev, prelude::*};
use portal_model::{
    annotation::AnnotationSet,
    api::{FrameAnnotations, Media, path},
    file::FileSummary,
};

use super::{
    Failed, FramesOf, Shown,
    draw::Place,
    surface::Surface,
    timeline::{Known, Timeline},
};
use crate::{
    api,
    app::portal,
    platform::{self, Frames},
    text::{t, t_with, task as words},
};

/// Frames read at once.
const CHUNK: u32 = 240;
/// What follows is read when so many frames are left: eight seconds of most clips.
const AHEAD: u32 = 200;
/// So many chunks are kept; those farthest from the frame in sight go first, and are read again when they are seen again.
const KEPT: usize = 12;
/// A frame is in sight so long before what is drawn on it is read, in milliseconds: what flies by while the slider is dragged is not.
const REST: u32 = 60;

/// Frame numbers and times of a clip.
#[derive(Clone, Copy, Debug)]
struct Clip {
    rate: f64,
    count: u32,
}

impl Clip {
    fn last(self) -> u32 {
        self.count.saturating_sub(1)
    }

    /// The frame at a time, in seconds.
    fn frame(self, time: f64) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the frames there are")]
        let frame = (time * self.rate + 0.01).floor().clamp(0.0, f64::from(self.last())) as u32;
        frame
    }

    /// The middle of a frame, in seconds: players round differently at its edges.
    fn time(self, frame: u32) -> f64 {
        (f64::from(frame.min(self.last())) + 0.5) / self.rate
    }
}

/// A video.
#[component]
pub fn VideoStage(file: FileSummary, frames: FramesOf, shown: Shown, wanted: Option<u32>) -> impl IntoView {
    let portal = portal();
    let clip = Clip { rate: file.frame_rate.unwrap_or(30.0), count: file.frame_count.unwrap_or(1).max(1) };
    let surface = Surface::new();
    let video = NodeRef::<leptos::html::Video>::new();
    let failed = RwSignal::new(false);
    let frame = RwSignal::new(0_u32);
    let drawn = StoredValue::new(BTreeMap::<u32, AnnotationSet>::new());
    let read = RwSignal::new(BTreeSet::<u32>::new());
    let known = RwSignal::new(Known::default());

    // A link to a frame that is not there shows the last one, and says so.
    if let Some(wanted) = wanted.filter(|wanted| *wanted > clip.last()) {
        portal.say(t_with(words::FRAME_CLAMPED, &[("n", &wanted.to_string())]));
    }
    let first = wanted.unwrap_or(0).min(clip.last());
    let start = StoredValue::new(first);
    let seek = move |to: u32| {
        let to = to.min(clip.last());
        // Before the clip has its length it cannot be moved in: then it begins there.
        start.set_value(to);
        if let Some(video) = video.get_untracked() {
            let _ = video.pause();
            video.set_current_time(clip.time(to));
        }
    };
    Effect::new(move |_| {
        if let Some(to) = shown.seek.get() {
            seek(to);
        }
    });
    // The frame in sight follows the player, whoever moves it.
    let follow = StoredValue::new_local(None::<Frames>);
    Effect::new(move |_| {
        let Some(video) = video.get() else { return };
        follow.set_value(Some(Frames::each(move || {
            let now = clip.frame(video.current_time());
            if frame.try_get_untracked().is_some_and(|before| before != now) {
                frame.set(now);
            }
        })));
    });
    on_cleanup(move || {
        let _ = follow.try_update_value(|follow| *follow = None);
    });
    // The first frame waits for nothing.
    read_around(frames, first, clip, drawn, read, known, shown);
    let rests = StoredValue::new(false);
    Effect::new(move |_| {
        let _ = frame.get();
        if rests.get_value() {
            return;
        }
        rests.set_value(true);
        leptos::task::spawn_local(async move {
            let mut before = None;
            // While the slider is dragged no frame stays; in a clip that plays the next chunk is near long before it is needed.
            while let Some(now) = frame.try_get_untracked() {
                let is_near = before.is_some_and(|before: u32| now.abs_diff(before) < 30);
                if is_near {
                    break;
                }
                before = Some(now);
                platform::sleep(REST).await;
            }
            if let Some(now) = frame.try_get_untracked() {
                let _ = rests.try_set_value(false);
                read_around(frames, now, clip, drawn, read, known, shown);
                if now % CHUNK + AHEAD >= CHUNK && now / CHUNK < clip.last() / CHUNK {
                    read_around(frames, (now / CHUNK + 1) * CHUNK, clip, drawn, read, known, shown);
                }
            }
        });
    });
    Effect::new(move |_| {
        let now = frame.get();
        shown.frame.set(Some(now));
        read.track();
        let set = drawn.with_value(|drawn| drawn.get(&now).cloned()).unwrap_or_default();
        shown.unreadable.set(set.unreadable);
        // Most frames have nothing: nothing follows then.
        if !set.annotations.is_empty() || shown.annotations.with_untracked(|all| !all.is_empty()) {
            shown.annotations.set(set.annotations);
        }
    });
    let (width, height) = (file.width, file.height);
    let draw = move || {
        let Some((context, canvas_width, canvas_height, _)) = surface.begin() else { return };
        let natural =
            video.get_untracked().map_or((1, 1), |video| (video.video_width().max(1), video.video_height().max(1)));
        let stored = (f64::from(width.unwrap_or(natural.0)), f64::from(height.unwrap_or(natural.1)));
        // The clip is fitted by the browser without a limit: so are the boxes.
        let scale = (canvas_width / stored.0).min(canvas_height / stored.1);
        let place =
            Place { scale, x: (canvas_width - stored.0 * scale) / 2.0, y: (canvas_height - stored.1 * scale) / 2.0 };
        surface.annotations(&context, place, shown);
    };
    Effect::new(move |_| {
        surface.resized.track();
        shown.annotations.track();
        shown.outcomes.track();
        shown.labels.track();
        shown.view.track();
        let _ = shown.marked();
        surface.soon(draw);
    });
    let keys = window_event_listener(ev::keydown, move |event| {
        if platform::is_typing() {
            return;
        }
        match event.key().as_str() {
            "," => seek(frame.get_untracked().saturating_sub(1)),
            "." => seek(frame.get_untracked() + 1),
            _ => {}
        }
    });
    on_cleanup(move || keys.remove());
    let label = t_with(words::PICTURE_OF, &[("name", &file.name)]);
    let source = crate::paths::at(&path::media(file.id, Media::Video));
    view! {
        <Show when=move || !failed.get() fallback=Failed>
            <div class="stage-fit">
                <video
                    node_ref=video src=source.clone() controls=true muted=true playsinline=true preload="auto" aria-label=label.clone()
                    on:error=move |_| failed.set(true)
                    on:loadedmetadata=move |_| { seek(start.get_value()); surface.resized.update(|n| *n += 1); }
                ></video>
                <canvas node_ref=surface.canvas aria-hidden="true"></canvas>
            </div>
            <div class="frames">
                <button type="button" class="btn" on:click=move |_| seek(frame.get_untracked().saturating_sub(1)) aria-label=t(words::FRAME_BACK)>"‹"</button>
                <output class="num">{move || t_with(words::FRAME_OF, &[("n", &frame.get().to_string()), ("last", &clip.last().to_string())])}</output>
                <button type="button" class="btn" on:click=move |_| seek(frame.get_untracked() + 1) aria-label=t(words::FRAME_ON)>"›"</button>
            </div>
            <Timeline known frame count=clip.count shown seek=Callback::new(seek)/>
        </Show>
    }
}

/// Reads what is drawn around a frame, once.
fn read_around(
    frames: FramesOf,
    frame: u32,
    clip: Clip,
    drawn: StoredValue<BTreeMap<u32, AnnotationSet>>,
    read: RwSignal<BTreeSet<u32>>,
    known: RwSignal<Known>,
    shown: Shown,
) {
    let chunk = frame / CHUNK;
    if read.with_untracked(|read| read.contains(&chunk)) {
        return;
    }
    // Noted without telling: nothing has come yet.
    read.update_untracked(|read| {
        read.insert(chunk);
    });
    leptos::task::spawn_local(async move {
        let from = chunk * CHUNK;
        let to = (from + CHUNK).min(clip.count);
        match api::get_fresh::<FrameAnnotations>(&frames.address(from, to)).await {
            Ok(answer) => {
                let sets = answer.frames.iter().map(|frame| (frame.number, &frame.set));
                let _ = known.try_update(|known| known.add((from, to), sets));
                let _ = drawn.try_update_value(|drawn| {
                    drawn.extend(answer.frames.into_iter().map(|frame| (frame.number, frame.set)));
                });
                // Quietly: what is far is not in sight.
                let _ = read.try_update_untracked(|read| {
                    for far in too_many(read, chunk) {
                        read.remove(&far);
                        let _ = drawn.try_update_value(|drawn| drawn.retain(|number, _| number / CHUNK != far));
                    }
                });
                let _ = shown.labels.try_update(|labels| {
                    for label in answer.labels {
                        if labels.iter().all(|known| known.id != label.id) {
                            labels.push(label);
                        }
                    }
                });
                if !answer.runs.is_empty() {
                    let _ = shown.runs.try_update(|runs| {
                        runs.extend(answer.runs);
                        runs.sort_by_key(|run| run.id);
                        runs.dedup();
                    });
                }
                if !answer.answers.is_empty() {
                    let _ = shown.answers.try_update(|answers| {
                        answers.retain(|known| answer.answers.iter().all(|new| new.annotation != known.annotation));
                        answers.extend(answer.answers);
                    });
                }
                let _ = read.try_update(|_| ());
            }
            // Asked again when the frame is seen again.
            Err(_) => drop(read.try_update_untracked(|read| read.remove(&chunk))),
        }
    });
}

/// The chunks farthest from one, of which there are too many.
fn too_many(read: &BTreeSet<u32>, around: u32) -> Vec<u32> {
    let mut all: Vec<u32> = read.iter().copied().collect();
    all.sort_by_key(|chunk| chunk.abs_diff(around));
    all.split_off(KEPT.min(all.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dat_10_frames_and_times_agree_and_stay_inside() {
        for clip in [Clip { rate: 24.0, count: 96 }, Clip { rate: 29.97, count: 1000 }] {
            for frame in 0..clip.count {
                assert_eq!(clip.frame(clip.time(frame)), frame);
            }
            assert_eq!(clip.frame(1e9), clip.last());
            assert_eq!(clip.frame(-1.0), 0);
        }
    }

    #[test]
    fn chunks_near_the_frame_in_sight_are_kept() {
        assert_eq!(too_many(&(0..5).collect(), 2), [0; 0]);
        let gone = too_many(&(0..20).collect(), 3);
        assert_eq!(gone.len(), 20 - KEPT);
        assert!(gone.iter().all(|chunk| *chunk > 3 + 4));
    }
}
