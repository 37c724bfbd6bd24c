//! A file larger, beside its tile, once the pointer or the keyboard rests there: with all shapes, and the names of their labels.

use std::{collections::BTreeMap, sync::Arc};

use leptos::{ev, prelude::*};
use portal_model::{
    annotation::{Annotation, Label},
    api::{FileDetail, Media, path},
    file::FileKind,
    id::FileId,
    results::ResultView,
};

use super::{beside::Pane, grid::Look, state::Loaded, tile::place};
use crate::{
    api,
    inbox::kind_word,
    platform,
    stage::{
        draw,
        surface::{Surface, cleared},
    },
    text::{explorer as shared, hundredths, number, preview as words, t, t_count, t_with, task},
    ui::readers::forget,
};

/// The pointer rests so long before anything appears, in milliseconds.
const REST: u32 = 450;
/// The keyboard so long: who walks through the grid is not to be stopped at each tile.
const REST_KEYS: u32 = 800;
/// Between the tile and what appears, and to the window's edges, in pixels.
const AWAY: f64 = 8.0;
/// As large as it likes to be, and no smaller than this, in pixels.
const WANTED: (f64, f64) = (460.0, 470.0);
const LEAST: (f64, f64) = (220.0, 200.0);
/// So many lines of labels.
const LINES: usize = 6;
/// Up to so many shapes carry their name on the picture: more would hide it.
const NAMED: usize = 24;

/// What is shown larger.
#[derive(Clone, Copy)]
pub struct Preview {
    /// Of which list.
    pane: Pane,
    /// The place of the file in the list, and where the preview is.
    shown: RwSignal<Option<(u32, Place)>>,
    /// Counts up with each move: whoever rested before that is not meant.
    turn: StoredValue<u32>,
}

/// A rectangle in the window, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

/// Where there is room beside a tile: at its sides first, then below and above; never over it. Pure.
fn beside(tile: Place, window: (f64, f64), is_rtl: bool) -> Option<Place> {
    let after = window.0 - (tile.left + tile.width) - 2.0 * AWAY;
    let before = tile.left - 2.0 * AWAY;
    let below = window.1 - (tile.top + tile.height) - 2.0 * AWAY;
    let above = tile.top - 2.0 * AWAY;
    let whole = (window.0 - 2.0 * AWAY, window.1 - 2.0 * AWAY);
    let at_side = |room: f64, is_after: bool| {
        let (width, height) = (room.min(WANTED.0), whole.1.min(WANTED.1));
        let left = if is_after { tile.left + tile.width + AWAY } else { tile.left - AWAY - width };
        let top = (tile.top + tile.height / 2.0 - height / 2.0).clamp(AWAY, (window.1 - AWAY - height).max(AWAY));
        Place { left, top, width, height }
    };
    let under = |room: f64, is_below: bool| {
        let (width, height) = (whole.0.min(WANTED.0), room.min(WANTED.1));
        let top = if is_below { tile.top + tile.height + AWAY } else { tile.top - AWAY - height };
        // Under the middle of a tile; a row of the table is wide, its picture is at its beginning.
        let left = tile.left + (tile.width.min(900.0) - width) / 2.0;
        Place { left: left.clamp(AWAY, (window.0 - AWAY - width).max(AWAY)), top, width, height }
    };
    let sides = if is_rtl { [(before, false), (after, true)] } else { [(after, true), (before, false)] };
    let mut places = sides.map(|(room, is_after)| at_side(room, is_after)).to_vec();
    places.extend([under(below, true), under(above, false)]);
    let fits = |place: &&Place| place.width >= LEAST.0 && place.height >= LEAST.1;
    let all_of_it = places.iter().find(|place| place.width >= WANTED.0 && place.height >= WANTED.1.min(whole.1));
    let largest = || places.iter().filter(fits).max_by(|a, b| (a.width * a.height).total_cmp(&(b.width * b.height)));
    all_of_it.or_else(largest).copied()
}

impl Preview {
    /// Nothing yet.
    pub fn new(pane: Pane) -> Self {
        Self { pane, shown: RwSignal::new(None), turn: StoredValue::new(0) }
    }

    fn turn(self) -> u32 {
        let turn = self.turn.try_get_value().unwrap_or_default().wrapping_add(1);
        self.turn.try_set_value(turn);
        turn
    }

    /// The pointer came to a tile; fingers have no rest.
    pub fn enter(self, index: u32, pointer: &str) {
        if pointer == "mouse" || pointer == "pen" {
            self.soon(index, REST);
        }
    }

    /// The keyboard came to a tile.
    pub fn reached(self, index: u32) {
        self.soon(index, REST_KEYS);
    }

    /// The pointer left, or the tiles move.
    pub fn leave(self) {
        self.turn();
        if self.shown.try_with_untracked(Option::is_some) == Some(true) {
            self.shown.set(None);
        }
    }

