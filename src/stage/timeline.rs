//! A strip below a clip: how much is drawn on each frame, how sure the models were, and which stretch has not been read yet. A click
//! or a key goes there.

use std::collections::BTreeMap;

use leptos::{ev, prelude::*};
use portal_model::{annotation::AnnotationSet, metrics};
use wasm_bindgen::JsCast;

use super::Shown;
use crate::text::{hundredths, number, t, t_count, t_with, timeline as words};

/// So wide is the drawing: a clip with more frames has several in one column.
const WIDTH: u32 = 400;
/// Height of the lane of counts, and of the lane of scores below it.
const LANE: f64 = 30.0;
const GAP: f64 = 4.0;

/// What is known of one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct OnFrame {
    truths: u32,
    predictions: u32,
    /// Lowest and highest score.
    scores: Option<(f64, f64)>,
}

impl OnFrame {
    fn of(set: &AnnotationSet) -> Self {
        let mut on = Self::default();
        for annotation in &set.annotations {
            let Some(prediction) = &annotation.prediction else {
                on.truths += 1;
                continue;
            };
            on.predictions += 1;
            if let Some(score) = metrics::score(prediction.score) {
                on.scores = Some(on.scores.map_or((score, score), |(low, high)| (low.min(score), high.max(score))));
            }
        }
        on
    }

    /// The most of both: several frames share a column.
    fn join(self, other: Self) -> Self {
        Self {
            truths: self.truths.max(other.truths),
            predictions: self.predictions.max(other.predictions),
            scores: match (self.scores, other.scores) {
                (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
                (one, other) => one.or(other),
            },
        }
    }
}

/// What is known of a clip's frames. What was read once stays known here, also when its boxes were let go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    frames: BTreeMap<u32, OnFrame>,
    /// Stretches that were read, from a frame to before another; in order, apart from each other.
    read: Vec<(u32, u32)>,
}