    /// The first Escape ends this, before anything else that it would end.
    pub fn keys(self) {
        let keys = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" {
                if self.shown.with_untracked(Option::is_some) {
                    event.prevent_default();
                }
                self.leave();
            }
        });
        on_cleanup(move || keys.remove());
    }

    fn soon(self, index: u32, rest: u32) {
        self.leave();
        let turn = self.turn();
        leptos::task::spawn_local(async move {
            platform::sleep(rest).await;
            if self.turn.try_get_value() != Some(turn) || platform::is_asking() {
                return;
            }
            let Some(tile) = document().get_element_by_id(&self.pane.id(index)) else { return };
            let area = tile.get_bounding_client_rect();
            let tile = Place { left: area.left(), top: area.top(), width: area.width(), height: area.height() };
            if let Some(place) = beside(tile, platform::window_size(), document().dir() == "rtl") {
                let _ = self.shown.try_set(Some((index, place)));
            }
        });
    }
}

/// Where the larger picture appears.
#[component]
pub fn PreviewHost(preview: Preview, look: Look) -> impl IntoView {
    let explorer = preview.pane.explorer;
    on_cleanup(move || {
        preview.leave();
        forget(&preview.shown);
    });
    Effect::new(move |_| {
        explorer.scroll.track();
        explorer.view.track();
        untrack(|| preview.leave());
    });
    move || {
        let (index, place) = preview.shown.get()?;
        let loaded = explorer.file(index)?;
        Some(view! { <Card loaded place look/> })
    }
}

/// What is drawn on the file: what came with its tile, or all of it once it was read.
#[derive(Clone)]
struct Drawn {
    annotations: Arc<Vec<Annotation>>,
    labels: Arc<Vec<Label>>,
}

#[component]
fn Card(loaded: Arc<Loaded>, place: Place, look: Look) -> impl IntoView {
    let tile = &loaded.tile;
    let file = tile.file.clone();
    let drawn = RwSignal::new(Drawn { annotations: Arc::new(tile.annotations.clone()), labels: loaded.labels.clone() });
    let known = tile.truths.unwrap_or(0).saturating_add(tile.predictions.unwrap_or(0));
    if known as usize > tile.annotations.len() {
        read_all(file.id, drawn);
    }
    let pixels = |number: f64| platform::fixed(number, 0) + "px";
    let is_picture = file.kind == FileKind::Image;
    let size = file.width.zip(file.height).filter(|_| is_picture).map(|(w, h)| (f64::from(w), f64::from(h)));
    let failed = RwSignal::new(false);
    let meta = [
        size.map(|(w, h)| format!("{} × {}", platform::fixed(w, 0), platform::fixed(h, 0))),
        (!is_picture).then(|| kind_word(&file.kind)),
        tile.best.map(|best| t_with(shared::BEST, &[("score", &hundredths(best))])),
    ];
    view! {
        // Only for eyes: the tile says all of it in words, and its page more.
        <div
            class="preview" aria-hidden="true"
            style:left=pixels(place.left) style:top=pixels(place.top) style:width=pixels(place.width) style:max-height=pixels(place.height)
        >
            <div class="preview-picture">
                {file.has_thumb.then(|| view! { <img src=path::media(file.id, Media::Thumb) alt=""/> })}
                {is_picture.then(|| view! {
                    <img src=path::media(file.id, Media::Full) alt="" decoding="async" hidden=move || failed.get() on:error=move |_| { let _ = failed.try_set(true); }/>
                })}
                {size.map(|size| view! { <Shapes drawn size look/> })}
            </div>
            <div class="preview-words">
                <strong><bdi>{file.name.clone()}</bdi></strong>
                <p class="quiet">{meta.into_iter().flatten().collect::<Vec<_>>().join(" · ")}</p>
                {move || view! { <Labels drawn=drawn.get() view=look.view.get()/> }}
            </div>
        </div>
    }
}

/// A tile draws the first of many; here all are drawn.
fn read_all(id: FileId, drawn: RwSignal<Drawn>) {
    leptos::task::spawn_local(async move {
        // Without an answer those that came with the tile stay.
        if let Ok(detail) = api::get_fresh::<FileDetail>(&path::file(id)).await {
            let _ = drawn.try_set(Drawn {
                annotations: Arc::new(detail.annotations.annotations),
                labels: Arc::new(detail.labels),
            });
        }
    });
}

#[component]
fn Shapes(drawn: RwSignal<Drawn>, size: (f64, f64), look: Look) -> impl IntoView {
    let surface = Surface::new();
    Effect::new(move |_| {
        surface.resized.track();
        let (drawn, view) = (drawn.get(), look.view.get());
        let (Some(canvas), Some(room)) = (surface.canvas.get(), surface.size()) else { return };
        let (Some(place), Some(context)) = (place(size, room), cleared(&canvas, room)) else { return };
        let unit = Surface::unit();
        let shown = draw::in_sight(&drawn.annotations, &view, place, room);
        draw::all(&context, place, unit, &shown, &drawn.labels, None);
        if shown.len() <= NAMED {
            let mut written = Vec::new();
            for annotation in shown {
                name_on(&context, place, unit, annotation, &drawn.labels, &mut written);
            }
        }
    });
    view! { <canvas node_ref=surface.canvas></canvas> }
}

/// Writes the label at a shape: who cannot tell the colours apart reads it.
fn name_on(
    context: &web_sys::CanvasRenderingContext2d,
    place: draw::Place,
    unit: f64,
    annotation: &Annotation,
    labels: &[Label],
    written: &mut Vec<(f64, f64, f64)>,
) {
    let label = annotation.label.and_then(|id| labels.iter().find(|label| label.id == id));
    let (Some(label), Some((low, _))) = (label, draw::bounds(&annotation.geometry)) else { return };
    let (x, y) = place.at(low);
    let score = annotation.prediction.as_ref().and_then(|prediction| prediction.score).map(hundredths);
    let text = score.map_or_else(|| label.name.clone(), |score| format!("{} {score}", label.name));
    context.set_font(&format!("600 {}px system-ui, sans-serif", platform::fixed(11.0 * unit, 0)));
    context.set_line_width(3.0 * unit);
    let _ = context.set_line_dash(&js_sys::Array::new());
    context.set_stroke_style_str("rgba(0,0,0,.85)");
    context.set_fill_style_str("#fff");
    let at = (x.max(2.0 * unit), (y - 4.0 * unit).max(11.0 * unit));
    // About as wide as it will be. Names that would stand on one another say nothing: the first of them stays.
    #[expect(clippy::cast_precision_loss, reason = "names are short")]
    let wide = text.chars().count() as f64 * 6.6 * unit;
    let high = 12.0 * unit;
    let is_taken = |(x, y, width): &(f64, f64, f64)| at.0 < x + width && *x < at.0 + wide && (at.1 - y).abs() < high;
    if written.iter().any(is_taken) {
        return;
    }
    written.push((at.0, at.1, wide));
    let _ = context.stroke_text(&text, at.0, at.1);
    let _ = context.fill_text(&text, at.0, at.1);
}

/// Each label once, people's and models' apart: how often, and the best score.
#[component]
fn Labels(drawn: Drawn, view: ResultView) -> impl IntoView {
    let mut groups: BTreeMap<(bool, String), (u32, Option<f64>, String)> = BTreeMap::new();
    for annotation in drawn.annotations.iter().filter(|annotation| view.hides(annotation).is_none()) {
        let label = annotation.label.and_then(|id| drawn.labels.iter().find(|label| label.id == id));
        let name = label.map_or_else(|| t(task::NO_LABEL).to_owned(), |label| label.name.clone());
        let group = groups
            .entry((annotation.prediction.is_some(), name))
            .or_insert_with(|| (0, None, draw::colour(&drawn.labels, annotation)));
        group.0 += 1;
        let score = annotation.prediction.as_ref().and_then(|prediction| prediction.score);
        group.1 = group.1.into_iter().chain(score).max_by(f64::total_cmp);
    }
    let more = u32::try_from(groups.len().saturating_sub(LINES)).unwrap_or(u32::MAX);
    let line = |((predicted, name), (n, best, colour)): ((bool, String), (u32, Option<f64>, String))| {
        view! {
            <li>
                <i class:models=predicted style:border-color=colour></i>
                <bdi>{name}</bdi>
                <span class="num">{t_with(words::TIMES, &[("n", &number(n))])}</span>
                <span class="num">{best.map(hundredths)}</span>
            </li>
        }
    };
    view! {
        <ul>{groups.into_iter().take(LINES).map(line).collect_view()}</ul>
        {(more > 0).then(|| view! { <p class="quiet">{t_count(words::MORE_ONE, words::MORE_OTHER, more)}</p> })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_covers_the_tile_and_never_leaves_the_window() {
        let windows = [(1440.0, 900.0), (800.0, 600.0), (360.0, 740.0), (2560.0, 1300.0)];
        for window in windows {
            for (width, height) in [(204.0, 206.0), (124.0, 146.0), (340.0, 314.0), (window.0 - 200.0, 40.0)] {
                for step in 0..20 {
                    let share = f64::from(step) / 19.0;
                    let tile =
                        Place { left: (window.0 - width) * share, top: (window.1 - height) * share, width, height };
                    for is_rtl in [false, true] {
                        let Some(at) = beside(tile, window, is_rtl) else { continue };
                        let apart = at.left + at.width <= tile.left
                            || at.left >= tile.left + tile.width
                            || at.top + at.height <= tile.top
                            || at.top >= tile.top + tile.height;
                        assert!(apart, "{window:?} {tile:?} {at:?}");
                        assert!(at.left >= 0.0 && at.top >= 0.0, "{window:?} {tile:?} {at:?}");
                        assert!(at.left + at.width <= window.0 && at.top + at.height <= window.1, "{tile:?} {at:?}");
                    }
                }
            }
        }
        let right = beside(Place { left: 100.0, top: 300.0, width: 200.0, height: 200.0 }, (1440.0, 900.0), false);
        assert_eq!(right.map(|at| at.left), Some(308.0));
        let left = beside(Place { left: 900.0, top: 300.0, width: 200.0, height: 200.0 }, (1440.0, 900.0), true);
        assert_eq!(left.map(|at| at.left + at.width), Some(892.0));
    }
}