impl Known {
    /// Frames of a stretch were read; those that are not among them have nothing.
    pub fn add<'a>(&mut self, (from, to): (u32, u32), sets: impl Iterator<Item = (u32, &'a AnnotationSet)>) {
        self.frames
            .extend(sets.map(|(frame, set)| (frame, OnFrame::of(set))).filter(|(_, on)| *on != OnFrame::default()));
        self.read.push((from, to));
        self.read.sort_unstable();
        let mut joined: Vec<(u32, u32)> = Vec::new();
        for (from, to) in self.read.drain(..) {
            match joined.last_mut() {
                Some(last) if last.1 >= from => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        self.read = joined;
    }

    fn is_read(&self, frame: u32) -> bool {
        self.read.iter().any(|(from, to)| (*from..*to).contains(&frame))
    }

    /// Stretches that were not read, of a clip with so many frames.
    fn unread(&self, count: u32) -> Vec<(u32, u32)> {
        let mut gaps = Vec::new();
        let mut at = 0;
        for (from, to) in &self.read {
            if *from > at {
                gaps.push((at, *from));
            }
            at = at.max(*to);
        }
        if at < count {
            gaps.push((at, count));
        }
        gaps
    }

    /// What is drawn in each column, from the left.
    fn columns(&self, count: u32) -> BTreeMap<u32, OnFrame> {
        let mut columns: BTreeMap<u32, OnFrame> = BTreeMap::new();
        for (frame, on) in &self.frames {
            let column = columns.entry(column(*frame, count)).or_default();
            *column = column.join(*on);
        }
        columns
    }
}

/// How many columns there are: one for each frame, as far as they fit.
fn columns(count: u32) -> u32 {
    count.clamp(1, WIDTH)
}

fn column(frame: u32, count: u32) -> u32 {
    let column = u64::from(frame) * u64::from(columns(count)) / u64::from(count.max(1));
    u32::try_from(column).unwrap_or_default()
}

/// The drawing's paths: people's bars, models' bars on top of them, scores.
fn paths(known: &Known, count: u32) -> (String, String, String) {
    let columns = known.columns(count);
    let most = columns.values().map(|on| on.truths + on.predictions).max().unwrap_or_default().max(1);
    let tall = |n: u32| LANE * f64::from(n) / f64::from(most);
    let (mut people, mut models, mut scores) = (String::new(), String::new(), String::new());
    for (x, on) in columns {
        let (low, high) = (tall(on.truths), tall(on.predictions));
        if on.truths > 0 {
            people.push_str(&format!("M{x} {:.1}h1v{low:.1}h-1z", LANE - low));
        }
        if on.predictions > 0 {
            models.push_str(&format!("M{x} {:.1}h1v{high:.1}h-1z", LANE - low - high));
        }
        if let Some((from, to)) = on.scores {
            let (top, bottom) = (height_of(to), height_of(from));
            scores.push_str(&format!("M{x} {:.1}h1v{:.1}h-1z", top - 0.7, (bottom - top) + 1.4));
        }
    }
    (people, models, scores)
}

/// Where a score lies in its lane.
fn height_of(score: f64) -> f64 {
    LANE + GAP + LANE * (1.0 - score)
}

/// The strip.
#[component]
pub fn Timeline(
    known: RwSignal<Known>,
    frame: RwSignal<u32>,
    count: u32,
    shown: Shown,
    seek: Callback<u32>,
) -> impl IntoView {
    let last = count.saturating_sub(1);
    let width = columns(count);
    let drawn = Memo::new(move |_| paths(&known.read(), count));
    let unread = Memo::new(move |_| known.read().unread(count));
    let height = 2.0 * LANE + GAP;
    let hatched = move || {
        let stretches = unread.get().into_iter().map(|(from, to)| {
            let (left, right) = (column(from, count), if to >= count { width } else { column(to, count) });
            format!("M{left} 0H{}V{height}H{left}z", right.max(left + 1))
        });
        stretches.collect::<String>()
    };
    let here = Memo::new(move |_| {
        let now = frame.get();
        let known = known.read();
        let place = t_with(words::FRAME, &[("n", &number(now)), ("last", &number(last))]);
        let on = match known.frames.get(&now) {
            _ if !known.is_read(now) => t(words::UNREAD_HERE).to_owned(),
            None => t(words::NOTHING).to_owned(),
            Some(on) => {
                let drawn =
                    t_with(words::DRAWN, &[("people", &number(on.truths)), ("models", &number(on.predictions))]);
                match on.scores {
                    Some((_, best)) => format!("{drawn}, {}", t_with(words::BEST, &[("score", &hundredths(best))])),
                    None => drawn,
                }
            }
        };
        format!("{place}: {on}")
    });
    let to_point = move |event: &web_sys::MouseEvent| {
        let Some(strip) = event.current_target().and_then(|strip| strip.dyn_into::<web_sys::Element>().ok()) else {
            return;
        };
        let area = strip.get_bounding_client_rect();
        if area.width() > 0.0 {
            let share = ((f64::from(event.client_x()) - area.left()) / area.width()).clamp(0.0, 1.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the frames")]
            let to = (share * f64::from(count)) as u32;
            seek.run(to.min(last));
        }
    };
    let keys = move |event: ev::KeyboardEvent| {
        let now = frame.get_untracked();
        // A tenth of the clip, as sliders of browsers jump.
        let far = (count / 10).max(1);
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => now.saturating_sub(1),
            "ArrowRight" | "ArrowUp" => now + 1,
            "PageUp" => now + far,
            "PageDown" => now.saturating_sub(far),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        seek.run(to.min(last));
    };
    let dragged = StoredValue::new(false);
    let at = move || f64::from(column(frame.get(), count)) + 0.5;
    view! {
        <div class="timeline">
            <svg
                viewBox=format!("0 0 {width} {height}") preserveAspectRatio="none" role="slider" tabindex="0"
                aria-label=t(words::TITLE) aria-valuemin="0" aria-valuemax=last.to_string()
                aria-valuenow=move || frame.get().to_string() aria-valuetext=move || here.get()
                on:keydown=keys
                on:pointerdown=move |event| { dragged.set_value(true); to_point(&event); }
                on:pointermove=move |event| if dragged.get_value() { to_point(&event) }
                on:pointerup=move |_| dragged.set_value(false) on:pointerleave=move |_| dragged.set_value(false)
            >
                <defs><pattern id="unread-hatch" width="4" height="4" patternUnits="userSpaceOnUse"><path class="hatch" d="M0 4L4 0"/></pattern></defs>
                <path fill="url(#unread-hatch)" d=hatched/>
                <path class="by-people" d=move || drawn.with(|paths| paths.0.clone())/>
                <path class="by-models" d=move || drawn.with(|paths| paths.1.clone())/>
                <path class="by-score" d=move || drawn.with(|paths| paths.2.clone())/>
                {move || {
                    let least = shown.view.read().least;
                    let y = height_of(least).to_string();
                    (least > 0.0).then(|| view! { <line class="least" x1="0" x2=width.to_string() y1=y.clone() y2=y/> })
                }}
                <line class="now" x1=at x2=at y1="0" y2=height.to_string()/>
            </svg>
            <p class="timeline-key">
                <span>{t(words::PEOPLE)}</span><span class="by-models">{t(words::MODELS)}</span><span class="by-score">{t(words::SCORES)}</span>
                {move || {
                    let stretches = unread.get();
                    let first = stretches.first().copied()?;
                    let frames = stretches.iter().map(|(from, to)| to - from).sum();
                    let title = t_with(words::FIRST_UNREAD, &[("from", &number(first.0)), ("to", &number(first.1 - 1))]);
                    Some(view! { <span class="not-yet" title=title>{t_count(words::UNREAD_ONE, words::UNREAD_OTHER, frames)}</span> })
                }}
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use portal_model::{
        annotation::{Annotation, Geometry, Prediction},
        id::{AnnotationId, ModelRunId},
    };

    use super::*;

    fn set(truths: usize, scores: &[Option<f64>]) -> AnnotationSet {
        let one = |prediction| Annotation {
            id: AnnotationId(1),
            root: None,
            label: None,
            geometry: Geometry::Whole,
            prediction,
            track: None,
        };
        let people = (0..truths).map(|_| one(None));
        let models = scores.iter().map(|score| one(Some(Prediction { run: Some(ModelRunId(1)), score: *score })));
        AnnotationSet { annotations: people.chain(models).collect(), unreadable: 0 }
    }

    #[test]
    fn stretches_that_were_read_grow_together_and_the_rest_is_said() {
        let mut known = Known::default();
        assert_eq!(known.unread(100), [(0, 100)]);
        known.add((40, 60), std::iter::empty());
        known.add((0, 20), std::iter::empty());
        assert_eq!(known.unread(100), [(20, 40), (60, 100)]);
        assert!(known.is_read(19) && !known.is_read(20));
        known.add((20, 40), std::iter::empty());
        known.add((60, 100), std::iter::empty());
        assert_eq!(known.unread(100), []);
        assert_eq!(known.read, [(0, 100)]);
    }

    #[test]
    fn frames_of_a_long_clip_share_columns_and_the_most_of_them_is_shown() {
        let mut known = Known::default();
        let (few, many) = (set(1, &[Some(0.9)]), set(2, &[Some(0.5), None, Some(7.0)]));
        known.add((0, 2_000), [(0, &few), (1, &many), (1_999, &few)].into_iter());
        let columns = known.columns(2_000);
        assert_eq!(columns.len(), 2);
        assert_eq!(columns[&0], OnFrame { truths: 2, predictions: 3, scores: Some((0.5, 0.9)) });
        assert_eq!(columns.keys().copied().collect::<Vec<_>>(), [0, WIDTH - 1]);
        let (people, models, scores) = paths(&known, 2_000);
        assert_eq!(people, "M0 18.0h1v12.0h-1zM399 24.0h1v6.0h-1z");
        assert_eq!(models, "M0 0.0h1v18.0h-1zM399 18.0h1v6.0h-1z");
        assert!(scores.starts_with("M0 36.3h1v13.4h-1z"), "{scores}");
    }
}
